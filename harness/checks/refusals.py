"""Replies that a consumer's code did not cope with: whose they are, and how they are told."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.facts import Facts
from harness.checks.misfits import Standing
from harness.checks.misfits import seen as misfits
from harness.checks.raise_site import own_calls, site
from harness.checks.telling import operation_of
from harness.domain.edge import Pair
from harness.domain.evidence import ReplyRefused
from harness.domain.finding import Confirmation, Flaw
from harness.domain.possible import Origin

_SHORT = 400


def crashes(facts: Facts, origin: Origin) -> Iterator[ReplyRefused]:
    """Give those of one origin at which the consumer raised, and of which no misfit tells."""
    for one in facts.of(ReplyRefused):
        is_crash = one.origin is origin and not one.waited_s
        if is_crash and not (origin is Origin.DOCUMENT and _is_told(facts, one)):
            yield one


def hangs(facts: Facts) -> Iterator[ReplyRefused]:
    """Give those for which the consumer would have gone on for ever."""
    return (one for one in facts.of(ReplyRefused) if one.waited_s)


def flaw(facts: Facts, one: ReplyRefused, message: str, hint: str) -> Flaw:
    """
    Tell a refusal.

    Shape: its identity is edge and raise site; no value, no place, no wording.
    """
    consumer = facts.service(one.consumer)
    raised = site(one.crash, consumer) if one.crash else "hangs"
    served = f" while it serves {one.by}" if one.by else ""
    asked = f"{one.asked}\n\n" if one.asked else ""
    trace = one.crash.traceback if one.crash else ""
    edge = facts.edge_of(Pair(one.consumer, one.provider), one.interaction)
    return Flaw(
        service=one.provider,
        consumer=one.consumer,
        operation=edge.operation if edge else one.interaction,
        message=message + served,
        hint=hint,
        cause=raised,
        expected=f"{one.consumer} copes, or raises what it declares",
        seen=one.error,
        witness=" ".join(one.reply.split("\n"))[:_SHORT],
        location=facts.raised_at(one.crash, one.consumer) if one.crash else None,
        detail=f"{asked}{one.reply}\n\n{trace}".strip(),
        confirmation=Confirmation.BY_CODE,
        raise_site=raised if one.crash and one.crash.frames else "",
        flaky=one.came_back is False,
        occurrences=one.occurrences,
    )


def _is_told(facts: Facts, one: ReplyRefused) -> bool:
    """Whether what does not fit is told already, at that place or where the code raised."""
    consumer = facts.service(one.consumer)
    calls = own_calls(one.crash, consumer) if one.crash else ()
    for misfit in misfits(facts):
        compared = misfit.compared
        if (compared.consumer, compared.provider) != (one.consumer, one.provider):
            continue
        if misfit.standing is not Standing.CERTAIN:
            continue
        crash = misfit.put.crash if misfit.put else None
        if crash is not None and calls and own_calls(crash, consumer)[-1:] == calls[-1:]:
            return True
        edge = facts.edge_of(Pair(one.consumer, one.provider), one.interaction)
        is_there = edge is not None and operation_of(facts, compared) == edge.operation
        if is_there and _touch(misfit.misfit.path, one.place):
            return True
    return False


def _touch(path: str, place: str) -> bool:
    """Whether two places are the same, or one lies within the other."""
    if not path or not place:
        return False
    within = (f"{path}.", f"{path}[")
    around = (f"{place}.", f"{place}[")
    return path == place or place.startswith(within) or path.startswith(around)
