"""Documents of providers travel through the broker, as PactFlow keeps them."""

from __future__ import annotations

import base64
from typing import Any

from tests.broker.server.broker import BASE, Broker

PLACE = "/contracts/provider/Bar/version/1"
OPENAPI = b'openapi: 3.0.0\ninfo: {title: Bar, version: "1"}\npaths: {}\n'
ASYNCAPI = b'{"asyncapi": "3.0.0", "info": {"title": "Bar", "version": "1"}}'


def contract(content: bytes = OPENAPI, **more: Any) -> dict[str, Any]:
    """A contract as clients send it."""
    told = {"contentType": "application/yaml", "specification": "oas"}
    return {"content": base64.b64encode(content).decode(), **told, **more}


def publication(content: bytes = OPENAPI, **more: Any) -> dict[str, Any]:
    """A contract with its build."""
    build = {"pacticipantVersionNumber": "1", "branch": "main", "tags": ["dev"]}
    return {**build, "contract": contract(content, **more)}


def test_a_document_is_published_with_its_build_and_found_again(broker: Broker) -> None:
    """The index leads to where it is published, its version to where it is kept, byte by byte."""
    index = broker.get("/")
    href = index.link("pf:publish-provider-contract").replace("{provider}", "Bar")
    results = {"success": True, "verifier": "schemathesis", "content": "b2s="}
    made = broker.post(href, publication(selfVerificationResults=results))
    assert made.status == 200
    assert "Created Bar version 1 with branch main and tags dev" in made.json["notices"][0]["text"]
    version = broker.get(made.link("pb:pacticipant-version"))
    assert [each["name"] for each in version.json["_embedded"]["branchVersions"]] == ["main"]
    (own,) = version.json["_links"]["pf:provider-contract"]

    found = broker.get(own["href"])

    assert base64.b64decode(found.json["content"]) == OPENAPI
    assert found.json["selfVerificationResults"] == results
    assert broker.get(PLACE).json == found.json


def test_older_clients_put_a_document_at_its_version(broker: Broker) -> None:
    """The body that is spread out is taken as well, for names of any letters."""
    given = {**contract(), "contractType": "oas", "verificationResults": {"success": False}}
    del given["specification"]
    place = "/contracts/provider/B%2Fr%20%C3%A9/version/1%2F2"

    made = broker.put(place, given)

    assert (made.status, made.headers["location"]) == (201, f"{BASE}{place}?specification=oas")
    assert broker.get(place).json["selfVerificationResults"] == {"success": False}
    assert broker.get("/pacticipants/B%2Fr%20%C3%A9/versions/1%2F2").status == 200


def test_a_version_keeps_a_document_of_each_kind_as_it_was_published(broker: Broker) -> None:
    """The same again tells what is new of it, another one is refused, and changes nothing."""
    assert broker.put(PLACE, contract()).status == 201
    told = broker.put(PLACE, contract(selfVerificationResults={"success": True}))
    assert told.status == 200
    other = broker.put(PLACE, contract(OPENAPI + b"# changed"))
    assert other.status == 409
    assert "Cannot change the OpenAPI document of Bar version 1" in other.json["notices"][0]["text"]
    # What a document says that it is outweighs what a client calls it.
    assert broker.put(PLACE, contract(ASYNCAPI)).json["specification"] == "asyncapi"

    listed = broker.get("/pacticipants/Bar/versions/1").json["_links"]["pf:provider-contract"]

    assert [each["name"] for each in listed] == ["oas", "asyncapi"]
    assert [broker.get(each["href"]).json["specification"] for each in listed] == [
        *("oas", "asyncapi")
    ]
    assert broker.get(PLACE).json["selfVerificationResults"] == {"success": True}
    assert broker.ask("DELETE", f"{PLACE}?specification=oas").status == 204
    assert broker.get(PLACE).json["specification"] == "asyncapi"
    assert broker.ask("DELETE", "/pacticipants/Bar").status == 204
    assert broker.get(PLACE).status == 404


def test_what_cannot_be_read_is_kept_and_told(broker: Broker) -> None:
    """Any content travels, but nobody is led to believe that it will be compared."""
    for content in (b"some: contract", b"\xff\xfe\x00", b"<html>"):
        made = broker.post(
            "/provider-contracts/provider/Bar/publish",
            {**publication(content), "pacticipantVersionNumber": content.hex()},
        )
        told = [each["text"] for each in made.json["notices"] if each["type"] == "warning"]
        assert len(told) == 1
        assert told[0].startswith("Nothing can be compared with it: ")
        found = broker.get(f"/contracts/provider/Bar/version/{content.hex()}")
        assert base64.b64decode(found.json["content"]) == content


def test_what_is_wrong_is_told_by_field(broker: Broker) -> None:
    """A body that cannot be taken makes nothing."""
    wrong: dict[str, dict[str, Any]] = {
        "contract": publication() | {"contract": 5},
        "contract.content": publication() | {"contract": contract(b"")},
        "contract.specification": publication(specification="raml"),
        "contract.contentType": publication(contentType=1),
        "contract.selfVerificationResults": publication(selfVerificationResults=[]),
        "contract.selfVerificationResults.success": publication(selfVerificationResults={}),
        "pacticipantVersionNumber": publication() | {"pacticipantVersionNumber": ""},
        "branch": publication() | {"branch": 1},
    }
    for field, given in wrong.items():
        refused = broker.post("/provider-contracts/provider/Bar/publish", given)
        assert (refused.status, list(refused.json["errors"])) == (400, [field])
    not_base64 = broker.put(PLACE, contract() | {"content": "§"})
    assert not_base64.json["errors"] == {"contract.content": ["is not valid Base64"]}
    assert broker.get("/pacticipants/Bar").status == 404
