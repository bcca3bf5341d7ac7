"""Publishing contracts, and what is shown of them."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import quote

import pytest

from tests.broker.server.broker import BASE, Broker, Reply, pact

PAIR = "/pacts/provider/Bar/consumer/Foo"
STRANGE = "Bestell Dienst/größe 100%?#&+"


def texts(reply: Reply) -> list[str]:
    """The notices."""
    return [each["text"] for each in reply.json["notices"]]


def test_a_contract_is_published_with_its_version(broker: Broker) -> None:
    """What is told, and what is there afterwards."""
    made = broker.publish("1", branch="main", tags=["dev", "x"], buildUrl="http://build")

    assert made.status == 200
    assert texts(made)[:2] == [
        "Created Foo version 1 with branch main and tags dev, x",
        "Pact successfully published for Foo version 1 and provider Bar.",
    ]
    version = broker.get(made.link("pb:pacticipant-version")).json
    assert version["buildUrl"] == "http://build"
    assert [each["name"] for each in version["_embedded"]["branchVersions"]] == ["main"]
    assert [each["name"] for each in version["_embedded"]["tags"]] == ["dev", "x"]
    assert broker.get("/pacticipants/Foo").json["mainBranch"] == "main"
    found = broker.get(made.json["_links"]["pb:contracts"][0]["href"]).json
    assert found["interactions"][0]["description"] == "a"


def test_an_interaction_is_named_by_its_digest(broker: Broker) -> None:
    """The reference's recipe, by which verifiers speak of interactions."""
    broker.publish("1")
    (found,) = broker.get(f"{PAIR}/latest").json["interactions"]

    name = found.pop("_id")

    text = json.dumps(found, sort_keys=True, separators=(",", ":"))
    assert name == hashlib.sha1(text.encode()).hexdigest()


def test_the_same_content_again_is_no_change(broker: Broker) -> None:
    """Neither for a version, nor is it stored twice for two."""
    broker.publish("1")

    again = broker.publish("1")

    assert "with no content changes" in " ".join(texts(again))
    broker.publish("2")
    links = [broker.get(f"{PAIR}/version/{each}").link("pb:pact-version") for each in "12"]
    assert links[0] == links[1]


def test_other_content_for_the_same_version_is_refused(broker: Broker) -> None:
    """With what differs, and nothing of it is kept."""
    broker.publish("1", "a")

    refused = broker.publish("1", "b", branch="other")

    assert refused.status == 409
    assert refused.headers["content-type"].startswith("application/json")
    assert "Cannot change the content of the pact" in refused.json["errors"]["contracts"][0]
    assert '+      "description": "b"' in texts(refused)[-1]
    assert broker.get("/pacticipants/Foo/branches/other").status == 404
    assert broker.put(f"{PAIR}/version/1", pact("b")).status == 409


def test_contents_are_merged_where_that_is_asked_for(broker: Broker) -> None:
    """By publishing and by PATCH; what contradicts is refused."""
    broker.publish("1", "a")

    merged = broker.publish("1", "b", on_conflict="merge")
    patched = broker.ask(
        "PATCH", f"{PAIR}/version/1", pact("c"), headers={"content-type": "application/json"}
    )

    assert (merged.status, patched.status) == (200, 200)
    found = broker.get(f"{PAIR}/version/1").json["interactions"]
    assert [each["description"] for each in found] == ["a", "b", "c"]
    other = pact("a")
    other["interactions"][0]["request"]["path"] = "/other"
    refused = broker.ask(
        "PATCH", f"{PAIR}/version/1", other, headers={"content-type": "application/json"}
    )
    assert refused.status == 409
    assert "'a'" in refused.json["error"]


def test_a_likeness_of_a_known_name_is_refused(broker: Broker) -> None:
    """Until it is created by hand."""
    broker.publish("1", consumer="My Service")

    refused = broker.publish("1", consumer="my-services")

    assert refused.status == 409
    assert "create-or-update-pacticipant" in texts(refused)[0]
    assert broker.get("/pacticipants/my-services").status == 404
    assert broker.post("/pacticipants", {"name": "my-services"}).status == 201
    assert broker.publish("1", consumer="my-services").status == 200


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"pacticipantName": ""}, "pacticipantName"),
        ({"pacticipantVersionNumber": None}, "pacticipantVersionNumber"),
        ({"contracts": None}, "contracts"),
        ({"contracts": [{}]}, "contracts"),
        ({"contracts": [7]}, "contracts"),
        ({"branch": 7}, "branch"),
        ({"tags": [""]}, "tags"),
    ],
)
def test_what_is_wrong_is_told_by_its_place(
    broker: Broker, change: dict[str, Any], place: str
) -> None:
    """Nothing is stored."""
    refused = broker.publish("1", **change)

    assert refused.status == 400
    assert list(refused.json["errors"]) == [place]
    assert broker.get("/pacticipants").json["pacticipants"] == []


def test_content_that_is_no_pact_is_refused(broker: Broker) -> None:
    """Not Base64, not JSON, or of another pair."""
    contract = {
        "consumerName": "Foo",
        "providerName": "Bar",
        "specification": "pact",
        "contentType": "application/json",
    }
    for content, said in (
        ("!", "is not valid Base64 (at index 0)"),
        ("eA==", "could not be parsed as JSON (at index 0)"),
    ):
        refused = broker.publish("1", contracts=[{**contract, "content": content}])
        assert refused.json["errors"]["contracts"] == [said]
    refused = broker.put(f"{PAIR}/version/1", pact("a", consumer="Other"))
    assert (refused.status, list(refused.json["errors"])) == (400, ["consumer.name"])


def test_strange_names_come_back(broker: Broker) -> None:
    """Slashes, blanks and letters of any script, in every part of an address."""
    made = broker.publish(
        "1/2 ü", consumer=STRANGE, provider="a%2Fb", branch="feat/x y", tags=["a/b"]
    )

    assert made.status == 200
    version = broker.get(made.link("pb:pacticipant-version"))
    assert version.json["number"] == "1/2 ü"
    (on,) = version.json["_embedded"]["branchVersions"]
    assert broker.get(on["_links"]["self"]["href"]).json["name"] == "feat/x y"
    (tag,) = version.json["_embedded"]["tags"]
    assert broker.get(tag["_links"]["self"]["href"]).json["name"] == "a/b"
    found = broker.get(made.json["_links"]["pb:contracts"][0]["href"])
    assert found.json["consumer"]["name"] == STRANGE
    for relation in ("pb:consumer", "pb:provider", "pb:pact-version", "pb:all-pact-versions"):
        assert broker.get(found.link(relation)).status == 200
    assert broker.get(f"/pacticipants/{quote(STRANGE, safe='')}").json["name"] == STRANGE


def test_a_pact_is_found_at_all_its_addresses(broker: Broker) -> None:
    """By version, content, branch, tag, and as the latest."""
    broker.publish("1", "a", branch="main", tags=["prod"])
    broker.publish("2", "b", branch="feat")
    broker.put("/pacticipants/Foo/versions/3/tags/prod")

    def described(path: str) -> str:
        found = broker.get(f"{PAIR}/{path}")
        assert found.status == 200, path
        text: str = found.json["interactions"][0]["description"]
        return text

    assert described("version/1") == described("latest/prod") == "a"
    assert described("branch/main/latest") == described("branch/latest") == "a"
    assert described("latest") == described("branch/feat/latest") == "b"
    assert described("latest-untagged") == "b"
    assert described("version/2/previous-distinct") == "a"
    assert broker.get(f"{PAIR}/version/1/previous-distinct").status == 404
    sha = broker.get(f"{PAIR}/latest").link("pb:pact-version")
    assert described(sha.removeprefix(f"{BASE}{PAIR}/")) == "b"
    listed = broker.get(f"{PAIR}/versions").json["_links"]["pb:pact-versions"]
    assert len(listed) == 2


def test_differences_are_told_as_text(broker: Broker) -> None:
    """To the version before, to another version, and to another content."""
    broker.publish("1", "a")
    broker.publish("2", "b")
    broker.publish("3", "b")
    content = broker.get(f"{PAIR}/version/3").link("pb:pact-version")
    sha = broker.get(f"{PAIR}/version/1").link("pb:pact-version").rpartition("/")[2]

    for path in (
        f"{PAIR}/version/3/diff/previous-distinct",
        f"{PAIR}/version/3/diff/version/1",
        f"{content}/diff/pact-version/{sha}",
    ):
        told = broker.get(path, accept="text/plain").body.decode().splitlines()
        assert '-      "description": "a",' in told, path
        assert '+      "description": "b",' in told
    same = broker.get(f"{PAIR}/version/3/diff/version/2").body
    assert same == b"No changes\n"


def test_deleted_pacts_are_gone(broker: Broker) -> None:
    """One version's, a branch's, and all of a pair."""
    for version in "123":
        broker.publish(version, version, branch="main" if version == "1" else "feat")

    assert broker.ask("DELETE", f"{PAIR}/version/3").status == 200
    assert broker.get(f"{PAIR}/latest").headers["x-pact-consumer-version"] == "2"
    assert broker.ask("DELETE", f"{PAIR}/branch/feat").status == 204
    assert broker.get(f"{PAIR}/latest").headers["x-pact-consumer-version"] == "1"
    assert broker.ask("DELETE", f"{PAIR}/versions").status == 204
    assert broker.get(f"{PAIR}/latest").status == 404
    assert broker.get("/pacticipants/Foo/versions/3").status == 200
