"""Find replies after which a consumer never comes to an end."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.checks.refusals import flaw, hangs
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.policy import Severity

_HINT = (
    "give the client a time-out, and retries an end; what may take longer on purpose is allowed by "
    "the workspace's table: budget = { patience_s = … }"
)


def _judge(facts: Facts) -> Iterator[Flaw]:
    for one in hangs(facts):
        message = (
            f"{one.consumer} hangs when what comes from {one.provider} is {one.what}: {one.error}"
        )
        yield flaw(facts, one, message, _HINT)


CONSUMER_HANGS = Check(
    id="consumer-hangs",
    title="a consumer waits, or tries again, for ever",
    severity=Severity.ERROR,
    leg=Leg.CONSUMER,
    needs=frozenset({"reply-fuzz", "service-replies"}),
    judge=_judge,
)
