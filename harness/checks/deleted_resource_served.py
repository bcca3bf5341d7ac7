"""Find resources that are still served after they were deleted."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.checks.generated import flaws_of
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.policy import Severity
from harness.domain.traffic import Fault

_FAULTS = frozenset({Fault.DELETED_SERVED})
_HINT = "after a successful DELETE the resource must answer 404 or 410"


def _judge(facts: Facts) -> Iterator[Flaw]:
    return flaws_of(facts, _FAULTS, _HINT)


DELETED_RESOURCE_SERVED = Check(
    id="deleted-resource-served",
    title="a resource is still served after it was deleted",
    severity=Severity.ERROR,
    leg=Leg.PROVIDER,
    needs=frozenset({"fuzz"}),
    judge=_judge,
)
