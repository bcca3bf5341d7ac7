"""Which results others are told, and what they are asked afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from harness.domain.evidence import Evidence, InteractionVerified, Observed, Outcome
from harness.domain.fetched import (
    FetchedPact,
    InteractionResult,
    PactResult,
    ResultsTold,
    Unpublished,
)
from harness.domain.pact import Pact
from harness.domain.selection import Selection
from harness.domain.system import FoundPact, System
from harness.stages.ports import Exchange

DEPLOYABLE: Final = "not-deployable"


def results_of(
    system: System, observed: Iterable[Observed]
) -> tuple[tuple[PactResult, ...], tuple[Unpublished, ...]]:
    """
    How the verification of each published pact went, and those that were not seen whole.

    Shape: a pact of which nothing was verified is in neither; one of a pact's own pending
    interactions fails nothing.
    """
    seen: dict[tuple[str, str], InteractionVerified] = {}
    for one in (one for each in observed for one in each.evidence):
        if isinstance(one, InteractionVerified) and one.contract:
            known = seen.setdefault((one.contract, one.interaction), one)
            if known.outcome is Outcome.PASSED:  # what was verified in two ways is kept in both
                seen[one.contract, one.interaction] = one
    results: list[PactResult] = []
    partial: list[Unpublished] = []
    for found in system.pacts:
        if found.published is None or found.pact is None:
            continue
        mine = {key: one for (contract, key), one in seen.items() if contract == found.pact.digest}
        lost = sum(1 for note in found.pact.notes if note.lost)
        missing = len(found.pact.interactions) - len(mine) + lost
        if mine and missing:
            why = f"{missing} of {len(mine) + missing} interactions were not verified"
            partial.append(Unpublished(found.consumer, found.provider, why))
        elif mine:
            results.append(_result(found, found.pact, mine))
    return tuple(results), tuple(partial)


def told_others(
    system: System, observed: tuple[Observed, ...], exchange: Exchange | None, selection: Selection
) -> tuple[Observed, tuple[ResultsTold, ...]]:
    """
    Tell a broker what was verified, then ask what may be deployed, as far as either is wanted.

    Shape: what is published counts in the answer.
    """
    seen: list[Evidence] = []
    results, partial = results_of(system, observed)
    if exchange is None:
        return Observed("exchange"), ()
    told: tuple[ResultsTold, ...] = (exchange.publish(results),) if results else ()
    seen += [one.failed for one in told if one.failed]
    fetched = system.config.fetched
    place = fetched.broker if fetched else ""
    told += tuple(ResultsTold(place, "", "", 1, _why(one)) for one in partial)
    if not selection.checks or DEPLOYABLE in selection.checks:
        names = (one.name for one in system.config.services if selection.takes_part(one.name))
        seen += exchange.deployability(tuple(names))
    return Observed("exchange", tuple(seen)), told


def _why(one: Unpublished) -> str:
    return f"of the pact of {one.consumer} with {one.provider}, {one.why}"


def _result(found: FoundPact, pact: Pact, seen: Mapping[str, InteractionVerified]) -> PactResult:
    assert found.published is not None
    published = FetchedPact(pact.consumer, pact.provider, found.text, found.published)
    told = tuple(_interactions(pact, published, seen))
    success = all(_is_kept(seen[one.key]) for one in pact.interactions)
    return PactResult(published, success, told)


def _is_kept(one: InteractionVerified) -> bool:
    return one.outcome is Outcome.PASSED or one.pending


def _interactions(
    pact: Pact, published: FetchedPact, seen: Mapping[str, InteractionVerified]
) -> Iterator[InteractionResult]:
    ids = published.publication.interactions
    # Every interaction was read, so both are in the order of the pact: messages come last.
    for at, interaction in enumerate(pact.interactions):
        one = seen[interaction.key]
        yield InteractionResult(
            ids[at] if at < len(ids) else "",
            interaction.description,
            one.outcome is Outcome.PASSED,
            tuple((each.where, each.message) for each in one.mismatches),
            _error(one),
        )


def _error(one: InteractionVerified) -> str:
    if one.outcome is Outcome.PASSED or one.mismatches:
        return ""
    if one.crash is not None:
        return f"{one.crash.type}: {one.crash.message}"
    return one.detail.strip().splitlines()[-1] if one.detail.strip() else one.outcome.value
