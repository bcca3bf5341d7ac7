"""Find refusals that a provider's document declares and at which a consumer's code raises."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.checks.refusals import crashes, flaw
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.policy import Severity
from harness.domain.possible import Origin

_HINT = (
    "look at the status before the body; an exception that tells callers of a refusal is the "
    "consumer's own class, or is named in its table: raises = [...]"
)


def _judge(facts: Facts) -> Iterator[Flaw]:
    for one in crashes(facts, Origin.REFUSAL):
        message = f"{one.consumer} fails with {one.error} when {one.provider} answers {one.what}"
        yield flaw(facts, one, message, _HINT)


ERROR_REPLY_CRASHES_CONSUMER = Check(
    id="error-reply-crashes-consumer",
    title="a consumer's code raises on a refusal that the provider's document declares",
    severity=Severity.ERROR,
    leg=Leg.CONSUMER,
    needs=frozenset({"reply-fuzz", "service-replies"}),
    judge=_judge,
)
