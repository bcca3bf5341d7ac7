"""Find statuses that the provider's document does not mention."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.checks.generated import flaws_of
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.policy import Severity
from harness.domain.traffic import Fault

_FAULTS = frozenset({Fault.STATUS_UNDOCUMENTED})
_HINT = "document the status with its body: a consumer cannot prepare for what it cannot read"


def _judge(facts: Facts) -> Iterator[Flaw]:
    return flaws_of(facts, _FAULTS, _HINT)


STATUS_UNDOCUMENTED = Check(
    id="status-undocumented",
    title="the provider answers with a status that its document does not mention",
    severity=Severity.WARNING,
    leg=Leg.PROVIDER,
    needs=frozenset({"fuzz"}),
    judge=_judge,
)
