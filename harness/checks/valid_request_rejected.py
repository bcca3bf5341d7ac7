"""Find requests that the document allows and the provider refuses."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.checks.generated import flaws_of
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.policy import Severity
from harness.domain.traffic import Fault

_FAULTS = frozenset({Fault.VALID_REJECTED})
_HINT = "narrow the document to what is really accepted, or accept what it allows"


def _judge(facts: Facts) -> Iterator[Flaw]:
    return flaws_of(facts, _FAULTS, _HINT)


VALID_REQUEST_REJECTED = Check(
    id="valid-request-rejected",
    title="the provider refuses a request that its document allows",
    severity=Severity.WARNING,
    leg=Leg.PROVIDER,
    needs=frozenset({"fuzz"}),
    judge=_judge,
)
