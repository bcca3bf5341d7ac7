"""What a test that got a reply comes to, once it is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from harness.consumer.asks import Answer, AnswerFile, Ask
from harness.consumer.declaration import Declared
from harness.consumer.handing import is_unlike_once, unread
from harness.consumer.raised import Grounds, Whose
from harness.consumer.repeating import Case
from harness.consumer.validating import model_of
from harness.domain.fit import Asked, Reception
from harness.domain.possible import Fault, Origin

_ERROR_CHARACTERS = 2000
_FAILURES = frozenset({Origin.REFUSAL, Origin.NETWORK})


@dataclass(slots=True)
class Jury:
    """
    Judges how tests ended that were given another reply than their contract's.

    Shape: `by_itself` holds for each test the site at which it raises when it is given what its
    contract shows, which then tells nothing; `endless` says of tests that they do not come to an
    end even then; `told` are the sites of each question whose exception was told already.
    """

    grounds: Grounds
    by_itself: dict[str, str] = field(default_factory=dict)
    endless: dict[str, str] = field(default_factory=dict)
    told: set[tuple[str, str]] = field(default_factory=set)

    def note_itself(self, case: Case) -> None:
        """Take in how a test ends that was given nothing but what its contract shows."""
        error = case.raised
        if case.waited_s:
            self.endless[case.test] = (
                f"its test had not come to an end after {case.waited_s:.0f} s when it was given "
                "its contract's own reply"
            )
        elif error is not None and self.grounds.whose(error, ()) is Whose.CONSUMER:
            self.by_itself[case.test] = self.grounds.site(error)

    def answer(
        self, case: Case, ask: Ask, declared: Sequence[Declared], strays: list[str]
    ) -> Answer:
        """What became of the reply of a case."""
        what = case.reply.what if case.reply is not None else ""
        error, why_not = case.raised, case.why_not or unread(case)
        if case.waited_s:
            return self._waited(case, ask, what)
        if why_not:
            return unasked(ask, why_not, what)
        if error is not None and is_unlike_once(case, declared):
            return self._acts_twice(case.test, ask, what, error)
        whose = self._whose(case, declared)
        if error is None or whose is Whose.NOBODY:
            return Answer(ask.id, Asked.CODE, Reception.TAKEN, what)
        told = f"{type(error).__name__}: {error}"[:_ERROR_CHARACTERS]
        if whose is Whose.STRANGER:
            line, _, more = told.partition("\n")
            told = f"{line} …" if more else line
            why = f"its test itself called code that is not the consumer's own and raised {told}"
            return unasked(ask, why, what)
        if strays:
            why = f"the client went on to send {strays[0]}, which no contract of the test answers"
            return unasked(ask, why, what)
        site = self.grounds.site(error)
        if self.by_itself.get(case.test) == site:
            why = f"the test raises this as well when it is given its contract's own reply: {told}"
            return unasked(ask, why, what)
        crash = None if (ask.id, site) in self.told else self.grounds.described(error)
        self.told.add((ask.id, site))
        return Answer(ask.id, Asked.CODE, Reception.REFUSED, what, told, site=site, crash=crash)

    def _whose(self, case: Case, declared: Sequence[Declared]) -> Whose:
        """Whose an exception is; of a provider's failure, clients may tell in their own way."""
        error = case.raised
        if error is None:
            return Whose.NOBODY
        on_purpose = tuple(kind for one in declared for kind in one.raises)
        whose = self.grounds.whose(error, on_purpose)
        if case.reply is None or whose is Whose.NOBODY:
            return whose
        is_garbage = case.of_message and case.reply.origin in _FAILURES
        if is_garbage and self.grounds.is_unreadable(error):
            # Who called the handler, a framework or a test in its place, tells a transport what
            # became of what cannot be read.
            return Whose.NOBODY
        if whose is not Whose.CONSUMER:
            return whose
        if case.reply.fault is Fault.MOVED and self.grounds.is_of_own_kind(error):
            # It tells in its own way that the message comes too early or too late.
            return Whose.NOBODY
        if case.reply.origin in _FAILURES:
            return whose if self.grounds.is_mistake(error) else Whose.NOBODY
        return whose

    def _acts_twice(self, test: str, ask: Ask, what: str, error: BaseException) -> Answer:
        """What is said of a message whose second coming has an effect of its own."""
        # Nobody rewrites assertions in such a run, so that the line itself must tell.
        said = str(error) or self.grounds.statement(error)
        return Answer(
            ask.id,
            Asked.CODE,
            Reception.REFUSED,
            what,
            f"{type(error).__name__}: {said}"[:_ERROR_CHARACTERS],
            site=f"acts twice in {test}",
            crash=self.grounds.described(error),
            by_test=True,
        )

    def _waited(self, case: Case, ask: Ask, what: str) -> Answer:
        told, calls = f"it had not given up after {case.waited_s:.0f} s", case.waiting
        if case.sent > 1:
            told += f" and had asked {case.sent} times"
            calls = self.grounds.round_and_round(calls)
        site = self.grounds.site_of(calls, "hangs")
        return Answer(
            ask.id,
            Asked.CODE,
            Reception.REFUSED,
            what,
            told,
            site=site,
            waited_s=case.waited_s,
            crash=self.grounds.described_call(calls, "hangs"),
        )


def unasked(ask: Ask, why: str, what: str = "") -> Answer:
    """What is said where nobody could be asked."""
    told = why[:_ERROR_CHARACTERS]
    return Answer(ask.id, Asked.CODE, Reception.UNASKED, what, detail=told)


def asked_model(ask: Ask, declared: Sequence[Declared], answers: AnswerFile) -> bool:
    """Put the replies to the declared model; false where there is none that can tell."""
    one = next((one for one in declared if ask.is_of(one)), None)
    validate = model_of(one) if one is not None else None
    if validate is None:
        return False
    for reply in ask.replies:
        if ask.id in answers.settled:
            break
        try:
            validate(reply.body or "")
        except Exception as error:  # noqa: BLE001 - whatever a model raises is its refusal
            told = str(error)[:_ERROR_CHARACTERS]
            answers.add(Answer(ask.id, Asked.MODEL, Reception.REFUSED, reply.what, told))
        else:
            answers.add(Answer(ask.id, Asked.MODEL, Reception.TAKEN, reply.what))
    return True


def never_sent(case: Case, ask: Ask) -> Answer:
    """What is said where a test never asked for the reply."""
    why, error = "its test never asked the stand-in for this interaction", case.raised
    if case.why_not:
        why += f"; {case.why_not}"
    elif error is not None:
        why += f"; it ended with {type(error).__name__}: {error}"
    return unasked(ask, why)
