"""Messages that a broker carried to a worker: how what became of them is told."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.facts import Facts
from harness.domain.carried import MessagesCarried, Trial
from harness.domain.edge import Pair
from harness.domain.finding import Confirmation, Flaw

DEAF = ": the worker had consumed, still runs, and consumes no more"
CHANNEL = (
    "see what closed its channel: brokers do so where a message is acknowledged or rejected twice; "
    "let the worker end then, or consume anew"
)


def trials(facts: Facts, trial: Trial) -> Iterator[MessagesCarried]:
    """Give all that was tried in one way."""
    return (one for one in facts.of(MessagesCarried) if one.trial is trial)


def missing(one: MessagesCarried) -> int:
    """Count the messages that a broker did not have any more when their worker was killed."""
    return one.sent - one.kept - one.returned if one.trial is Trial.KILLED else 0


def is_left(one: MessagesCarried) -> bool:
    """Whether handlers returned, and nobody acknowledged: the broker itself may put it away."""
    is_put_away = bool(one.refused and one.tries and one.returned >= one.tries)
    return bool(one.returned) and (one.waiting > 0 or is_put_away)


def taken_early(facts: Facts) -> frozenset[tuple[str, str]]:
    """Name the consumers and addresses whose messages are acknowledged before anything is done."""
    killed = trials(facts, Trial.KILLED)
    return frozenset((one.consumer, one.address) for one in killed if missing(one) > 0)


def flaw(
    facts: Facts, one: MessagesCarried, cause: str, message: str, hint: str, expected: str
) -> Flaw:
    """
    Tell what became of messages.

    Shape: its identity is the channel and the manner of the fault; no broker, count or time.
    """
    edge = facts.edge_of(Pair(one.consumer, one.provider), one.interaction)
    return Flaw(
        service=one.provider,
        consumer=one.consumer,
        operation=edge.operation if edge else one.address,
        message=f"{message} ({one.broker})",
        hint=hint,
        cause=cause,
        expected=expected,
        seen=seen(one),
        detail=one.detail,
        confirmation=Confirmation.BY_CODE,
    )


def seen(one: MessagesCarried) -> str:
    """Count what was seen, in words."""
    parts = [
        f"{one.waiting} waiting" if one.is_kept else f"{one.waiting} not handled",
        f"{one.refused} in the dead-letter place" if one.is_kept else "",
        f"{one.returned} handled" if one.is_watched else "",
        f"{one.raised} raised {one.error}" if one.raised else "",
        f"{one.unfinished} at work" if one.unfinished and one.trial is not Trial.KILLED else "",
        f"the worker {one.ended}" if one.ended else "",
        "the worker consumes no more" if one.is_deaf else "",
    ]
    return ", ".join(part for part in parts if part)
