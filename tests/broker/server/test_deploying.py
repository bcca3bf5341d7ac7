"""Environments, deployments, and whether a version may be deployed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.broker.server.broker import Broker

FOO_1 = "q[][pacticipant]=Foo&q[][version]=1"
FAILED = "The verification for the pact between version 1 of Foo and "


def running_now(broker: Broker, environment: str) -> list[tuple[str, str]]:
    """What runs: pacticipant and version."""
    path = f"/environments/{environment}/deployed-versions/currently-deployed"
    found = broker.get(path).json["_embedded"]["deployedVersions"]
    return [
        (each["_embedded"]["pacticipant"]["name"], each["_embedded"]["version"]["number"])
        for each in found
    ]


def test_a_deployment_replaces_the_one_of_its_instance(broker: Broker) -> None:
    """No instance is an instance of its own; to say it twice changes nothing."""
    prod = broker.environment()
    for version in "12":
        broker.put(f"/pacticipants/Foo/versions/{version}")

    first = broker.deploy("Foo", "1", prod)
    again = broker.deploy("Foo", "1", prod)
    broker.deploy("Foo", "1", prod, "blue")
    broker.deploy("Foo", "2", prod)

    assert (first.status, first.json["uuid"]) == (201, again.json["uuid"])
    assert running_now(broker, prod) == [("Foo", "1"), ("Foo", "2")]
    old = broker.get(first.link("self")).json
    assert (old["currentlyDeployed"], "undeployedAt" in old) == (False, True)
    blue = broker.get(
        f"/environments/{prod}/deployed-versions/currently-deployed"
        "?pacticipant=Foo&applicationInstance=blue"
    ).json["_embedded"]["deployedVersions"]
    assert [each["applicationInstance"] for each in blue] == ["blue"]
    ended = broker.ask("PATCH", blue[0]["_links"]["self"]["href"], {"currentlyDeployed": False})
    assert ended.json["currentlyDeployed"] is False
    refused = broker.ask("PATCH", blue[0]["_links"]["self"]["href"], {"currentlyDeployed": True})
    assert refused.status == 422


def test_releases_stand_beside_each_other(broker: Broker) -> None:
    """Until their support ends."""
    prod = broker.environment()
    for version in "12":
        broker.put(f"/pacticipants/Foo/versions/{version}")
        path = f"/pacticipants/Foo/versions/{version}/released-versions/environment/{prod}"
        assert broker.post(path).status == 201
    path = f"/environments/{prod}/released-versions/currently-supported?pacticipant=Foo"
    found = broker.get(path).json["_embedded"]["releasedVersions"]
    assert len(found) == 2

    broker.ask("PATCH", found[0]["_links"]["self"]["href"], {"currentlySupported": False})

    assert len(broker.get(path).json["_embedded"]["releasedVersions"]) == 1


def test_environments_are_made_changed_and_removed(broker: Broker) -> None:
    """With a name of their own and no other's."""
    made = broker.post("/environments", {"name": "uat", "production": False})
    assert (made.status, made.json["displayName"]) == (201, "Uat")
    again = broker.post("/environments", {"name": "uat", "production": False})
    assert (again.status, list(again.json["errors"])) == (400, ["name"])
    assert broker.post("/environments", {"name": "a b", "production": True}).status == 400
    assert list(broker.post("/environments", {"name": "x"}).json["errors"]) == ["production"]
    own = made.link("self")
    changed = broker.put(own, {"name": "uat2", "production": True, "displayName": "U"})
    assert (changed.status, changed.json["name"]) == (200, "uat2")
    broker.put("/pacticipants/Foo/versions/1")
    deployed = broker.deploy("Foo", "1", made.json["uuid"])
    assert broker.ask("DELETE", own).status == 204
    assert broker.get(deployed.link("self")).status == 404


def test_the_answer_follows_results_and_deployments(broker: Broker) -> None:
    """From unknown over no to yes."""
    broker.publish("1")
    prod = broker.environment()
    assert broker.can_i_deploy("Foo", "1")["deployable"] is None
    broker.verify("1", "10", success=False)
    broker.deploy("Bar", "10", prod)

    no = broker.can_i_deploy("Foo", "1")
    broker.verify("1", "10", success=True)
    yes = broker.can_i_deploy("Foo", "1")

    assert no == {
        "deployable": False,
        "reason": f"{FAILED}the version of Bar currently in prod (10) failed",
        "success": 0,
        "failed": 1,
        "unknown": 0,
    }
    assert yes["deployable"] is True
    assert yes["reason"] == "All required verification results are published and successful"


def test_a_provider_needs_its_deployed_consumers_alone(broker: Broker) -> None:
    """Without one it may go, even if it never verified anything."""
    broker.publish("1")
    prod = broker.environment()
    broker.put("/pacticipants/Bar/versions/10")
    assert broker.can_i_deploy("Bar", "10")["deployable"] is True
    assert broker.can_i_deploy("Bar", "10")["reason"] == "There are no missing dependencies"

    broker.deploy("Foo", "1", prod)

    assert broker.can_i_deploy("Bar", "10")["deployable"] is None
    assert broker.can_i_deploy("Bar", "11")["deployable"] is False


def test_the_same_content_is_verified_already(broker: Broker) -> None:
    """A version that changes nothing needs no new result."""
    broker.publish("1")
    broker.verify("1", "10")
    broker.deploy("Bar", "10", broker.environment())
    broker.publish("2")

    assert broker.can_i_deploy("Foo", "2")["deployable"] is True


def test_all_versions_that_run_must_have_verified(broker: Broker) -> None:
    """Two instances of a provider, one of which knows nothing of the pact."""
    broker.publish("1")
    prod = broker.environment()
    for version, instance in (("10", "blue"), ("11", "green")):
        broker.put(f"/pacticipants/Bar/versions/{version}")
        broker.deploy("Bar", version, prod, instance)
    broker.verify("1", "10")

    found = broker.can_i_deploy("Foo", "1")

    assert found["deployable"] is None
    assert "one of the versions of Bar currently in prod (11)" in found["reason"]


def test_no_answer_looks_at_a_part_alone(broker: Broker) -> None:
    """A failure beyond the first hundred rows is seen, whatever part of the rows is shown."""
    prod = broker.environment()
    broker.publish("1", "bad")
    broker.verify("1", "10", success=False)
    for number in range(2, 106):
        broker.publish(str(number), "good")
        if number == 2:
            broker.verify("2", "10")
    for number in range(1, 106):
        broker.deploy("Foo", str(number), prod, str(number))

    found = broker.get(
        "/matrix?q[][pacticipant]=Bar&q[][version]=10&latestby=cvpv&environment=prod&limit=100"
    ).json

    assert found["summary"]["deployable"] is False
    assert (found["summary"]["success"], found["summary"]["failed"]) == (104, 1)
    assert len(found["matrix"]) == 100


def test_what_is_ignored_does_not_count(broker: Broker) -> None:
    """And is counted apart."""
    broker.publish("1")
    broker.verify("1", "10", success=False)
    broker.deploy("Bar", "10", broker.environment())

    found = broker.get(
        f"/matrix?{FOO_1}&latestby=cvpv&environment=prod&ignore[][pacticipant]=Bar"
    ).json

    assert found["summary"]["deployable"] is True
    assert found["summary"]["ignored"] == 1
    assert found["matrix"][0]["ignored"] is True


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "Please provide 1 or more version selectors."),
        ("q[][pacticipant]=Nobody", "Pacticipant Nobody not found"),
        (f"{FOO_1}&environment=x", "Environment with name 'x' does not exist"),
        (f"{FOO_1}&latestby=bad", "latestby must be one of: cvp, cvpv, cp (was 'bad')"),
    ],
)
def test_a_question_that_is_wrong_is_refused(broker: Broker, query: str, said: str) -> None:
    """In a sentence."""
    broker.publish("1")

    refused = broker.get(f"/matrix?{query}")

    assert (refused.status, refused.json) == (400, {"errors": [said]})


def test_versions_are_found_by_branch_tag_and_environment(broker: Broker) -> None:
    """In the matrix' own selectors, and in the short question."""
    broker.publish("1", branch="main", tags=["t"])
    broker.verify("1", "10", branch="main")
    broker.deploy("Bar", "10", broker.environment())

    def rows(query: str) -> list[Any]:
        found: list[Any] = broker.get(f"/matrix?latestby=cvpv&{query}").json["matrix"]
        return found

    for selector in ("branch]=main", "tag]=t", "latest]=true", "mainBranch]=true"):
        for provider in ("version]=10", "environment]=prod", "branch]=main", "latest]=true"):
            query = f"q[][pacticipant]=Foo&q[][{selector}&q[][pacticipant]=Bar&q[][{provider}"
            (row,) = rows(query)
            assert row["provider"]["version"]["number"] == "10", query
            assert row["verificationResult"]["success"] is True
    (row,) = rows("q[][pacticipant]=Foo&latest=true&mainBranch=true")
    assert row["consumer"]["version"]["branchVersions"][0]["name"] == "main"
    assert [each["name"] for each in row["provider"]["version"]["environments"]] == ["prod"]
    short = broker.get("/can-i-deploy?pacticipant=Foo&version=1&environment=prod").json
    assert short["summary"]["deployable"] is True


def test_badges_are_pictures(broker: Broker) -> None:
    """Also of what is not there."""
    broker.publish("1", branch="main", tags=["t"])
    broker.environment()

    for path, word in (
        ("/pacts/provider/Bar/consumer/Foo/latest/badge", "unknown"),
        ("/pacts/provider/Bar/consumer/Foo/latest/badge.svg", "unknown"),
        ("/pacts/provider/Bar/consumer/Foo/latest/nothing/badge", "not found"),
        ("/pacts/provider/Bar/consumer/Foo/latest-untagged/badge", "not found"),
        (
            "/pacticipants/Foo/branches/main/latest-version/can-i-deploy/to-environment/prod/badge",
            "unknown",
        ),
        ("/pacticipants/Foo/latest-version/t/can-i-deploy/to/prod/badge", "unknown"),
        ("/pacticipants/Foo/main-branch/can-i-merge/badge", "unknown"),
        ("/matrix/provider/Bar/latest/x/consumer/Foo/latest/t/badge", "unknown"),
    ):
        found = broker.get(path, accept="image/svg+xml")
        assert found.status == 200, path
        assert found.headers["content-type"].startswith("image/svg+xml")
        assert f">{word}</text>" in found.body.decode(), path
