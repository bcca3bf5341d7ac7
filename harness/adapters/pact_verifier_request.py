"""A pact's request as it is really sent: with the provider's credentials and its states' values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harness.domain.json import Json
from harness.domain.pact import HttpRequest, HttpResponse

_REFUSALS = frozenset({401, 403})


def may_be_authenticated(request: HttpRequest, response: HttpResponse) -> bool:
    """
    Whether a request may carry credentials in place of its example's.

    One that expects to be refused is sent with the very credentials that are to be refused.
    """
    return bool(request.headers) and response.status not in _REFUSALS


def credentials_for(
    request: HttpRequest, credentials: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """Choose the provider's own value for each header of the example that is a credential."""
    chosen: dict[str, str] = {}
    for name, examples in request.headers.items():
        offered = [
            value
            for scheme in sorted(credentials)
            for header, value in credentials[scheme].items()
            if header.lower() == name.lower()
        ]
        if offered:
            chosen[name] = _most_like(examples, offered)
    return chosen


def _most_like(examples: Sequence[str], offered: Sequence[str]) -> str:
    """Of several schemes in one header take the example's own: `Bearer`, `Basic`."""
    words = {example.partition(" ")[0].lower() for example in examples}
    alike = [value for value in offered if value.partition(" ")[0].lower() in words]
    return (alike or offered)[0]


def prepared(
    pact: Mapping[str, Json],
    returned: Sequence[Mapping[str, object]],
    replaced_headers: Mapping[str, str],
) -> dict[str, Json]:
    """
    The text of a pact of one interaction as the verifier is to have it.

    Shape: what each state's handler returned joins that state's parameters, which is where the
    verifier's generators look; headers that are sent in another way are taken out.
    """
    return {
        **pact,
        **{
            name: [_one(each, returned, replaced_headers) for each in held]
            for name in ("interactions", "messages")
            if isinstance(held := pact.get(name), list)
        },
    }


def _one(
    interaction: Json, returned: Sequence[Mapping[str, object]], replaced: Mapping[str, str]
) -> Json:
    if not isinstance(interaction, dict):
        return interaction
    changed: dict[str, Json] = dict(interaction)
    states = changed.get("providerStates")
    if isinstance(states, list) and any(returned):
        changed["providerStates"] = [
            _with_values(state, values) for state, values in zip(states, returned, strict=True)
        ]
    request = changed.get("request")
    if isinstance(request, dict) and replaced:
        changed["request"] = _without_headers(request, {name.lower() for name in replaced})
    return changed


def _with_values(state: Json, values: Mapping[str, object]) -> Json:
    if not isinstance(state, dict):
        return state
    params = state.get("params")
    return {**state, "params": {**(params if isinstance(params, dict) else {}), **values}}


def _without_headers(request: Mapping[str, Json], names: set[str]) -> Json:
    headers = request.get("headers")
    if not isinstance(headers, dict):
        return request
    kept = {name: value for name, value in headers.items() if name.lower() not in names}
    return {**request, "headers": kept}
