"""Find what a framework silently made of values that a handler returned, or let pass."""

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
    yield from flaws_of(facts, frozenset(Contradicted) - {Contradicted.ANNOTATION}, _HINT)


# A warning: where a consumer is hurt by it, what goes out is another check's error.
RESPONSE_COERCED = Check(
    id="response-coerced",
    title="the framework silently coerced, dropped or let pass what the service's code returned",
    severity=Severity.WARNING,
    leg=Leg.PROVIDER,
    needs=frozenset({"fuzz", "verify"}),
    judge=_judge,
)
