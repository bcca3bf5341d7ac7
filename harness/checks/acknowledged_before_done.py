"""Find messages that are acknowledged before their work is done."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.carrying import flaw, missing, trials
from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.domain.carried import Trial
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.policy import Severity


def _judge(facts: Facts) -> Iterator[Flaw]:
    for one in trials(facts, Trial.KILLED):
        lost = missing(one)
        if lost <= 0:
            continue
        many = "a message" if lost == 1 else f"{lost} messages"
        message = (
            f"{many} of {one.address} had been acknowledged before the work was done: when the "
            f"worker of {one.consumer} was killed while its handler was at work, the broker had "
            f"{one.kept} of {one.sent} left"
        )
        yield flaw(
            facts,
            one,
            "acknowledged before done",
            message,
            "acknowledge after the handler has returned: no automatic acknowledgement, no commit "
            "of offsets before the work",
            "what is not done when a worker dies is delivered again",
        )


ACKNOWLEDGED_BEFORE_DONE = Check(
    id="acknowledged-before-done",
    title="a worker acknowledges a message before its work is done",
    severity=Severity.ERROR,
    leg=Leg.CONSUMER,
    needs=frozenset({"wire"}),
    judge=_judge,
)
