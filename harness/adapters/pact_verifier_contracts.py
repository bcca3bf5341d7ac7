"""Which pacts bind a provider, each with its text taken apart into interactions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.documents.json_text import parse_json
from harness.documents.pacts import read_pact
from harness.domain.config import Config
from harness.domain.edge import Pair
from harness.domain.errors import DocumentUnreadable
from harness.domain.evidence import PactGathered, PactRefused
from harness.domain.json import Json
from harness.domain.pact import Interaction, Pact
from harness.domain.steps import AskWorker, VerifyPacts
from harness.stages.ports import StepContext

_PLACE = re.compile(r"\$\.(interactions|messages)\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Contract:
    """
    One pact that binds the provider.

    Shape: `pair` holds the members' own names; `root` is the pact as it was written.
    """

    pair: Pair
    pact: Pact
    root: Mapping[str, Json]

    def alone(self, interaction: Interaction) -> Mapping[str, Json]:
        """The pact as if it held this interaction only."""
        place = _PLACE.fullmatch(interaction.location)
        if place is None:
            raise ValueError(f"{interaction.location} names no interaction")
        listed = self.root[place[1]]
        kept: list[Json] = [listed[int(place[2])]] if isinstance(listed, list) else []
        rest = {key: value for key, value in self.root.items() if key not in _LISTS}
        return {**rest, place[1]: kept}


def reply_alone(pact: Mapping[str, Json], at: int) -> Mapping[str, Json]:
    """
    One of several replies of the only interaction of a pact, as a message of its own.

    Pact's verifier takes no more than one message for an interaction.
    """
    listed = pact.get("interactions")
    interaction = listed[0] if isinstance(listed, list) else {}
    replies = interaction["response"]
    beside = ("description", "providerStates", "comments", "pending")
    kept = {name: interaction[name] for name in beside if name in interaction}
    return {**pact, "interactions": [{**kept, **replies[at], "type": "Asynchronous/Messages"}]}


_LISTS = frozenset({"interactions", "messages"})


def contracts_of(
    step: VerifyPacts | AskWorker, context: StepContext
) -> tuple[tuple[Contract, ...], tuple[PactRefused, ...]]:
    """
    Gather the pacts that bind a step's provider, by consumer, and those that cannot be read.

    What a consumer's tests gave just now goes before what lies in a file.
    """
    fresh: dict[Pair, Contract] = {}
    refused: list[PactRefused] = []
    for gathered in _gathered(context):
        try:
            pact = read_pact(gathered.text, gathered.path or _origin(gathered))
        except DocumentUnreadable as error:
            path = gathered.path or _origin(gathered)
            refused.append(PactRefused(path, error.message, error.hint))
        else:
            contract = Contract(_pair(pact, context.config), pact, _root(gathered.text))
            fresh[contract.pair] = contract
    wanted = [*fresh.values(), *_filed(context, fresh)]
    mine = [contract for contract in wanted if _is_wanted(contract, step, context.config)]
    mine.sort(key=lambda contract: (contract.pair, contract.pact.path))
    return tuple(_without_repeats(mine)), tuple(refused)


def _origin(gathered: PactGathered) -> str:
    return f"the pact that the tests of {gathered.consumer} gave"


def _gathered(context: StepContext) -> Iterator[PactGathered]:
    for observed in context.taken.values():
        for evidence in observed.evidence:
            if isinstance(evidence, PactGathered) and evidence.complete:
                yield evidence


def _filed(context: StepContext, fresh: Mapping[Pair, Contract]) -> Iterator[Contract]:
    for found in context.system.pacts:
        if found.pact is not None:
            pair = _pair(found.pact, context.config)
            if pair not in fresh:
                yield Contract(pair, found.pact, _root(found.text))


def _root(text: str) -> Mapping[str, Json]:
    """The pact's text as it was written; that it is an object is known by then."""
    value = parse_json(text, "the pact").value
    return value if isinstance(value, dict) else {}


def _pair(pact: Pact, config: Config) -> Pair:
    return Pair(_own_name(pact.consumer, config), _own_name(pact.provider, config))


def _own_name(name: str, config: Config) -> str:
    member = config.service(name)
    return member.name if member else name


def _is_wanted(contract: Contract, step: VerifyPacts | AskWorker, config: Config) -> bool:
    wanted = {_own_name(name, config) for name in step.consumers}
    if contract.pair.provider != _own_name(step.service, config):
        return False
    return not wanted or contract.pair.consumer in wanted


def _without_repeats(contracts: list[Contract]) -> Iterator[Contract]:
    """A pact that lies in two places is verified once."""
    seen: set[tuple[Pair, str]] = set()
    for contract in contracts:
        identity = (contract.pair, contract.pact.digest)
        if identity not in seen:
            seen.add(identity)
            yield contract
