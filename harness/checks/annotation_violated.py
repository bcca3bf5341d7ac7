"""Find annotations that values contradict while a service runs."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.contradicted import flaws_of
from harness.checks.facts import Facts
from harness.domain.contradiction import Contradicted
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.policy import Severity

_HINT = (
    "mypy believes the annotation: convert or check the value where it comes in, or annotate what "
    "really comes; where both are right, say so in policy.annotations"
)


def _judge(facts: Facts) -> Iterator[Flaw]:
    yield from flaws_of(facts, frozenset({Contradicted.ANNOTATION}), _HINT)


ANNOTATION_VIOLATED = Check(
    id="annotation-violated",
    title="a value contradicts the annotation of the service's code that it passes",
    severity=Severity.ERROR,
    leg=Leg.PROVIDER,
    needs=frozenset({"fuzz", "reply-fuzz", "verify"}),
    judge=_judge,
)
