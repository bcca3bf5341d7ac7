"""Contracts and requests in few words."""

from __future__ import annotations

from collections.abc import Mapping

from harness.domain.json import Json
from harness.domain.pact import (
    Body,
    HttpRequest,
    HttpResponse,
    Interaction,
    InteractionKind,
    Pact,
    Presence,
    Rule,
    Rules,
    State,
)
from harness.standin.answers import Answers, Reply, Unmatched
from harness.standin.requests import Received

NO_BODY = Body()


def rule(*matches: str, combine: str = "AND", **more: Json) -> Rule:
    """A rule of these matchers, all with the same words."""
    return Rule(tuple({"match": match, **more} for match in matches), combine)


def json_body(value: Json) -> Body:
    """A JSON body."""
    presence = Presence.NULL if value is None else Presence.PRESENT
    return Body(presence, value, "application/json", is_json=True)


def asked(
    method: str = "GET",
    path: str = "/",
    query: Mapping[str, tuple[str | None, ...]] | None = None,
    headers: Mapping[str, tuple[str, ...]] | None = None,
    body: Body | None = None,
    rules: Rules | None = None,
) -> HttpRequest:
    """What a contract's request holds."""
    return HttpRequest(method, path, query or {}, headers or {}, body or Body(), rules or {})


def interaction(
    description: str, request: HttpRequest, status: int = 200, states: int = 0, body: Body = NO_BODY
) -> Interaction:
    """An interaction over HTTP."""
    return Interaction(
        description,
        InteractionKind.HTTP,
        description,
        tuple(State(f"state {at}") for at in range(states)),
        request,
        HttpResponse(status, {}, body),
    )


def pact(*interactions: Interaction, consumer: str = "web") -> Pact:
    """A pact with the provider `shop`."""
    return Pact(consumer, "shop", "4", interactions, digest=consumer)


def received(method: str, target: str, body: bytes = b"", **headers: str) -> Received:
    """A request as it came; `_` in a header's name stands for `-`."""
    path, _, query = target.partition("?")
    kept = {name.lower().replace("_", "-"): (value,) for name, value in headers.items()}
    return Received(method, path, query, kept, body)


def answer(request: Received, *interactions: Interaction) -> str:
    """The reply's body, which names the interaction in these tests; or that none fits."""
    named = tuple(
        interaction(
            one.description,
            one.request or asked(),
            one.response.status if one.response else 200,
            len(one.states),
            json_body(one.description),
        )
        for one in interactions
    )
    found = Answers.of("shop", [pact(*named)]).to(request)
    if isinstance(found, Unmatched):
        return "unmatched"
    assert isinstance(found, Reply)
    return found.body.decode().strip('"')
