"""The pacts that a provider is given to verify."""

from __future__ import annotations

from typing import Any

import pytest

from tests.broker.server.broker import HAL, Broker

FOR_VERIFICATION = "/pacts/provider/Bar/for-verification"


def described(broker: Broker, pacts: list[Any]) -> list[str]:
    """The description of the one interaction of each pact."""
    found = (broker.get(each["_links"]["self"]["href"]).json for each in pacts)
    return [each["interactions"][0]["description"] for each in found]


def chosen(broker: Broker, *selectors: dict[str, Any], **asked: Any) -> list[str]:
    """What selectors lead to."""
    return described(broker, broker.for_verification(selectors=list(selectors), **asked))


def test_each_selector_leads_to_its_pacts(broker: Broker) -> None:
    """By branch, tag, environment and consumer."""
    broker.publish("1", "one", branch="main", tags=["prod"])
    broker.publish("2", "two", branch="main")
    broker.publish("3", "three", branch="feat")
    broker.publish("1", "other", consumer="Baz", branch="dev")
    prod, test = broker.environment("prod"), broker.environment("test")
    broker.deploy("Foo", "1", prod)
    broker.post(f"/pacticipants/Foo/versions/2/released-versions/environment/{test}")

    assert chosen(broker, {"mainBranch": True}) == ["two"]
    assert chosen(broker, {"branch": "feat"}) == ["three"]
    assert chosen(broker, {"branch": "main", "latest": False}) == ["one", "two"]
    assert chosen(broker, {"branch": True}) == ["other", "two", "three"]
    assert chosen(broker, {"matchingBranch": True}, providerVersionBranch="feat") == ["three"]
    assert chosen(broker, {"tag": "prod"}) == ["one"]
    assert chosen(broker, {"latest": True}) == ["other", "three"]
    assert chosen(broker, {"latest": True, "consumer": "Foo"}) == ["three"]
    assert chosen(broker, {"deployed": True}) == ["one"]
    assert chosen(broker, {"released": True}) == ["two"]
    assert chosen(broker, {"deployedOrReleased": True}) == ["one", "two"]
    assert chosen(broker, {"environment": "test"}) == ["two"]
    assert chosen(broker, {"deployed": True, "environment": "test"}) == []
    assert chosen(broker, {"branch": "nowhere"}) == []


def test_fallbacks_stand_in_for_each_consumer(broker: Broker) -> None:
    """Where a consumer has nothing of the branch or tag."""
    broker.publish("1", "main", branch="main", tags=["main"])
    broker.publish("1", "baz", consumer="Baz", branch="main", tags=["main"])
    broker.publish("2", "feat", branch="feat", tags=["feat"])

    assert chosen(broker, {"branch": "feat", "fallbackBranch": "main"}) == ["baz", "feat"]
    tagged = {"tag": "feat", "latest": True, "fallbackTag": "main"}
    assert chosen(broker, tagged) == ["baz", "feat"]
    assert chosen(broker, {"branch": "feat"}) == ["feat"]


def test_without_selectors_main_branches_and_what_runs_are_given(broker: Broker) -> None:
    """Of a consumer without a main branch the latest."""
    broker.publish("1", "old", branch="main")
    broker.publish("2", "main", branch="main")
    broker.publish("3", "feat", branch="feat")
    broker.publish("1", "a", consumer="Baz")
    broker.publish("2", "b", consumer="Baz")
    broker.deploy("Foo", "1", broker.environment())

    assert described(broker, broker.for_verification()) == ["b", "old", "main"]


def test_the_same_content_is_given_once(broker: Broker) -> None:
    """With all the reasons for it."""
    broker.publish("1", "same", branch="main")
    broker.publish("2", "same", branch="feat")

    (given,) = broker.for_verification(selectors=[{"branch": "main"}, {"branch": "feat"}])

    assert given["_links"]["self"]["name"] == "Pact between Foo (2) and Bar"
    text = given["verificationProperties"]["notices"][0]["text"]
    assert "from branch 'main' that has a pact with Bar (1)" in text
    assert "from branch 'feat' that has a pact with Bar (2)" in text
    assert "pending" not in given["verificationProperties"]


def test_pending_until_the_branch_has_verified(broker: Broker) -> None:
    """And a branch that begins later finds it verified."""
    broker.publish("1", branch="main")
    asked: dict[str, Any] = {"includePendingStatus": True, "providerVersionBranch": "main"}

    def pending(**more: Any) -> bool:
        (given,) = broker.for_verification(**{**asked, **more})
        found: bool = given["verificationProperties"]["pending"]
        return found

    broker.put("/pacticipants/Bar/branches/old/versions/0")
    assert pending()
    broker.verify("1", "10", success=False, branch="main")
    assert pending()
    broker.verify("1", "11", success=True, branch="main")
    assert not pending()
    assert pending(providerVersionBranch="old")
    broker.put("/pacticipants/Bar/branches/feat/versions/12")
    assert not pending(providerVersionBranch="feat")
    assert not pending(providerVersionBranch="not there yet")


def test_work_in_progress_is_added(broker: Broker) -> None:
    """Until this branch has verified it other than as work in progress."""
    broker.publish("1", "main", branch="main")
    broker.publish("2", "feat", branch="feat")
    asked: dict[str, Any] = {
        "selectors": [{"mainBranch": True}],
        "includePendingStatus": True,
        "includeWipPactsSince": "2030-01-01",
        "providerVersionBranch": "main",
    }

    main, feat = broker.for_verification(**asked)

    assert "wip" not in main["verificationProperties"]
    assert feat["verificationProperties"]["wip"] is True
    assert feat["verificationProperties"]["pending"] is True
    assert len(broker.for_verification(**{**asked, "includeWipPactsSince": "2031-01-01"})) == 1
    assert len(broker.for_verification(**{**asked, "providerVersionBranch": ""})) == 1

    broker.put("/pacticipants/Bar/branches/main/versions/10")
    given = broker.get(feat["_links"]["self"]["href"])
    result = {"success": True, "providerApplicationVersion": "10"}
    assert broker.post(given.link("pb:publish-verification-results"), result).status == 201
    assert len(broker.for_verification(**asked)) == 2, "verified as work in progress alone"
    broker.verify("2", "11", branch="main")
    assert len(broker.for_verification(**asked)) == 1


def test_a_provider_that_is_not_there_is_told(broker: Broker) -> None:
    """With its name; and the verifier's first GET is answered as its POST is."""
    missing = broker.post("/pacts/provider/Nobody/for-verification")
    assert (missing.status, missing.json) == (
        404,
        {"error": "No provider with name 'Nobody' found"},
    )
    broker.publish("1")
    assert broker.get(FOR_VERIFICATION).status == 200


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ({"consumerVersionSelectors": [{}]}, "consumerVersionSelectors[0]"),
        ({"consumerVersionSelectors": {"tag": "x"}}, "consumerVersionSelectors"),
        (
            {"consumerVersionSelectors": [{"environment": "x"}]},
            "consumerVersionSelectors[0].environment",
        ),
        ({"includeWipPactsSince": "yesterday"}, "includeWipPactsSince"),
        ({"includePendingStatus": "yes"}, "includePendingStatus"),
        ({"providerVersionTags": 7}, "providerVersionTags"),
        ({"providerVersionBranch": 7}, "providerVersionBranch"),
    ],
)
def test_what_is_wrong_is_told(broker: Broker, asked: dict[str, Any], place: str) -> None:
    """By its place."""
    broker.publish("1")

    refused = broker.post(FOR_VERIFICATION, asked)

    assert (refused.status, list(refused.json["errors"])) == (400, [place])


def test_two_accepted_types_in_two_headers_are_one(broker: Broker) -> None:
    """As the server joins what the official verifier sends."""
    broker.publish("1")
    both = f"{HAL}, application/json"

    assert broker.ask("POST", FOR_VERIFICATION, {}, accept=both).status == 200
