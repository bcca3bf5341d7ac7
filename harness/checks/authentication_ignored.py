"""Find operations that declare authentication and answer without it."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.checks.generated import flaws_of
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.policy import Severity
from harness.domain.traffic import Fault

_FAULTS = frozenset({Fault.AUTH_IGNORED})
_HINT = "refuse the request with 401, or drop the security requirement from the document"


def _judge(facts: Facts) -> Iterator[Flaw]:
    return flaws_of(facts, _FAULTS, _HINT)


AUTHENTICATION_IGNORED = Check(
    id="authentication-ignored",
    title="an operation that declares authentication answers without it",
    severity=Severity.ERROR,
    leg=Leg.PROVIDER,
    needs=frozenset({"fuzz"}),
    judge=_judge,
)
