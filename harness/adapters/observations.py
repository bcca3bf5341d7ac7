"""Whether the types of a running service were observed, and what was seen while it was verified."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from harness.adapters.pact_verifier_contracts import Contract
from harness.adapters.publications import Led, Publishing, publications_of
from harness.adapters.schema_fuzzer_examples import ExampleRequest, example_requests
from harness.adapters.schema_fuzzer_masking import Masker
from harness.adapters.schema_fuzzer_traffic import Sent, state_request
from harness.domain.contradiction import Contradiction, by_cause
from harness.domain.evidence import Unobserved
from harness.domain.pact import Interaction, Pact
from harness.domain.produced import MessageShown, PublisherWatched
from harness.domain.service import Service
from harness.domain.traffic import Exchange
from harness.domain.typed import CodeContradicted, TypesObserved

Case = tuple[Contract, Interaction]


class Observable(Publishing, Protocol):
    """A running service whose types may be observed."""

    def contradictions(self) -> Sequence[Contradiction]: ...
    def observation(self) -> tuple[str, str]: ...


def observation_of(service: str, step: str, running: Observable) -> TypesObserved | Unobserved:
    """Say that the types of a service are observed during a step, or why they are not."""
    why_not, fault = running.observation()
    if fault:
        return Unobserved(
            f"the types of {service} while it runs",
            fault,
            "name in `packages` what the application imports",
        )
    return TypesObserved(service, step, why_not)


def seen_while_verified(
    service: Service, running: Observable, replayed: Mapping[str, Case], masker: Masker
) -> Iterator[CodeContradicted | MessageShown | PublisherWatched | Unobserved]:
    """
    Give what the code of a service contradicted, with the simplest example, and what it published.

    Shape: `replayed` maps the ids of requests to the interactions that they were made of.
    """

    def led_by(id: str) -> Led | None:
        if id not in replayed:
            return None
        contract, interaction = replayed[id]
        exchanges = tuple(_exchanges(_example(interaction), service.base_path, masker))
        return Led("", _named(contract, interaction), exchanges)

    yield from publications_of(service, running, led_by, masker)
    for one in by_cause(running.contradictions()):
        ids = [seen.request_id for seen in one.requests]
        cases = [replayed[id] for id in ids if id is not None and id in replayed]
        examples = [(_example(interaction), contract) for contract, interaction in cases]
        if not examples:
            yield CodeContradicted(service.name, one)
            continue
        at = min(range(len(cases)), key=lambda place: _size(examples[place][0]))
        contract, interaction = cases[at]
        name = _named(contract, interaction)
        exchanges = tuple(_exchanges(examples[at][0], service.base_path, masker))
        yield CodeContradicted(service.name, one, example=name, exchanges=exchanges)


def _named(contract: Contract, interaction: Interaction) -> str:
    return f"“{interaction.description}” of {contract.pair.consumer}"


def _example(interaction: Interaction) -> ExampleRequest:
    return example_requests([Pact("", "", "", (interaction,))])[0]


def _size(example: ExampleRequest) -> int:
    return len(example.path) + len(example.query) + len(example.body or b"")


def _exchanges(example: ExampleRequest, base_path: str, masker: Masker) -> Iterator[Exchange]:
    """Write an example as requests that can be sent again, its states first."""
    for state in example.states:
        yield masker.exchange(state_request(state.name, state.params))
    path = base_path + example.path + (f"?{example.query}" if example.query else "")
    headers, body = example.headers, example.body
    yield masker.exchange(Sent("", "", example.method, path, headers, body, example.status))
