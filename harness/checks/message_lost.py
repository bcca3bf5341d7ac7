"""Find messages that end without their work being done, and without a trace."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.carrying import CHANNEL, DEAF, flaw, is_left, taken_early, trials
from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.domain.carried import MessagesCarried, Trial
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.policy import Severity

_HANDLED = "a message that it agreed to is handled, and acknowledged after that"
_TAKEN = "a message that it agreed to is handled: nobody keeps it for later"
_KEPT = "what cannot be read is put into the dead-letter place, once"


def _judge(facts: Facts) -> Iterator[Flaw]:
    early = taken_early(facts)
    for one in trials(facts, Trial.GOOD):
        if (one.consumer, one.address) not in early:
            yield from _of_good(facts, one)
    for one in trials(facts, Trial.POISON):
        if not one.is_kept:
            yield from _behind(facts, one)
            continue
        # Who acknowledges first loses whatever fails, and is told of that.
        if _is_gone(one) and (one.consumer, one.address) not in early:
            message = (
                f"a message of {one.address} that nobody can read is gone: the worker of "
                f"{one.consumer} {_how(one)} and acknowledged it all the same"
            )
            hint = "reject it, so that the broker or the client puts it into the dead-letter place"
            yield flaw(facts, one, "unreadable and gone", message, hint, _KEPT)


def _of_good(facts: Facts, one: MessagesCarried) -> Iterator[Flaw]:
    what = f"a message of {one.address} that {one.consumer} agreed to"
    if is_left(one):
        return  # it is told of what comes back
    if one.refused:
        message = f"{what} ends in the dead-letter place: {one.error or 'its worker refuses it'}"
        hint = "its contract test accepts the same message: see what the worker does before it"
        yield flaw(facts, one, "agreed and refused", message, hint, _HANDLED)
    elif one.raised and not one.returned and not one.waiting:
        message = f"{what} is gone though its handler failed: {one.error}"
        hint = "acknowledge after the work, and reject what fails"
        hint = hint if one.is_kept else "see what the worker hands to its handler, and when"
        yield flaw(facts, one, "failed and gone", message, hint, _expected(one))
    elif one.waiting:
        how, hint = _stopped(one)
        message = f"{what} is not handled{how}"
        yield flaw(facts, one, "agreed and not handled", message, hint, _expected(one))


def _behind(facts: Facts, one: MessagesCarried) -> Iterator[Flaw]:
    """Tell of what comes behind an unreadable message, where nobody keeps it meanwhile."""
    if not one.waiting:
        return
    how, hint = _stopped(one)
    message = f"behind one that nobody can read, a message of {one.address} is lost{how}"
    if one.error:
        message = f"{message}, after {one.error}"
        hint = "catch what a message that cannot be read raises, and take the next"
    yield flaw(facts, one, "lost behind an unreadable one", message, hint, _TAKEN)


def _expected(one: MessagesCarried) -> str:
    return _HANDLED if one.is_kept else _TAKEN


def _stopped(one: MessagesCarried) -> tuple[str, str]:
    """Say why a worker handles nothing more, and what to do."""
    if one.ended:
        return f": the worker {one.ended}", "let it consume until it is told to leave"
    if one.is_deaf:
        return DEAF, CHANNEL
    if one.unfinished:
        how = f" within {one.waited_s:g} s: a handler has begun, and does not return"
        return how, "bound how long a handler waits, or allow more: budget = { patience_s = … }"
    how = f" within {one.waited_s:g} s"
    return how, "does its worker consume there, under these names?"


def _is_gone(one: MessagesCarried) -> bool:
    """Whether a handler took it is known only where handlers are seen."""
    is_taken = one.returned > one.sent
    return one.is_watched and not (one.poison or one.waiting or is_taken)


def _how(one: MessagesCarried) -> str:
    return f"failed with {one.error}" if one.raised else "did not hand it to a handler"


MESSAGE_LOST = Check(
    id="message-lost",
    title="a message that a broker carried to a worker is lost, or not handled",
    severity=Severity.ERROR,
    leg=Leg.CONSUMER,
    needs=frozenset({"wire"}),
    judge=_judge,
)
