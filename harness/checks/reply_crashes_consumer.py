"""Find replies that a provider's document allows and at which a consumer's code raises."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.checks.refusals import crashes, flaw
from harness.checks.telling import told_of
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.policy import Severity
from harness.domain.possible import Origin


def _judge(facts: Facts) -> Iterator[Flaw]:
    for one in crashes(facts, Origin.DOCUMENT):
        message = (
            f"{one.consumer} fails with {one.error} on a reply that the document of "
            f"{one.provider} allows: {one.what}"
        )
        hint = (
            f"{told_of(facts, one.consumer)} can cope with it, or {told_of(facts, one.provider)} "
            "can forbid it in its document; an exception that is raised on purpose is named in the "
            "consumer's table: raises = [...]"
        )
        yield flaw(facts, one, message, hint)


REPLY_CRASHES_CONSUMER = Check(
    id="reply-crashes-consumer",
    title="a consumer's code raises on a reply that the provider's document allows",
    severity=Severity.ERROR,
    leg=Leg.CONSUMER,
    needs=frozenset({"reply-fuzz", "service-replies"}),
    judge=_judge,
)
