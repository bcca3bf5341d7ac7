"""Find replies that the provider's own document does not allow."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.checks.generated import flaws_of
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.policy import Severity
from harness.domain.traffic import Fault

_FAULTS = frozenset({Fault.RESPONSE_SCHEMA, Fault.CONTENT_TYPE, Fault.RESPONSE_HEADERS})
_HINT = "send what the document says, or let the document say what is sent"


def _judge(facts: Facts) -> Iterator[Flaw]:
    return flaws_of(facts, _FAULTS, _HINT)


RESPONSE_SCHEMA_VIOLATED = Check(
    id="response-schema-violated",
    title="the provider sends what its own document does not allow",
    severity=Severity.ERROR,
    leg=Leg.PROVIDER,
    needs=frozenset({"fuzz"}),
    judge=_judge,
)
