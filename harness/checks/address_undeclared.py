"""Find calls of addresses that nothing accounts for."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.checks.telling import meanwhile
from harness.domain.coping import AddressRefused
from harness.domain.edge import Leg
from harness.domain.finding import Confirmation, Flaw
from harness.domain.policy import Severity


def _judge(facts: Facts) -> Iterator[Flaw]:
    for one in facts.of(AddressRefused):
        yield Flaw(
            service=one.consumer,
            message=f"{one.consumer} calls {one.address}{meanwhile(one.by)}, which is neither a "
            "provider that it consumes nor in its env; the call was refused",
            hint="take the address from the environment, and name it in the service's table: "
            "consumes for a provider, env for anything else",
            cause=f"calls {one.address.rpartition(':')[0] or one.address}",
            seen=one.address,
            location=facts.raised_at(one.crash, one.consumer) if one.crash else None,
            detail=one.crash.traceback if one.crash else "",
            confirmation=Confirmation.BY_CODE,
        )


ADDRESS_UNDECLARED = Check(
    id="address-undeclared",
    title="a consumer calls an address that its table does not name",
    severity=Severity.ERROR,
    leg=Leg.CONSUMER,
    needs=frozenset({"reply-fuzz", "service-replies"}),
    judge=_judge,
)
