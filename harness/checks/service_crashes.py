"""Find requests that make a service raise, fall over or fall silent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.checks.generated import flaws_of
from harness.domain.edge import Leg
from harness.domain.finding import Confirmation, Flaw
from harness.domain.policy import Severity
from harness.domain.raise_site import raise_site
from harness.domain.traffic import Fault, ServiceCrashed

_FAULTS = frozenset({Fault.CRASH, Fault.SERVER_ERROR, Fault.NO_REPLY})
_HINT = "no request, however odd, should raise past the service: answer 4xx, or mend the code"


def _judge(facts: Facts) -> Iterator[Flaw]:
    ends = {(one.service, one.operation): one for one in facts.of(ServiceCrashed) if one.operation}
    for flaw in flaws_of(facts, _FAULTS, _HINT):
        is_silence = flaw.cause == Fault.NO_REPLY.value and not flaw.flaky
        end = ends.pop((flaw.service, flaw.operation), None) if is_silence else None
        yield _with_the_end(flaw, end) if end else flaw
    for seen in facts.of(ServiceCrashed):
        if seen.operation and (seen.service, seen.operation) not in ends:
            continue  # told with the request that it ended at
        raised = raise_site(seen.crash, facts.packages(seen.service)) if seen.crash else ""
        yield Flaw(
            service=seen.service,
            message=seen.message,
            hint="look at the output below; requests that were running then are named there",
            cause=raised or "ended",
            location=facts.raised_at(seen.crash, seen.service),
            detail=seen.crash.traceback if seen.crash else seen.output,
            confirmation=Confirmation.BY_CODE,
            raise_site=raised,
        )


def _with_the_end(flaw: Flaw, end: ServiceCrashed) -> Flaw:
    """Tell the silence and the end that made it as the one fault that they are."""
    return replace(
        flaw,
        message=f"{flaw.message}; {end.message}",
        detail=end.output,
        confirmation=Confirmation.BY_CODE,
    )


SERVICE_CRASHES = Check(
    id="service-crashes",
    title="a request makes the service raise, end or fall silent",
    severity=Severity.ERROR,
    leg=Leg.PROVIDER,
    needs=frozenset({"fuzz"}),
    judge=_judge,
)
