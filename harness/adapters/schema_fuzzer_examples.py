"""Requests that contracts are known to send, and the values in them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from harness.adapters.schema_fuzzer_traffic import json_or_none, leaves
from harness.adapters.schema_fuzzer_values import Literal, folded
from harness.domain.pact import Body, Interaction, Pact, State


@dataclass(frozen=True, slots=True)
class ExampleRequest:
    """
    A request that a consumer's contract holds, with the states that it asks for.

    Shape: `status` and `reply` are what the contract expects back; header names are lower case.
    """

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    states: tuple[State, ...]
    status: int
    reply: object = None


def example_requests(pacts: Iterable[Pact]) -> list[ExampleRequest]:
    """Give the HTTP interactions of pacts, each request once."""
    found: dict[tuple[object, ...], ExampleRequest] = {}
    for pact in pacts:
        for interaction in pact.interactions:
            example = example_of(interaction)
            if example is None:
                continue
            names = tuple(state.name for state in example.states)
            key = (example.method, example.path, example.query, example.body, names)
            found.setdefault(key, example)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class NeighbourState:
    """A state in which a neighbour does what a consumer's contract asks of it."""

    neighbour: str
    state: State


def neighbour_states(pacts: Mapping[str, Sequence[Pact]]) -> list[NeighbourState]:
    """
    Give the states in which neighbours answer with success, each once, reads first.

    Shape: `pacts` maps the neighbours' names to what is asked of them.
    """
    found: dict[str, NeighbourState] = {}
    for neighbour, asked in pacts.items():
        examples = [one for one in example_requests(asked) if one.status < 300]
        for example in sorted(examples, key=lambda one: one.method != "GET"):
            for state in example.states:
                found.setdefault(f"{neighbour} {state}", NeighbourState(neighbour, state))
    return list(found.values())


def example_of(interaction: Interaction) -> ExampleRequest | None:
    """Give the request of an interaction over HTTP, or none for any other."""
    request, response = interaction.request, interaction.response
    if request is None or response is None:
        return None
    query = [(name, value or "") for name, values in request.query.items() for value in values]
    headers = ((name.lower(), ", ".join(values)) for name, values in request.headers.items())
    return ExampleRequest(
        request.method.upper(),
        request.path,
        urlencode(query),
        tuple(headers),
        _content(request.body),
        interaction.states,
        response.status,
        response.body.value if response.body.is_json else None,
    )


def _content(body: Body) -> bytes | None:
    if body.is_json:
        return json.dumps(body.value).encode()
    if isinstance(body.value, bytes):
        return body.value
    return body.value.encode() if isinstance(body.value, str) and body.value else None


def known_values(examples: Iterable[ExampleRequest]) -> dict[str, tuple[Literal, ...]]:
    """Map folded names to the values that contracts use under them."""
    found: dict[str, dict[Literal, None]] = {}
    for example in examples:
        sources: list[object] = [example.reply, json_or_none(example.body)]
        sources.extend(dict(state.params) for state in example.states)
        for source in sources:
            for path, value in leaves(source):
                keys = [part for part in path.split("/") if part and not part.isdigit()]
                if keys:
                    found.setdefault(folded(keys[-1]), {})[value] = None
    return {name: tuple(values)[:8] for name, values in found.items()}
