"""Where the interactions of a consumer come from: which pact, and which of its tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.documents.pacts import read_pact
from harness.domain.evidence import PactGathered
from harness.domain.pact import Interaction, Pact
from harness.stages.ports import StepContext


@dataclass(frozen=True, slots=True)
class Source:
    """
    Where an interaction comes from.

    Shape: `consumer` and `provider` as the pact names them; `test` is empty where none is known.
    """

    consumer: str
    provider: str
    test: str
    interaction: Interaction


def sources(consumer: str, provider: str, context: StepContext) -> Mapping[str, Source]:
    """
    Find for each interaction of two members its pact, and the test that gave it.

    Shape: by the keys of interactions; a run that was not whole or green still tells which test
    gave what.
    """
    found: dict[str, Source] = {}
    pair, name_of = (consumer, provider), context.config.name_of
    for one in context.system.pacts:
        pact = one.pact
        if pact is not None and (name_of(pact.consumer), name_of(pact.provider)) == pair:
            found.update(_of(pact, {}))
    for gathered in (one for seen in context.taken.values() for one in seen.evidence):
        if not isinstance(gathered, PactGathered) or not gathered.text:
            continue
        if (name_of(gathered.consumer), name_of(gathered.provider)) == pair:
            pact = read_pact(gathered.text, gathered.path)
            found.update(_of(pact, dict(gathered.tests)))
    return found


def _of(pact: Pact, tests: Mapping[str, str]) -> Iterator[tuple[str, Source]]:
    for one in pact.interactions:
        yield one.key, Source(pact.consumer, pact.provider, tests.get(one.location, ""), one)
