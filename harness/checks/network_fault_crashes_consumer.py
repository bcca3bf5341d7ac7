"""Find what networks do and a consumer's code does not cope with."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.checks.refusals import crashes, flaw
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.policy import Severity
from harness.domain.possible import Origin

_HINT = (
    "whatever answers may not be the provider: look at status and content type before the body is "
    "read, and raise an exception of your own, or of the client library, where it cannot be used"
)


def _judge(facts: Facts) -> Iterator[Flaw]:
    for one in crashes(facts, Origin.NETWORK):
        message = (
            f"{one.consumer} fails with {one.error} when what comes instead of a reply of "
            f"{one.provider} is {one.what}"
        )
        yield flaw(facts, one, message, _HINT)


NETWORK_FAULT_CRASHES_CONSUMER = Check(
    id="network-fault-crashes-consumer",
    title="a consumer's code raises on what networks and gateways send instead of a reply",
    severity=Severity.ERROR,
    leg=Leg.CONSUMER,
    needs=frozenset({"reply-fuzz", "service-replies"}),
    judge=_judge,
)
