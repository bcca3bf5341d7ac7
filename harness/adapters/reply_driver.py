"""Put witnesses of what may not fit to a consumer: to its models, and to its own client code."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.adapters.consumer_tests_evidence import Record
from harness.adapters.members import member, without_secrets
from harness.adapters.reply_runs import CutShort, Died, asks_of, crash_of, put
from harness.adapters.reply_sources import Source, sources
from harness.compat.possible.messages import headers_of, read_of
from harness.consumer.asks import Ask
from harness.domain.config import Config
from harness.domain.coping import WitnessPut
from harness.domain.evidence import Evidence, InteractionCompared, Unobserved
from harness.domain.fit import Asked, Code, Misfit, Reception, is_put
from harness.domain.json import canonical, json_path, mapping
from harness.domain.possible import Origin, PossibleReply
from harness.domain.service import Service
from harness.domain.steps import DriveReplies
from harness.stages.ports import StepContext

_DETAIL_CHARACTERS = 8000


@dataclass(frozen=True, slots=True)
class ReplyDriver:
    """Does `DriveReplies` steps: contract tests run once more, in their own interpreter."""

    def __call__(self, step: DriveReplies, context: StepContext) -> Iterator[Evidence]:
        """Ask about every witness that only the consumer can judge."""
        service = member(step.service, context.config)
        questions = {one.ask.id: one for one in _questions(step, context)}
        asks = asks_of(service, tuple(one.ask for one in questions.values()), context)
        given: dict[str, list[Record]] = {}
        deaths: dict[str, Died] = {}
        short: CutShort | None = None
        try:
            for told in put(asks, service, context):
                if isinstance(told, CutShort):
                    short = told
                elif isinstance(told, Died):
                    deaths[told.id] = told
                elif told["kind"] == "answer":
                    given.setdefault(str(told["id"]), []).append(told)
        finally:
            for name in sorted(given.keys() - deaths.keys()):
                yield _evidence(questions[name], given[name], service, context.config)
            for name, died in sorted(deaths.items()):
                yield _ended(questions[name], died, service)
        lost = questions.keys() - given.keys() - deaths.keys()
        if lost:
            yield _lost(step, service, len(lost), len(questions), short)


def _lost(
    step: DriveReplies, service: Service, lost: int, count: int, short: CutShort | None
) -> Unobserved:
    code = short.ended.code if short else 0
    return Unobserved(
        step.id,
        f"the contract tests of {service.name} did not get through the replies: {lost} of {count} "
        f"questions were left open when pytest ended with code {code}",
        "run its tests by hand with pytest, and look at the output",
        without_secrets(short.ended.words, service)[-_DETAIL_CHARACTERS:] if short else "",
    )


@dataclass(frozen=True, slots=True)
class _Question:
    """A misfit, and what is asked about it."""

    ask: Ask
    compared: InteractionCompared
    misfit: Misfit

    def reply(self, what: str) -> str:
        """The body, or else the headers, that go by a name; empty for none."""
        found = (one.body or one.headers for one in self.ask.replies if one.what == what)
        return next(found, "")


def _questions(step: DriveReplies, context: StepContext) -> Iterator[_Question]:
    known = sources(step.service, step.provider, context)
    for seen in _compared(step, context):
        for misfit in seen.compat.misfits:
            if is_put(misfit, declared=seen.compat.declared):
                source = known.get(seen.interaction)
                declared = seen.compat.declared and misfit.code is not Code.MESSAGE_HEADER
                ask = Ask(
                    id=f"{seen.interaction} {misfit.code.value} {misfit.path}",
                    consumer=source.consumer if source else "",
                    provider=source.provider if source else "",
                    interaction=seen.interaction,
                    description=source.interaction.description if source else "",
                    test=source.test if source else "",
                    by_model=declared,
                    replies=tuple(_replies(misfit, source, declared=declared)),
                )
                yield _Question(ask, seen, misfit)


def _replies(misfit: Misfit, source: Source | None, *, declared: bool) -> Iterator[PossibleReply]:
    """
    What is tried, in order.

    Shape: code that fails on what is like its example fails for this reason alone; a model is asked
    about every witness, since it tells of each place by itself.
    """
    if misfit.code is Code.MESSAGE_HEADER:
        yield from _with_headers(misfit, source)
        return
    if declared:
        bodies = tuple(dict.fromkeys((*misfit.nearest, *misfit.witnesses)))
    else:
        bodies = misfit.nearest or misfit.witnesses
    for at, body in enumerate(bodies, start=1):
        yield PossibleReply(f"witness {at}", Origin.DOCUMENT, body=body)


def _with_headers(misfit: Misfit, source: Source | None) -> Iterator[PossibleReply]:
    """The contract's own message with the one header that does not fit, or without it."""
    message = read_of(source.interaction) if source else None
    held = headers_of(message) if message is not None else {}
    for at, written in enumerate(misfit.witnesses, start=1):
        sent = mapping(json.loads(written))
        names = [name for name in held if misfit.path.startswith(json_path((name,)))]
        if not names:
            continue
        changed = {name: sent[name] for name in names if name in sent}
        kept = {name: value for name, value in held.items() if name not in names}
        texts = {
            name: value if isinstance(value, str) else canonical(value)
            for name, value in {**kept, **changed}.items()
        }
        yield PossibleReply(f"witness {at}", Origin.DOCUMENT, headers=canonical(texts))


def _compared(step: DriveReplies, context: StepContext) -> Iterator[InteractionCompared]:
    for observed in context.taken.values():
        for seen in observed.evidence:
            if isinstance(seen, InteractionCompared) and seen.consumer == step.service:
                yield seen


def _evidence(
    question: _Question, answers: Sequence[Record], service: Service, config: Config
) -> WitnessPut:
    """What all replies of a question come to: one refused outweighs those that are taken."""
    order = (Reception.REFUSED, Reception.TAKEN, Reception.UNASKED)
    told = min(answers, key=lambda one: order.index(Reception(one["reception"])))
    return WitnessPut(
        **_about(question),
        asked=Asked(told["asked"]),
        reception=Reception(told["reception"]),
        witness=question.reply(told["what"]),
        error=without_secrets(told["error"], service),
        crash=crash_of(told["crash"], service, config),
        detail=without_secrets(told["detail"], service),
        tried=sum(1 for one in answers if one["reception"] != Reception.UNASKED.value),
    )


def _ended(question: _Question, died: Died, service: Service) -> WitnessPut:
    return WitnessPut(
        **_about(question),
        asked=Asked.CODE,
        reception=Reception.REFUSED,
        witness=question.reply(died.what),
        error=died.sentence,
        detail=without_secrets(died.ended.words, service)[-_DETAIL_CHARACTERS:],
        tried=1,
    )


def _about(question: _Question) -> Mapping[str, Any]:
    compared, misfit = question.compared, question.misfit
    return {
        "consumer": compared.consumer,
        "provider": compared.provider,
        "interaction": compared.interaction,
        "code": misfit.code,
        "name": misfit.name,
        "path": misfit.path,
    }
