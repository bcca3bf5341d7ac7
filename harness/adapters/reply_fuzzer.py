"""Put every reply that may come to a consumer's client code, by running its contract tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from harness.adapters.consumer_tests_evidence import Record
from harness.adapters.members import member, without_secrets
from harness.adapters.reply_observations import CodeSeen
from harness.adapters.reply_questions import Question, questions_of
from harness.adapters.reply_runs import CutShort, Died, Told, asks_of, crash_of, put
from harness.compat.possible.messages import message_text, read_of
from harness.consumer.asks import Ask
from harness.domain.config import Config
from harness.domain.coping import COPED, AddressRefused, RepliesPut, ReplyRefused
from harness.domain.crash import Crash
from harness.domain.evidence import Evidence, Unobserved
from harness.domain.fit import Reception
from harness.domain.pact import Interaction, InteractionKind
from harness.domain.possible import PossibleReply
from harness.domain.service import Service
from harness.domain.steps import FuzzReplies
from harness.services.processes import lend_typeguard
from harness.stages.ports import StepContext
from harness.standin import as_text

_DETAIL_CHARACTERS = 8000
_AGAINST_PACT: Final = {
    InteractionKind.HTTP: "its contract test must call the client against the mock that pact gives",
    InteractionKind.ASYNC: "its contract test must hand its handler to pact's `verify`",
    InteractionKind.SYNC: "its contract test must have its client read the reply of the pact, by "
    '`response_contents` of each of pact.interactions("Sync"), or be declared with `asks` of '
    "harness.consumer",
}


@dataclass(frozen=True, slots=True)
class ReplyFuzzer:
    """Does `FuzzReplies` steps: each contract test once for each reply, and each finding twice."""

    def __call__(self, step: FuzzReplies, context: StepContext) -> Iterator[Evidence]:
        """Tell how many replies were put, and once for each place that raised which was refused."""
        service = member(step.service, context.config)
        questions = {one.ask.id: one for one in questions_of(step, context)}
        if not questions:
            return
        seen = _Seen(service, context.config, questions)
        lent = context.directory / "observing"
        lent.mkdir()
        asked = tuple(one.ask for one in questions.values())
        asks = asks_of(service, asked, context, lend_typeguard(lent) or "")
        try:
            for told in put(asks, service, context):
                seen.take(told)
        finally:
            yield from seen.counts()
        yield from seen.addresses()
        yield from seen.code.evidence(step.id)
        if seen.short is not None:
            yield _cut_short(step, service, seen.short)
        yield from _confirmed(seen, service, context)


@dataclass(slots=True)
class _Group:
    """All that raised at one place, by the smallest of them."""

    question: Question
    what: str
    site: str
    error: str = ""
    crash: Crash | None = None
    waited_s: float = 0.0
    occurrences: int = 0
    by_test: bool = False


@dataclass(slots=True)
class _Seen:
    """What one run told."""

    service: Service
    config: Config
    questions: Mapping[str, Question]
    groups: dict[str, _Group] = field(default_factory=dict)
    tried: dict[str, int] = field(default_factory=dict)
    untold: dict[str, list[str]] = field(default_factory=dict)
    called: dict[str, Record] = field(default_factory=dict)
    short: CutShort | None = None
    code: CodeSeen = field(init=False)

    def __post_init__(self) -> None:
        self.code = CodeSeen(self.service, self.config)

    def take(self, told: Told) -> None:
        """Take in one thing that was told."""
        if isinstance(told, CutShort):
            self.short = told
        elif isinstance(told, Died):
            self._died(told)
        elif told["kind"] in ("contradiction", "observed"):
            self.code.take(told, self._led_by(told))
        elif told["kind"] == "address":
            self.called.setdefault(told["address"], told)
        elif told["reception"] == Reception.UNASKED.value:
            self.untold.setdefault(told["id"], []).append(told["detail"])
        else:
            self.tried[told["id"]] = self.tried.get(told["id"], 0) + 1
            if told["reception"] == Reception.REFUSED.value:
                self._refused(told)

    def _led_by(self, told: Record) -> str:
        """Which reply led somewhere, in words."""
        question = self.questions.get(str(told.get("id", "")))
        if question is None:
            return "the replies of its contracts"
        return f"a reply of {question.provider}: {question.told(told['what']).what}"

    def _refused(self, told: Record) -> None:
        question, what, site = self.questions[told["id"]], str(told["what"]), str(told["site"])
        group = self.groups.get(site)
        if group is None or question.rank(what) < group.question.rank(group.what):
            crash = crash_of(told["crash"], self.service, self.config)
            if group is not None and crash is None:
                crash = group.crash
            error = without_secrets(told["error"], self.service)
            count = group.occurrences if group else 0
            waited_s, by_test = float(told["waited_s"]), bool(told["by_test"])
            group = _Group(question, what, site, error, crash, waited_s, count, by_test)
            self.groups[site] = group
        group.occurrences += 1

    def _died(self, told: Died) -> None:
        question = self.questions[told.id]
        self.tried[told.id] = self.tried.get(told.id, 0) + 1
        words = without_secrets(told.ended.words, self.service)[-_DETAIL_CHARACTERS:]
        crash = Crash(0, None, "the interpreter ended", told.sentence, (), words, (), "interpreter")
        site = _site_of_end(told, question)
        group = self.groups.setdefault(site, _Group(question, told.what, site))
        group.error, group.crash = told.sentence, crash
        group.occurrences += 1

    def counts(self) -> Iterator[Evidence]:
        """How many replies were put for each interaction; those for which none was are told."""
        for name, question in self.questions.items():
            tried, untold = self.tried.get(name, 0), self.untold.get(name, [])
            known = (question.set.unknown, *question.before.reasons)
            reasons = dict.fromkeys((*untold, *filter(None, known)))
            if tried:
                yield RepliesPut(
                    self.service.name,
                    question.provider,
                    question.source.interaction.key,
                    tried=tried,
                    left_out=question.set.left_out + len(untold),
                    reason="; ".join(reasons),
                )
            elif untold:
                interaction = question.source.interaction
                yield Unobserved(
                    f"what {self.service.name} makes of replies of {question.provider} to "
                    f'"{interaction.description}"',
                    untold[0],
                    _AGAINST_PACT[interaction.kind],
                )

    def addresses(self) -> Iterator[AddressRefused]:
        """What was called that nothing accounts for."""
        for address, told in self.called.items():
            crash = crash_of(told["crash"], self.service, self.config)
            yield AddressRefused(self.service.name, address, crash=crash)


def _confirmed(seen: _Seen, service: Service, context: StepContext) -> Iterator[ReplyRefused]:
    """Put what was refused once more in a fresh process, and what is nearer to the contract."""
    again: dict[str, tuple[_Group, Ask]] = {}
    for at, group in enumerate(seen.groups.values()):
        reply = group.question.reply(group.what)
        replies = (*group.question.nearer(reply), reply)
        ask = replace(group.question.ask, id=str(at), replies=replies, until=group.site)
        again[ask.id] = (group, ask)
    if not again:
        return
    asks = asks_of(service, tuple(ask for _, ask in again.values()), context)
    shown: dict[str, str] = {}
    others: dict[str, str] = {}
    for told in put(asks, service, context, "again"):
        if isinstance(told, Died):
            group, _ = again[told.id]
            if _site_of_end(told, group.question) == group.site:
                shown.setdefault(told.id, told.what)
            else:
                others[told.id] = told.sentence
        elif not isinstance(told, CutShort) and _is_at_its_site(told, again):
            shown.setdefault(told["id"], told["what"])
        elif not isinstance(told, CutShort) and told.get("error"):
            others[told["id"]] = without_secrets(told["error"], service)
    for name, (group, ask) in again.items():
        what = shown.get(name, group.what)
        reply = next(one for one in ask.replies if one.what == what)
        second = "" if name in shown else others.get(name, COPED)
        yield replace(_refused(group, reply, service, came_back=name in shown), again=second)


def _is_at_its_site(told: Record, again: Mapping[str, tuple[_Group, Ask]]) -> bool:
    """Whether it is the same as before; who goes on for ever need not stand at the same line."""
    if told["kind"] != "answer":
        return False
    group, _ = again[told["id"]]
    return bool(told["waited_s"] and group.waited_s) or bool(told["site"] == group.site)


def _site_of_end(died: Died, question: Question) -> str:
    """Name how an interpreter ended, of which no line of code tells."""
    return f"{died.sentence}: {question.source.interaction.description}"


def _refused(
    group: _Group, reply: PossibleReply, service: Service, *, came_back: bool
) -> ReplyRefused:
    question = group.question
    named = question.named(reply)
    return ReplyRefused(
        service.name,
        question.provider,
        question.source.interaction.key,
        reply.origin,
        named.what,
        without_secrets(_shown(question.source.interaction, reply), service),
        place=named.place,
        test=question.ask.test,
        error=group.error,
        crash=group.crash,
        waited_s=group.waited_s,
        came_back=came_back,
        occurrences=group.occurrences,
        of_message=question.source.interaction.kind is InteractionKind.ASYNC,
        by_test=group.by_test,
        version=reply.version,
    )


def _shown(interaction: Interaction, reply: PossibleReply) -> str:
    """A reply or a message as a reader sees it."""
    if interaction.response is not None:
        return as_text(interaction.response, reply)
    message = read_of(interaction)
    return "" if message is None else message_text(message.body, reply)


def _cut_short(step: FuzzReplies, service: Service, short: CutShort) -> Unobserved:
    return Unobserved(
        step.id,
        f"the contract tests of {service.name} did not get through the replies: pytest ended with "
        f"code {short.ended.code}",
        "run its tests by hand with pytest, and look at the output",
        without_secrets(short.ended.words, service)[-_DETAIL_CHARACTERS:],
    )
