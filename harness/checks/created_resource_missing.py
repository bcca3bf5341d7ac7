"""Find resources that cannot be read after they were created."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.checks.generated import flaws_of
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.policy import Severity
from harness.domain.traffic import Fault

_FAULTS = frozenset({Fault.CREATED_MISSING})
_HINT = "after a successful POST the resource must be found under the id that was given"


def _judge(facts: Facts) -> Iterator[Flaw]:
    return flaws_of(facts, _FAULTS, _HINT)


CREATED_RESOURCE_MISSING = Check(
    id="created-resource-missing",
    title="a resource cannot be read after it was created",
    severity=Severity.ERROR,
    leg=Leg.PROVIDER,
    needs=frozenset({"fuzz"}),
    judge=_judge,
)
