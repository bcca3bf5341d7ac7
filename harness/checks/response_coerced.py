"""Find what a framework silently made of values that a handler returned."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.contradicted import flaws_of
from harness.checks.facts import Facts
from harness.domain.contradiction import Contradicted
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.policy import Severity

_HINT = "return what the response model says, or build the model in the handler, where mypy sees it"


def _judge(facts: Facts) -> Iterator[Flaw]:
    yield from flaws_of(facts, frozenset({Contradicted.COERCED, Contradicted.DROPPED}), _HINT)


# A warning: what goes out is what the document says, so that no consumer is hurt by it today.
RESPONSE_COERCED = Check(
    id="response-coerced",
    title="the framework silently coerced or dropped what the service's code returned",
    severity=Severity.WARNING,
    leg=Leg.PROVIDER,
    needs=frozenset({"fuzz", "verify"}),
    judge=_judge,
)
