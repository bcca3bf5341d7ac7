"""Find contracts of channels that no document of the producer has."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.checks.misfits import Standing, seen
from harness.checks.telling import flaw, told_of
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.fit import Code
from harness.domain.policy import Severity


def _judge(facts: Facts) -> Iterator[Flaw]:
    for one in seen(facts):
        is_certain = one.standing is Standing.CERTAIN
        if one.misfit.code is not Code.MESSAGE_CHANNEL_UNKNOWN or not is_certain:
            continue
        consumer, provider = one.compared.consumer, one.compared.provider
        yield flaw(
            facts,
            one,
            f"{consumer} reads the channel {one.misfit.name}, and the document of {provider} has "
            f"none of that address; it has {one.misfit.sent}",
            f"{told_of(facts, consumer)} can read a channel that is there, or "
            f"{told_of(facts, provider)} can send to this one and document it",
        )


CHANNEL_UNKNOWN = Check(
    id="channel-unknown",
    title="a consumer reads a channel that the producer's document does not have",
    severity=Severity.ERROR,
    leg=Leg.FIT,
    needs=frozenset({"compare"}),
    judge=_judge,
)
