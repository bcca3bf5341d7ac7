"""Find requests that the document forbids and the provider accepts."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.checks.generated import flaws_of
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.policy import Severity
from harness.domain.traffic import Fault

_FAULTS = frozenset({Fault.INVALID_ACCEPTED, Fault.METHOD_ALLOWED})
_HINT = "refuse it with a 4xx, or let the document allow it"


def _judge(facts: Facts) -> Iterator[Flaw]:
    return flaws_of(facts, _FAULTS, _HINT)


INVALID_REQUEST_ACCEPTED = Check(
    id="invalid-request-accepted",
    title="the provider accepts a request that its document forbids",
    severity=Severity.WARNING,
    leg=Leg.PROVIDER,
    needs=frozenset({"fuzz"}),
    judge=_judge,
)
