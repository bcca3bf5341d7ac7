"""The one way in which it is told that no broker answers."""

from __future__ import annotations

from typing import Final

from harness.domain.errors import BrokerUnreachable

LIMIT_S: Final = 10.0


def unreachable(
    name: str, kind: str, where: str, said: str, *, is_silent: bool, was_reached: bool, starts: str
) -> BrokerUnreachable:
    """
    Tell that a broker at a place does not answer, before it was reached or after it.

    Shape: `said` is what the client told, `is_silent` that there was nothing but silence, and
    `starts` the kind that `harness messaging up` starts.
    Units: silence lasts `LIMIT_S`.
    """
    if is_silent and was_reached:
        told = f"{name} at {where} does not answer any more: nothing came in {LIMIT_S:g} s"
        hint = "is it overloaded, or out of memory or disk? its log says so"
    elif was_reached:
        told = f"{name} at {where} was lost in the middle: {said}"
        hint = "did it end, or restart? once it stays, run this again"
    elif is_silent:
        told = f"no answer from {name} at {where} in {LIMIT_S:g} s"
        hint = f"is it {name} that listens there? `harness messaging up {starts}` starts one"
    else:
        told = f"{name} at {where} is not reached: {said}"
        hint = f"is it running? `harness messaging up {starts}` starts one"
    return BrokerUnreachable(told, kind=kind, address=where, hint=hint)
