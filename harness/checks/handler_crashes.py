"""Find messages at which a consumer's handler raises."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.checks.refusals import crashes_on_messages, flaw
from harness.checks.telling import told_of
from harness.domain.coping import ReplyRefused
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.policy import Severity
from harness.domain.possible import Origin


def _judge(facts: Facts) -> Iterator[Flaw]:
    for one in crashes_on_messages(facts):
        message = f"the handler of {one.consumer} fails with {one.error} on {_whose(one)}"
        yield flaw(facts, one, message, _hint(facts, one))


def _whose(one: ReplyRefused) -> str:
    if one.version:
        return (
            f"a message of {one.provider} that an earlier version of its document allows: "
            f"{one.what}"
        )
    if one.origin is Origin.DOCUMENT:
        return f"a message that the document of {one.provider} allows: {one.what}"
    if one.origin is Origin.DELIVERY:
        return f"messages of {one.provider} that come twice or out of turn: {one.what}"
    return f"what may come through the channel instead of a message of {one.provider}: {one.what}"


def _hint(facts: Facts, one: ReplyRefused) -> str:
    on_purpose = (
        "an exception by which it refuses a message on purpose is declared: raises=... on the "
        "contract, or raises = [...] in the consumer's table"
    )
    if one.version:
        return (
            "messages that were sent before may still be on their way, or be kept: "
            f'{told_of(facts, one.consumer)} can cope with them; compatibility = "NONE" in the '
            f"channel's table of {told_of(facts, one.provider)} says that none is left; "
            f"{on_purpose}"
        )
    if one.origin is Origin.DOCUMENT:
        return (
            f"{told_of(facts, one.consumer)} can cope with it, or {told_of(facts, one.provider)} "
            f"can forbid it in its document; {on_purpose}"
        )
    if one.origin is Origin.DELIVERY:
        return (
            "channels deliver at least once, and keep the order of one partition or queue alone: "
            f"take what was done already for done, and what comes early for later; {on_purpose}"
        )
    return (
        "what a handler lets out by accident is delivered again and again: refuse what cannot be "
        f"read; {on_purpose}"
    )


HANDLER_CRASHES = Check(
    id="handler-crashes",
    title="a consumer's handler raises on a message that may come",
    severity=Severity.ERROR,
    leg=Leg.CONSUMER,
    needs=frozenset({"reply-fuzz"}),
    judge=_judge,
)
