"""Systems for pages to show: a shop in the middle of its life, and one whose names are hostile."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote

from tests.broker.server.broker import Broker, pact
from tests.shop import pacts_over_http

HOSTILE = (
    "<script>alert(1)</script>",
    "\"quoted\" & 'co' <b>",
    "team/подсистема/日本 %2F?x=#y",
    "שלום\u202eevil",
    "n" * 200,
)
HOSTILE_BRANCH = "feat/<img src=x onerror=alert(1)>/ü"


def encoded(*segments: str) -> str:
    """A path of names."""
    return "".join(f"/{quote(each, safe='')}" for each in segments)


def publish(broker: Broker, content: dict[str, Any], version: str, **more: Any) -> None:
    """Publish a pact for a version of its consumer."""
    consumer, provider = (content[side]["name"] for side in ("consumer", "provider"))
    contract = {
        "consumerName": consumer,
        "providerName": provider,
        "specification": "pact",
        "contentType": "application/json",
        "content": base64.b64encode(json.dumps(content).encode()).decode(),
    }
    given = {"pacticipantName": consumer, "pacticipantVersionNumber": version, **more}
    found = broker.post("/contracts/publish", {**given, "contracts": [contract]})
    assert found.status == 200, found.body


def verify(
    broker: Broker, consumer: str, version: str, provider: str, by: str, *, is_good: bool = True
) -> None:
    """Publish what a provider's version made of a consumer version's pact, by interaction."""
    own = encoded("pacts", "provider", provider, "consumer", consumer, "version", version)
    found = broker.get(own)
    ids = [each["_id"] for each in found.json["interactions"]]
    mismatch = {
        "attribute": "body",
        "identifier": "$.on_hand",
        "description": "Expected 5 (Integer) to be the same type as '<5>' (String)",
    }
    tests = [
        {"interactionId": each, "success": is_good or at > 0}
        | ({} if is_good or at else {"mismatches": [mismatch]})
        for at, each in enumerate(ids)
    ]
    given = {
        "success": is_good,
        "providerApplicationVersion": by,
        "buildUrl": "https://ci.example/builds/7",
        "testResults": tests,
        "verifiedBy": {"implementation": "Pact-Rust", "version": "1.3.5"},
    }
    assert broker.post(found.link("pb:publish-verification-results"), given).status == 201


def on_branch(broker: Broker, name: str, branch: str, version: str) -> None:
    """Put a version on a branch."""
    path = encoded("pacticipants", name, "branches", branch, "versions", version)
    assert broker.put(path).status in (200, 201)


def deploy(broker: Broker, name: str, version: str, environment: str, instance: str = "") -> None:
    """Say that a version runs in an environment."""
    path = encoded("pacticipants", name, "versions", version, "deployed-versions", "environment")
    given = {"applicationInstance": instance} if instance else {}
    assert broker.post(path + encoded(environment), given).status == 201


def webhook(broker: Broker, description: str) -> None:
    """Declare a webhook that has secrets, and is never run."""
    given = {
        "description": description,
        "events": [
            {"name": "contract_content_changed"},
            {"name": "provider_verification_published"},
        ],
        "request": {
            "method": "POST",
            "url": "https://ci.example/build",
            "headers": {"Authorization": "Bearer s3cret"},
            "username": "me",
            "password": "s3cret",
        },
    }
    assert broker.post("/webhooks", given).status == 201


def a_shop(broker: Broker) -> dict[str, str]:
    """
    Publish, verify and deploy the sample services' pacts; give the environments by name.

    Shape: orders 1.4.0 changes its pact with inventory, which fails on it; storefront was changed
    since its results, stocktake is new.
    """
    places = {
        name: broker.post("/environments", {"name": name, "production": is_live}).json["uuid"]
        for name, is_live in (("test", False), ("production", True))
    }
    webhook(broker, "build <providers>")
    providers = {"catalog": "2.0.1", "inventory": "3.2.0", "orders": "1.3.0"}
    contents = [json.loads(each.read_text("utf-8")) for each in pacts_over_http()]
    for content in contents:
        consumer, provider = (content[side]["name"] for side in ("consumer", "provider"))
        older = {**content, "interactions": content["interactions"][:-1] or [BASIC]}
        publish(broker, older, "1.3.0", branch="main", tags=["prod"], buildUrl=f"{CI}/{consumer}")
        if consumer != "stocktake":
            verify(broker, consumer, "1.3.0", provider, providers[provider])
        publish(broker, older, "1.3.1", branch="main")
        publish(broker, content, "1.4.0", branch="feat/more", buildUrl=f"{CI}/{consumer}/2")
        if consumer in ("orders", "inventory"):
            is_good = provider != "inventory"
            verify(broker, consumer, "1.4.0", provider, "3.3.0-rc.1", is_good=is_good)
    for name, version in providers.items():
        on_branch(broker, name, "main", version)
    for name in ("catalog", "inventory", "orders", "storefront"):
        for place in places.values():
            deploy(broker, name, providers.get(name, "1.3.0"), place)
    deploy(broker, "inventory", "3.3.0-rc.1", places["test"], "blue")
    broker.ask("PATCH", "/pacticipants/orders", {"repositoryUrl": "https://git.example/orders"})
    broker.put("/pacticipants/orders/labels/team-a")
    release = encoded("pacticipants", "catalog", "versions", "2.0.1", "released-versions")
    broker.post(f"{release}/environment/{places['production']}")
    return places


def hostile(broker: Broker) -> dict[str, str]:
    """A circle of pacticipants whose names, versions, branches and contents hold markup."""
    places = {"prod": broker.environment()}
    webhook(broker, HOSTILE[0])
    for consumer, provider in zip(HOSTILE, (*HOSTILE[1:], HOSTILE[0]), strict=True):
        content = pact(consumer, provider, consumer=consumer, provider=provider)
        content["interactions"][0]["response"] = {
            "status": 200,
            "headers": {consumer: provider},
            "body": {consumer: [provider, {"deep": consumer}]},
            "matchingRules": {f"$.body['{consumer}'][0]": {"match": "regex", "regex": provider}},
        }
        url = "javascript:alert(1)"
        publish(broker, content, consumer, branch=HOSTILE_BRANCH, tags=[provider], buildUrl=url)
        verify(broker, consumer, consumer, provider, consumer, is_good=consumer is not HOSTILE[0])
        deploy(broker, consumer, consumer, places["prod"], provider)
        broker.put(encoded("pacticipants", consumer, "labels", provider))
        broker.ask(
            "PATCH",
            encoded("pacticipants", consumer),
            {"repositoryUrl": url, "displayName": provider, "mainBranch": HOSTILE_BRANCH},
        )
    return places


CI = "https://ci.example"
BASIC: dict[str, Any] = pact("a basic one")["interactions"][0]
