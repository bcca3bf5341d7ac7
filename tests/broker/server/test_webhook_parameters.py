"""What a webhook can say of an event: by results, by documents of the provider, and what runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.broker.server.broker import Broker
from tests.broker.server.test_comparing import openapi, promise, stock
from tests.broker.server.told import Told, telling

REQUIRING = "contract_requiring_verification_published"
BODY = {
    "status": "${pactbroker.githubVerificationStatus}",
    "main": "${pactbroker.providerMainBranchGithubVerificationStatus}",
    "by": "${pactbroker.providerVersionNumber}",
    "result": "${pactbroker.verificationResultUrl}",
}
OTHER = {"asyncapi": "3.0.0", "info": {"title": "Bar", "version": "1"}}


@pytest.fixture
def told(broker: Broker) -> Iterator[Told]:
    """A broker whose webhooks may tell this machine."""
    with telling(broker) as found:
        yield found


def publish(told: Told, version: str) -> None:
    """Publish the pact on stock under a version of Foo."""
    assert told.broker.put(f"/pacts/provider/Bar/consumer/Foo/version/{version}", stock()).json


def of_version(told: Told, version: str) -> tuple[str, str, str, Any]:
    """What is told of a publication: both states, whose word it is, and what its address holds."""
    publish(told, version)
    told.deliver()
    (body,) = told.bodies
    leads_to = told.broker.get(body["result"]).json if body["result"] else None
    return body["status"], body["main"], body["by"], leads_to


def test_a_publication_tells_what_documents_decide(told: Told) -> None:
    """As lists and badges do: until a later version verifies, and not where they leave it open."""
    told.hook(request={"body": BODY})
    assert of_version(told, "1") == ("pending", "pending", "", None)

    promise(told.broker, "10", openapi())
    told.broker.put("/pacticipants/Bar/branches/main/versions/10")
    status, main, by, comparison = of_version(told, "2")
    assert (status, main, by, comparison["success"]) == ("success", "success", "10", True)

    promise(told.broker, "11", openapi({"type": "string"}))
    status, main, by, comparison = of_version(told, "3")
    assert (status, main, by, comparison["success"]) == ("failure", "pending", "11", False)

    told.broker.verify("1", "12")
    status, _, by, result = of_version(told, "4")
    assert (status, by, result["providerApplicationVersion"]) == ("success", "12", "12")

    promise(told.broker, "13", OTHER, kind="asyncapi")
    assert of_version(told, "5")[::2] == ("success", "12")


def test_a_failed_result_of_the_version_outweighs_its_documents(told: Told) -> None:
    """Either refutes, as in a row of the matrix, and the one that does is led to."""
    told.hook(request={"body": BODY})
    publish(told, "1")
    promise(told.broker, "10", openapi())
    told.broker.verify("1", "10", success=False)
    told.deliver()
    told.bodies.clear()

    status, _, by, result = of_version(told, "2")
    assert (status, by, result["providerApplicationVersion"]) == ("failure", "10", "10")


def test_nobody_need_verify_what_documents_decide(told: Told) -> None:
    """A version whose documents leave it open, or that has none, is asked to."""
    broker = told.broker
    for number, document in (("10", openapi()), ("11", openapi({"type": "string"}))):
        promise(broker, number, document)
        broker.deploy("Bar", number, broker.environment(f"e{number}"))
    promise(broker, "12", OTHER, kind="asyncapi")
    broker.deploy("Bar", "12", broker.environment("e12"))
    broker.put("/pacticipants/Bar/branches/main/versions/13")
    uuid = told.hook(REQUIRING, request={"body": BODY})["uuid"]
    publish(told, "1")
    told.deliver()

    assert [(each["by"], each["status"]) for each in told.bodies] == [
        ("12", "pending"),
        ("13", "pending"),
    ]
    said = [
        broker.get(f"/triggered-webhooks/{each['uuid']}/logs", accept="text/plain").body.decode()
        for each in told.triggered(f"/webhooks/{uuid}/triggered-webhooks")
    ]
    assert (
        len([one for one in said if "documents of the provider leave nothing to tell" in one]) == 2
    )


def test_documents_tell_as_results_do(told: Told) -> None:
    """Where they decide; of an event, its own outcome alone; and not what they leave open."""
    body = BODY | {"event": "${pactbroker.eventName}", "for": "${pactbroker.consumerVersionNumber}"}
    results = ("published", "succeeded", "failed")
    told.hook(*(f"provider_verification_{each}" for each in results), request={"body": body})
    publish(told, "1")
    publish(told, "2")
    for number, document in (("10", openapi()), ("11", openapi({"type": "string"}))):
        promise(told.broker, number, document)
        told.deliver()
    promise(told.broker, "12", OTHER, kind="asyncapi")
    told.deliver()

    seen = [(each["event"][22:], each["by"], each["status"], each["for"]) for each in told.bodies]
    assert seen == [
        ("published", "10", "success", "2"),
        ("succeeded", "10", "success", "2"),
        ("published", "11", "failure", "2"),
        ("failed", "11", "failure", "2"),
    ]


def test_a_try_tells_what_is_known_now(told: Told) -> None:
    """Who tries a webhook out sees what it would say, documents included."""
    publish(told, "1")
    promise(told.broker, "10", openapi({"type": "string"}))
    uuid = told.hook(request={"body": BODY}, provider={"name": "Bar"})["uuid"]

    tried = told.broker.post(f"/webhooks/{uuid}/execute").json
    assert tried["request"]["body"]["status"] == "failure"


def test_the_main_branch_speaks_for_the_provider(told: Told) -> None:
    """What a branch of it makes of a pact is no word on what is published."""
    told.hook(request={"body": BODY})
    publish(told, "1")
    told.broker.verify("1", "p1", branch="main")
    told.broker.verify("1", "f1", success=False, branch="feature")
    told.deliver()
    told.bodies.clear()

    assert of_version(told, "2")[:3] == ("success", "success", "p1")


def test_each_version_that_runs_is_told_by_itself(told: Told) -> None:
    """Where the request names it, so that a build of each can be started; else it is told once."""
    broker = told.broker
    named = {"runs": "${pactbroker.currentlyDeployedProviderVersionNumber}"}
    told.hook(request={"body": named})
    told.hook(request={"body": {"runs": "whatever"}})
    publish(told, "1")
    for version, place in (("p1", "prod"), ("p2", "test")):
        broker.verify("1", version)
        broker.deploy("Bar", version, broker.environment(place))
    publish(told, "2")
    told.deliver()

    runs = [each["runs"] for each in told.bodies]
    assert sorted(runs) == ["", "p1", "p2", "whatever", "whatever"]
