"""What the official client expects of a broker, as it published it, held against this one."""

from __future__ import annotations

import json
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest
from pact import Verifier

from harness.broker.server.asgi import Served
from tests.broker.server.broker import Broker
from tests.broker.server.conformance_states import set_up
from tests.broker.server.serving import listening

CONTRACTS = Path(__file__).parents[4] / "shared" / "conformance" / "broker-client"
ENVIRONMENT = "cb632df3-0a0d-4227-aac3-60114dd36479"
VERSION = "5556b8149bf8bac76bc30f50a8a2dd4c22c85f30"
OTHER = "16926ef3-590f-4e3f-838e-719717aa88c9"
# What the contract's broker calls itself in its links.
CALLED = "http://example.org"
_FOO = f"/pacticipants/Foo/versions/{VERSION}"
# Where the relations lead whose addresses the contract leaves open.
PLACES = {
    "/HAL-REL-PLACEHOLDER-INDEX-PB-LATEST-TAGGED-VERSION-Condor-production": (
        "/pacticipants/Condor/latest-version/production"
    ),
    "/HAL-REL-PLACEHOLDER-INDEX-PB-LATEST-VERSION-Condor": "/pacticipants/Condor/latest-version",
    f"/HAL-REL-PLACEHOLDER-PB-ENVIRONMENT-{OTHER}": f"/environments/{OTHER}",
    "/HAL-REL-PLACEHOLDER-PB-ENVIRONMENTS": "/environments",
    "/HAL-REL-PLACEHOLDER-PB-PACTICIPANT-BRANCH-Foo-main": "/pacticipants/Foo/branches/main",
    f"/HAL-REL-PLACEHOLDER-PB-PACTICIPANT-VERSION-Foo-{VERSION}": _FOO,
    "/HAL-REL-PLACEHOLDER-PB-PUBLISH-CONTRACTS": "/contracts/publish",
    f"/HAL-REL-PLACEHOLDER-PB-RECORD-DEPLOYMENT-FOO-{VERSION.upper()}-TEST": (
        f"{_FOO}/deployed-versions/environment/{ENVIRONMENT}"
    ),
    f"/HAL-REL-PLACEHOLDER-PB-RECORD-RELEASE-FOO-{VERSION.upper()}-TEST": (
        f"{_FOO}/released-versions/environment/{ENVIRONMENT}"
    ),
    "/HAL-REL-PLACEHOLDER-PB-WEBHOOKS": "/webhooks",
    "/PLACEHOLDER-DEPLOYED-VERSION-ff3adecf-cfc5-4653-a4e3-f1861092f8e0": (
        "/deployed-versions/ff3adecf-cfc5-4653-a4e3-f1861092f8e0"
    ),
    f"/PLACEHOLDER-ENVIRONMENT-CURRENTLY-DEPLOYED-{OTHER}": (
        f"/environments/{OTHER}/deployed-versions/currently-deployed"
    ),
}


class Proxy:
    """
    Stands before the broker and mends what the verifier makes of a request.

    Shape: it knows where open relations lead, and puts the parts of `q[]`, which the verifier
    sorts, back into the order in which they belong together.
    """

    def __init__(self, served: Served) -> None:
        self._served = served
        self.query = ""

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Hand a request on."""
        if scope["type"] == "http":
            place = PLACES.get(scope["path"])
            if place is not None:
                scope = {**scope, "path": place, "raw_path": place.encode()}
            if b"q%5B%5D" in scope["query_string"] or b"q[]" in scope["query_string"]:
                scope = {**scope, "query_string": self.query.encode()}
        await self._served(scope, receive, send)


def contract(name: str) -> dict[str, Any]:
    """A contract of the official client, or a skip."""
    file = CONTRACTS / name
    if not file.is_file():
        pytest.skip(f"the official client's contract is not at {file}")
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found


def ordered(query: str) -> str:
    """
    The query string of a request, its selectors each whole.

    Shape: numbers belong to the first pacticipants, a tag and `latest` to the last one.
    """
    pairs = [tuple(each.split("=", 1)) for each in query.split("&")]
    values = {name: [each for key, each in pairs if key == name] for name, _ in pairs}
    told = [f"{name}={each}" for name, each in pairs if not name.startswith("q[]")]
    names, numbers = values.get("q[][pacticipant]", []), values.get("q[][version]", [])
    for place, name in enumerate(names):
        told.append(f"q[][pacticipant]={name}")
        told += [f"q[][version]={each}" for each in numbers[place : place + 1]]
        if place == len(names) - 1:
            told += [
                f"{key}={each}"
                for key in ("q[][latest]", "q[][tag]")
                for each in values.get(key, [])
            ]
    return "&".join(told)


def interactions(name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The interactions of a contract, each as a pact of its own."""
    whole = contract(name)
    for number, each in enumerate(whole["interactions"]):
        yield number, {**whole, "interactions": [each]}


def is_honoured(url: str, proxy: Proxy, whole: dict[str, Any], file: Path) -> str:
    """Nothing, or what the verifier says of an interaction that is not honoured."""
    (interaction,) = whole["interactions"]
    query = interaction["request"].get("query")
    proxy.query = ordered(query) if query else ""
    file.write_text(json.dumps(whole), "utf-8")
    verifier = Verifier("Pact Broker", host="127.0.0.1").add_transport(url=url).add_source(file)
    try:
        verifier.verify()
    except RuntimeError:
        return verifier.output(strip_ansi=True)
    return ""


# What is not honoured, by description, each with the reason.
EXCEPTIONS: dict[str, str] = {}


@pytest.mark.tools
@pytest.mark.parametrize("name", ["client-v2.json", "client-v1.json"])
def test_the_official_contract_is_honoured(name: str, broker: Broker, tmp_path: Path) -> None:
    """Every interaction, on a broker that holds what its state says and nothing else."""
    assert broker.application is not None
    proxy = Proxy(Served(broker.application, CALLED))
    failed: dict[str, str] = {}
    count = 0
    with listening(proxy) as url:
        for number, whole in interactions(name):
            count += 1
            interaction = whole["interactions"][0]
            set_up(broker, interaction.get("providerState") or "")
            said = is_honoured(url, proxy, whole, tmp_path / f"{number}.json")
            if said:
                failed[f"{interaction['description']} | {interaction.get('providerState')}"] = said
    print(f"{name}: {count - len(failed)} of {count} interactions are honoured")  # noqa: T201
    assert failed.keys() == EXCEPTIONS.keys(), "\n".join(failed.values())
