"""Pacticipants, labels, versions, branches, tags, lists, results and webhooks."""

from __future__ import annotations

from typing import Any

import pytest

from harness.broker.semantics.events import EVENTS
from tests.broker.server.broker import BASE, HAL, Broker

FOO = "/pacticipants/Foo"
WEBHOOK: dict[str, Any] = {
    "description": "tell",
    "events": [{"name": EVENTS[0]}],
    "request": {
        "method": "POST",
        "url": "https://ci.example/build",
        "headers": {"Authorization": "Bearer s3cret", "X-Plain": "shown"},
        "username": "me",
        "password": "s3cret",
        "body": {"a": 1},
    },
}


def test_every_relation_of_the_index_leads_somewhere(broker: Broker) -> None:
    """With names in place, each is answered with what is there."""
    broker.publish("1", branch="main", tags=["t"])
    uuid = broker.environment()
    webhook = broker.post("/webhooks", WEBHOOK).json["uuid"]
    document = {"content": "e30=", "contentType": "application/json"}
    broker.put("/contracts/provider/Bar/version/1", document)
    names = {"pacticipant": "Foo", "provider": "Bar", "consumer": "Foo", "version": "1"}
    names |= {"branch": "main", "tag": "t", "environment": "prod"}
    links = broker.get("/").json["_links"]

    for name, found in links.items():
        if name in ("curies", "pb:publish-contracts", "pf:publish-provider-contract"):
            continue
        told = {**names, "uuid": webhook if "webhook" in name else uuid}
        href = found["href"]
        for key, value in told.items():
            href = href.replace("{" + key + "}", value)
        assert broker.get(href).status == 200, (name, href)
        assert found.get("templated", False) is ("{" in found["href"])


def test_a_pacticipant_is_made_changed_and_removed(broker: Broker) -> None:
    """Made by POST, PUT needs it to be there, PATCH does not."""
    assert broker.put(FOO, {}).status == 404
    made = broker.post("/pacticipants", {"name": "Foo", "mainBranch": "trunk"})
    assert (made.status, made.headers["location"]) == (201, f"{BASE}{FOO}")
    json = {"content-type": "application/json"}
    changed = broker.ask("PATCH", FOO, {"repositoryUrl": "http://x"}, headers=json).json
    assert (changed["mainBranch"], changed["repositoryUrl"]) == ("trunk", "http://x")
    assert "repositoryUrl" not in broker.put(FOO, {"mainBranch": "main"}).json
    assert broker.ask("PATCH", "/pacticipants/New", {"displayName": "N"}).status == 201
    refused = broker.ask("PATCH", FOO, {"mainBranch": "a b"})
    assert list(refused.json["errors"]) == ["mainBranch"]
    assert broker.ask("DELETE", FOO).status == 204
    assert broker.get(FOO).status == 404


def test_labels_are_put_and_found(broker: Broker) -> None:
    """A pacticipant is made for its label."""
    assert broker.put(f"{FOO}/labels/ui").status == 201
    assert broker.put(f"{FOO}/labels/ui").status == 200
    assert broker.get(f"{FOO}/labels/ui").json["name"] == "ui"
    broker.post("/pacticipants", {"name": "Bar"})
    found = broker.get("/pacticipants/label/ui").json["pacticipants"]
    assert [each["name"] for each in found] == ["Foo"]
    assert broker.get("/labels").json["_embedded"]["labels"][0]["name"] == "ui"
    assert broker.ask("DELETE", f"{FOO}/labels/ui").status == 204
    assert broker.ask("DELETE", f"{FOO}/labels/ui").status == 404


def test_lists_come_in_parts(broker: Broker) -> None:
    """With how many there are, and where the next part is."""
    for name in "abc":
        broker.post("/pacticipants", {"name": name})

    first = broker.get("/pacticipants?pageSize=2").json
    second = broker.get(first["_links"]["next"]["href"]).json

    assert first["page"] == {"number": 1, "size": 2, "totalElements": 3, "totalPages": 2}
    assert [each["name"] for each in first["pacticipants"]] == ["a", "b"]
    assert [each["name"] for each in second["pacticipants"]] == ["c"]
    assert "next" not in second["_links"]
    assert broker.get("/pacticipants?pageSize=0").status == 400


def test_the_head_of_a_branch_is_what_was_put_on_it_last(broker: Broker) -> None:
    """To put a version there again does not move it."""
    for version in "12":
        broker.put(f"{FOO}/versions/{version}")
    for version in "212":
        broker.put(f"{FOO}/branches/main/versions/{version}")

    assert broker.get(f"{FOO}/branches/main/latest-version").json["number"] == "1"
    assert broker.get(f"{FOO}/latest-version").json["number"] == "2"
    assert broker.get(f"{FOO}/branches/main/versions/1").json["latest"] is True
    listed = broker.get(f"{FOO}/branches/main/versions").json["_embedded"]["versions"]
    assert [each["number"] for each in listed] == ["2", "1"]
    assert broker.ask("DELETE", f"{FOO}/branches/main/versions/1").status == 204
    assert broker.get(f"{FOO}/branches/main/latest-version").json["number"] == "2"
    assert broker.ask("DELETE", f"{FOO}/branches/main").status == 204
    assert broker.get(f"{FOO}/versions/2").json["_embedded"]["branchVersions"] == []


@pytest.mark.parametrize("name", ["develop", "main", "master"])
def test_the_main_branch_is_found_out(broker: Broker, name: str) -> None:
    """The first of the usual names, and not another after it."""
    for branch in ("feat", name, "main", "master"):
        broker.put(f"{FOO}/branches/{branch}/versions/1")

    assert broker.get(FOO).json["mainBranch"] == name


def test_tags_are_branches_and_deployments_for_those_who_know_none(broker: Broker) -> None:
    """The first one of a new version, and the name of an environment."""
    prod = broker.environment()
    assert broker.put(f"{FOO}/versions/1/tags/dev").status == 201
    assert broker.put(f"{FOO}/versions/1/tags/dev").status == 200
    broker.put(f"{FOO}/versions/1/tags/prod")

    version = broker.get(f"{FOO}/versions/1").json

    assert [each["name"] for each in version["_embedded"]["branchVersions"]] == ["dev"]
    assert [each["name"] for each in version["_embedded"]["tags"]] == ["dev", "prod"]
    path = f"/environments/{prod}/deployed-versions/currently-deployed"
    assert len(broker.get(path).json["_embedded"]["deployedVersions"]) == 1
    assert broker.get(f"{FOO}/latest-version/dev").json["number"] == "1"
    assert broker.ask("DELETE", f"{FOO}/versions/1/tags/dev").status == 204
    assert broker.get(f"{FOO}/latest-version/dev").status == 404


def test_a_version_goes_with_all_that_is_of_it(broker: Broker) -> None:
    """Pacts, results, tags; the other side's versions stay."""
    broker.publish("1", tags=["t"])
    broker.verify("1", "10")

    assert broker.ask("DELETE", f"{FOO}/versions/1").status == 204

    assert broker.get("/pacts/provider/Bar/consumer/Foo/latest").status == 404
    assert broker.get("/pacticipants/Bar/versions/10").status == 200
    assert broker.get("/pacts/latest").json["pacts"] == []


def test_results_are_numbered_and_found(broker: Broker) -> None:
    """In one order for all; each is a result of its own."""
    broker.publish("1", tags=["t"])
    first, second = broker.verify("1", "10", success=False), broker.verify("1", "10")

    assert first.status == second.status == 201
    assert second.headers["location"] == second.link("self")
    numbers = [int(each.link("self").rpartition("/")[2]) for each in (first, second)]
    assert numbers[1] == numbers[0] + 1
    pair = "/pacts/provider/Bar/consumer/Foo"
    for path in (
        second.link("self"),
        f"{pair}/version/1/verification-results/latest",
        f"{pair}/latest/verification-results/latest",
        f"{pair}/latest/t/verification-results/latest",
        broker.get(f"{pair}/latest").link("pb:latest-verification-results"),
    ):
        assert broker.get(path).json["success"] is True, path
    summary = broker.get("/verification-results/consumer/Foo/version/1/latest").json
    assert (summary["success"], len(summary["_embedded"]["verificationResults"])) == (True, 1)
    broker.ask("DELETE", second.link("self"))
    assert broker.get(f"{pair}/version/1/verification-results/latest").json["success"] is False


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"providerApplicationVersion": "1"}, "success"),
        ({"success": "yes", "providerApplicationVersion": "1"}, "success"),
        ({"success": True}, "providerApplicationVersion"),
    ],
)
def test_a_result_that_says_too_little_is_refused(
    broker: Broker, body: dict[str, Any], place: str
) -> None:
    """Nothing is kept of it."""
    broker.publish("1")
    pact = broker.get("/pacts/provider/Bar/consumer/Foo/latest")

    refused = broker.post(pact.link("pb:publish-verification-results"), body)

    assert (refused.status, list(refused.json["errors"])) == (400, [place])


def test_providers_and_their_states_are_listed(broker: Broker) -> None:
    """Of main branches, a branch, and an environment."""
    broker.publish("1", branch="main", tags=["t"])
    prod = broker.environment()
    base = "/pacts/provider/Bar"
    state = {"name": "all is well", "params": [], "consumers": ["Foo"]}

    for path in ("provider-states", "provider-states/branch/main"):
        assert broker.get(f"{base}/{path}").json["providerStates"] == [state]
    there = f"{base}/provider-states/environment/{prod}"
    assert broker.get(there).json["providerStates"] == []
    broker.deploy("Foo", "1", prod)
    assert broker.get(there).json["providerStates"] == [state]
    for path in ("", "/latest", "/latest/t", "/tag/t", "/branch", "/branch/main", "/branch/latest"):
        assert len(broker.get(f"{base}{path}").json["_links"]["pb:pacts"]) == 1, path
    assert broker.get(f"{base}/branch/other").json["_links"]["pb:pacts"] == []


def test_integrations_are_shown_and_removed(broker: Broker) -> None:
    """As a list, a graph, tables and a dashboard."""
    broker.publish("1")
    broker.publish("1", consumer="=Baz", provider="Foo")
    broker.verify("1", "10", success=False)

    listed = broker.get("/integrations").json["_embedded"]["integrations"]
    assert [each["verificationStatus"] for each in listed] == ["never", "failed"]
    graph = broker.get("/integrations", accept="text/vnd.graphviz").body.decode()
    assert '"Foo" -> "Bar"' in graph
    assert "Foo,Bar,1" in broker.get("/relationships.csv").body.decode()
    group = broker.get("/groups/Bar.csv").body.decode()
    assert ("Foo,Bar,1" in group, "'=Baz,Foo,1" in group) == (True, True)
    (item,) = broker.get("/dashboard/provider/Bar/consumer/Foo").json["items"]
    assert item["latestVerificationResult"]["success"] is False
    assert broker.get("/metrics").json["pactPublications"]["count"] == 2
    assert broker.ask("DELETE", "/integrations/provider/Bar/consumer/Foo").status == 204
    assert broker.get("/pacts/provider/Bar/consumer/Foo/latest").status == 404
    assert len(broker.get("/integrations").json["_embedded"]["integrations"]) == 1


def test_secrets_of_webhooks_are_never_shown(broker: Broker) -> None:
    """And kept where the mask comes back."""
    made = broker.post("/webhooks", WEBHOOK)
    assert made.status == 201
    assert b"s3cret" not in made.body
    request = made.json["request"]
    assert request["headers"] == {"Authorization": "**********", "X-Plain": "shown"}

    again = broker.put(made.link("self"), {**WEBHOOK, "request": request, "description": "new"})

    assert (again.status, again.json["description"]) == (200, "new")
    assert broker.application is not None
    listed = broker.get("/webhooks").json
    assert len(listed["_embedded"]["webhooks"]) == 1
    assert broker.ask("DELETE", made.link("self")).status == 204
    assert broker.get(made.link("self")).status == 404


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"events": []}, "events"),
        ({"events": [{"name": "x"}]}, "events"),
        ({"consumer": {"name": "Nobody"}}, "consumer.name"),
        ({"request": None}, "request"),
        ({"request": {"method": "POST"}}, "request.url"),
        ({"request": {"method": "POST", "url": "ftp://x"}}, "request.url"),
        ({"request": {"method": "POST", "url": "https://${x}/"}}, "request.url"),
        ({"request": {"method": "SING", "url": "https://x"}}, "request.method"),
    ],
)
def test_a_webhook_that_is_wrong_is_refused(
    broker: Broker, change: dict[str, Any], place: str
) -> None:
    """By its place."""
    refused = broker.post("/webhooks", {**WEBHOOK, **change})

    assert (refused.status, list(refused.json["errors"])) == (400, [place])


def test_how_errors_are_told(broker: Broker) -> None:
    """Statuses and bodies that clients rely on."""
    json = {"content-type": "application/json"}
    missing = broker.get("/nothing/here", accept="application/json")
    said = "The requested document was not found on this server."
    assert (missing.status, missing.json) == (404, {"error": said})
    assert broker.get(FOO).headers["content-type"] == f"{HAL};charset=utf-8"
    assert broker.get("/", accept="text/xml").status == 406
    not_json = {"content-type": "text/plain"}
    assert broker.ask("POST", "/pacticipants", {}, headers=not_json).status == 415
    assert broker.ask("PATCH", f"{FOO}/versions/1", {}, headers=json).status == 415
    wrong_method = broker.ask("DELETE", "/pacticipants")
    assert wrong_method.status == 405
    assert wrong_method.headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert broker.ask("POST", "/pacticipants", b"{").status == 400
    assert broker.ask("POST", "/pacticipants", b"\xff").json["error"].endswith("byte 0")
    assert broker.ask("POST", "/pacticipants", b"[]").status == 400
    assert broker.get("/pacticipants/a%0Ab").status == 422
    assert broker.ask("HEAD", "/").body == b""
    assert broker.ask("OPTIONS", "/").status == 200
    problem = broker.ask(
        "POST", "/pacticipants", {}, accept="application/problem+json, application/hal+json"
    )
    assert problem.headers["content-type"].startswith("application/problem+json")
    assert problem.json["errors"][0]["pointer"] == "/name"
    assert broker.get("/diagnostic/status/heartbeat").json["ok"] is True
