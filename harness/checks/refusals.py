"""Replies that a consumer's code did not cope with: whose they are, and how they are told."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.examples import of_reply
from harness.checks.facts import Facts
from harness.checks.misfits import Standing
from harness.checks.misfits import seen as misfits
from harness.checks.telling import meanwhile, operation_of
from harness.domain.coping import ReplyRefused
from harness.domain.edge import Pair
from harness.domain.evidence import InteractionCompared
from harness.domain.finding import Confirmation, Flaw
from harness.domain.fit import Code
from harness.domain.possible import Origin
from harness.domain.raise_site import own_frame, raise_site

_SHORT = 400
_OF_BODIES = frozenset({Code.REPLY_BODY, Code.MESSAGE_PAYLOAD})


def crashes(facts: Facts, origin: Origin) -> Iterator[ReplyRefused]:
    """Give replies of one origin at which the consumer raised, and of which no misfit tells."""
    return (one for one in _crashes(facts) if one.origin is origin and not one.of_message)


def crashes_on_messages(facts: Facts) -> Iterator[ReplyRefused]:
    """Give messages at which the consumer's handler raised, and of which no misfit tells."""
    return (one for one in _crashes(facts) if one.of_message and not one.by_test)


def acts_twice(facts: Facts) -> Iterator[ReplyRefused]:
    """Give messages that had more effect twice than once, as the consumer's test tells."""
    return (one for one in _crashes(facts) if one.by_test)


def _crashes(facts: Facts) -> Iterator[ReplyRefused]:
    for one in facts.of(ReplyRefused):
        if not one.waited_s and not (one.origin is Origin.DOCUMENT and _is_told(facts, one)):
            yield one


def hangs(facts: Facts) -> Iterator[ReplyRefused]:
    """Give those for which the consumer would have gone on for ever."""
    return (one for one in facts.of(ReplyRefused) if one.waited_s)


def flaw(facts: Facts, one: ReplyRefused, message: str, hint: str) -> Flaw:
    """
    Tell a refusal.

    Shape: its identity is edge and raise site; no value, no place, no wording.
    """
    packages = facts.packages(one.consumer)
    raised = (
        raise_site(one.crash, packages) if one.crash else ("hangs" if one.waited_s else "ended")
    )
    witness = " ".join(one.reply.split("\n"))[:_SHORT]
    is_cut = len(one.reply) > _SHORT
    trace = one.crash.traceback if one.crash else ""
    detail = "\n\n".join(filter(None, (one.asked, one.reply if is_cut else "", trace)))
    pair = Pair(one.consumer, one.provider)
    edge = facts.edge_of(pair, one.interaction)
    return Flaw(
        service=one.provider,
        consumer=one.consumer,
        operation=edge.operation if edge else one.interaction,
        message=message + meanwhile(one.by),
        hint=hint,
        cause=raised,
        expected=f"{one.consumer} copes, or raises what it declares",
        seen=one.error,
        witness=witness,
        example=of_reply(facts, pair, one.interaction),
        location=facts.raised_at(one.crash, one.consumer) if one.crash else None,
        detail=detail,
        confirmation=Confirmation.BY_CODE,
        raise_site=raised if one.crash and one.crash.frames else "",
        flaky=one.came_back is False,
        seen_again=one.again,
        occurrences=one.occurrences,
    )


def _is_told(facts: Facts, one: ReplyRefused) -> bool:
    """Whether what does not fit is told already, at that place or where the code raised."""
    packages = facts.packages(one.consumer)
    frame = own_frame(one.crash, packages) if one.crash else None
    for misfit in misfits(facts):
        compared = misfit.compared
        if (compared.consumer, compared.provider) != (one.consumer, one.provider):
            continue
        if misfit.standing is not Standing.CERTAIN:
            continue
        crash = misfit.put.crash if misfit.put else None
        other = own_frame(crash, packages) if crash else None
        if frame and other and (frame.file, frame.line) == (other.file, other.line):
            return True
        is_there = misfit.misfit.code in _OF_BODIES and _is_alike(facts, compared, one)
        if is_there and _touch(misfit.misfit.path, one.place):
            return True
    return False


def _is_alike(facts: Facts, compared: InteractionCompared, one: ReplyRefused) -> bool:
    """Whether two interactions of an edge ask for the same."""
    edge = facts.edge_of(Pair(one.consumer, one.provider), one.interaction)
    is_of_its_operation = edge is not None and operation_of(facts, compared) == edge.operation
    return is_of_its_operation or compared.interaction == one.interaction


def _touch(path: str, place: str) -> bool:
    """Whether two places are the same, or one lies within the other."""
    if not path or not place:
        return False
    within = (f"{path}.", f"{path}[")
    around = (f"{place}.", f"{place}[")
    return path == place or place.startswith(within) or path.startswith(around)
