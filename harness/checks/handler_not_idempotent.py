"""Find handlers that act again on a message which comes a second time."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.checks.refusals import acts_twice, flaw
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.policy import Severity

_HINT = (
    "channels deliver at least once: keep what names the message with what it did, in one "
    "transaction, and do nothing when it is there; or leave idempotent=True out of the contract"
)


def _judge(facts: Facts) -> Iterator[Flaw]:
    for one in acts_twice(facts):
        message = (
            f"the handler of {one.consumer} does more on a message of {one.provider} that comes "
            f"twice than on one that comes once: {one.error}"
        )
        yield flaw(facts, one, message, _HINT)


HANDLER_NOT_IDEMPOTENT = Check(
    id="handler-not-idempotent",
    title="a consumer's handler acts again on a message that comes twice",
    severity=Severity.ERROR,
    leg=Leg.CONSUMER,
    needs=frozenset({"reply-fuzz"}),
    judge=_judge,
)
