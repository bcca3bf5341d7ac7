"""Find messages that come back for ever."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.carrying import CHANNEL, DEAF, flaw, is_left, trials
from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.domain.carried import MessagesCarried, Trial
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.policy import Severity

_ONCE = "what cannot be read is put into the dead-letter place, once"
_HINT = (
    "reject without requeue, after a bounded number of tries; what tries for longer on purpose is "
    "allowed by the workspace's table: budget = { patience_s = … }"
)


def _judge(facts: Facts) -> Iterator[Flaw]:
    for one in trials(facts, Trial.POISON):
        if one.waiting and one.is_kept:
            hint = CHANNEL if one.is_deaf else _HINT
            yield flaw(facts, one, "unreadable and back", _comes_back(one), hint, _ONCE)
        elif one.poison > 1:
            message = (
                f"one message of {one.address} that nobody can read is put into the dead-letter "
                f"place {one.poison} times by the worker of {one.consumer}"
            )
            hint = "put it there once, in one step with the acknowledgement where the broker can"
            yield flaw(facts, one, "unreadable and repeated", message, hint, _ONCE)
    for one in trials(facts, Trial.GOOD):
        if is_left(one):
            message = (
                f"a message of {one.address} is handled and never acknowledged: it comes back to "
                f"{one.consumer} {_until(one)}"
            )
            hint = "acknowledge a message when its work is done"
            expected = "a message is acknowledged when its handler has returned"
            yield flaw(facts, one, "handled and back", message, hint, expected)


def _until(one: MessagesCarried) -> str:
    return f"until it is put away after {one.tries}" if one.tries else "whenever its worker starts"


def _comes_back(one: MessagesCarried) -> str:
    what = f"a message of {one.address} that nobody can read"
    if one.ended:
        said = f"{what} ends the worker of {one.consumer}, which {one.ended}"
        said += "" if one.poison else ", and is still there"
    elif one.is_deaf:
        said = f"after {what} nothing is taken from there{DEAF}"
    elif one.deliveries and one.deliveries > 1:
        said = f"{what} is handed to {one.consumer} {one.deliveries:,} times in {one.waited_s:g} s"
    elif one.unfinished:
        said = f"{what} keeps a handler of {one.consumer} at work for {one.waited_s:g} s"
    else:
        said = f"{what} comes back to {one.consumer}: it is still there after {one.waited_s:g} s"
    behind = one.is_watched and one.returned < one.sent
    return said + (", and what lies behind it is not handled" if behind else "")


POISON_MESSAGE_LOOPS = Check(
    id="poison-message-loops",
    title="a message that cannot be handled comes back to a worker for ever",
    severity=Severity.ERROR,
    leg=Leg.CONSUMER,
    needs=frozenset({"wire"}),
    judge=_judge,
)
