"""Documents of providers count in the matrix: proofs, misfits, and what they leave open."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import func, select, update

from harness.broker.server.ahead import comparing
from harness.broker.server.application import Application
from harness.broker.server.comparing import compared
from harness.broker.server.routes import ROUTES
from harness.broker.server.routing import Router
from harness.broker.store import ahead
from harness.broker.store.ahead import Mark
from harness.broker.store.tables import comparisons
from tests.broker.server.broker import BASE, Broker

SELF = {"selfVerificationResults": {"success": True}}
NO_SELF: Mapping[str, Any] = {}
PLACE = (
    "/contracts/bi-directional/provider/Bar/version/10/consumer/Foo/version/1/"
    "cross-contract-verification-results"
)


def openapi(on_hand: Any = None) -> dict[str, Any]:
    """A document of stock, whose number is of a schema."""
    body = {
        "type": "object",
        "properties": {"on_hand": on_hand or {"type": "integer"}},
        "required": ["on_hand"],
    }
    replies = {"200": {"description": "ok", "content": {"application/json": {"schema": body}}}}
    paths = {"/stock": {"get": {"responses": replies}}}
    return {"openapi": "3.0.3", "info": {"title": "Bar", "version": "1"}, "paths": paths}


def stock(**more: Any) -> dict[str, Any]:
    """A pact on it, in which any integer will do."""
    response = {
        "status": 200,
        "headers": {"Content-Type": "application/json"},
        "body": {"on_hand": 3},
        "matchingRules": {
            "body": {"$.on_hand": {"combine": "AND", "matchers": [{"match": "integer"}]}}
        },
    }
    interaction = {"description": "stock", "request": {"method": "GET", "path": "/stock"}}
    return {
        "consumer": {"name": "Foo"},
        "provider": {"name": "Bar"},
        "interactions": [{**interaction, "response": response, **more}],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    }


def promise(
    broker: Broker, version: str, document: Any, told: Mapping[str, Any] = SELF, kind: str = "oas"
) -> None:
    """Publish a document of a version of Bar."""
    content = base64.b64encode(json.dumps(document).encode()).decode()
    given = {"content": content, "contentType": "application/json", "specification": kind}
    made = broker.put(f"/contracts/provider/Bar/version/{version}", {**given, **told})
    assert made.status == 201, made.body


@pytest.fixture
def published(broker: Broker) -> Broker:
    """A broker with a pact of Foo's version 1, and an environment."""
    made = broker.put("/pacts/provider/Bar/consumer/Foo/version/1", stock())
    assert made.status == 201
    broker.environment()
    return broker


def asked(broker: Broker, version: str) -> tuple[bool | None, str, Any]:
    """Whether Foo 1 may go with a version of Bar, why, and the only row."""
    selectors = f"q[][pacticipant]=Foo&q[][version]=1&q[][pacticipant]=Bar&q[][version]={version}"
    found = broker.get(f"/matrix?{selectors}&latestby=cvpv").json
    (row,) = found["matrix"]
    return found["summary"]["deployable"], found["summary"]["reason"], row


def test_a_proof_supplies_a_missing_result(published: Broker) -> None:
    """Nothing was verified, all fits, and the row says of which kind its result is."""
    promise(published, "10", openapi())
    uuid = next(iter(published.get("/environments").json["_embedded"]["environments"]))["uuid"]
    published.deploy("Bar", "10", uuid)

    deployable, reason, row = asked(published, "10")

    assert published.can_i_deploy("Foo", "1")["deployable"] is True
    assert deployable is True
    assert "All required verification results are published and successful" in reason
    assert row["verificationResult"]["kind"] == "comparison"
    assert row["comparison"]["reasons"] == []
    full = published.get(row["verificationResult"]["_links"]["self"]["href"]).json
    assert full["success"] is True
    assert [each["answer"] for each in full["documents"][0]["interactions"]] == ["proven"]


def test_a_misfit_is_a_no_that_names_the_place(published: Broker) -> None:
    """Even where the examples went well: what the document allows may come any day."""
    promise(published, "10", openapi({"type": "string"}))
    published.verify("1", "10")

    deployable, reason, row = asked(published, "10")

    assert deployable is False
    assert "does not fit the document: GET /stock: reply-body $.on_hand" in reason
    assert (row["verificationResult"]["success"], row["verificationResult"]["kind"]) == (
        *(False, "comparison"),
    )
    (misfit,) = published.get(PLACE).json["documents"][0]["interactions"][0]["misfits"]
    assert (misfit["code"], misfit["path"]) == ("reply-body", "$.on_hand")


def test_a_failed_verification_outweighs_a_proof(published: Broker) -> None:
    """The provider did not do what its document says."""
    promise(published, "10", openapi())
    published.verify("1", "10", success=False)

    deployable, reason, row = asked(published, "10")

    assert deployable is False
    assert "The verification for the pact between version 1 of Foo and version 10" in reason
    assert row["verificationResult"]["kind"] == "verification"


def test_what_a_document_leaves_open_needs_a_verification(published: Broker) -> None:
    """Documents that cannot be read, of another kind, or that tell too little refute nothing."""
    asyncapi = {"asyncapi": "3.0.0", "info": {"title": "Bar", "version": "1"}}
    promise(published, "10", {"some": "contract"})
    promise(published, "11", asyncapi, kind="asyncapi")
    for version, why in (("10", "openapi"), ("11", "no document of this version speaks")):
        deployable, reason, row = asked(published, version)
        assert (deployable, row["verificationResult"]) == (None, None)
        assert "There is no verified pact between version 1 of Foo" in reason
        assert why in reason
        published.verify("1", version)
        deployable, _, row = asked(published, version)
        assert (deployable, row["verificationResult"]["kind"]) == (True, "verification")


def test_the_providers_own_tests_count(published: Broker) -> None:
    """A document that the provider fails is no promise, and one that nobody tested is warned of."""
    failed = {"selfVerificationResults": {"success": False}}
    promise(published, "10", openapi(), failed)
    promise(published, "11", openapi(), NO_SELF)

    no, why, _ = asked(published, "10")
    yes, warned, _ = asked(published, "11")

    assert (no, "the provider's own tests against it have failed" in why) == (False, True)
    assert (yes, "WARN: Nothing says that version 11 of Bar keeps" in warned) == (True, True)


def shown(broker: Broker) -> tuple[str, str, Any, str]:
    """How the only pair stands in lists, its item on the dashboard, and the word of its badge."""
    (pair,) = broker.get("/integrations").json["_embedded"]["integrations"]
    (item,) = broker.get("/dashboard").json["items"]
    badge = broker.get("/pacts/provider/Bar/consumer/Foo/latest/badge", accept="image/svg+xml")
    (word,) = re.findall(r"<title>Foo/Bar pact: (.*?)</title>", badge.body.decode())
    return pair["verificationStatus"], item["verificationStatus"], item, word


def test_lists_and_badges_say_what_the_matrix_says(published: Broker) -> None:
    """A document's word counts on them as in a row, until a later version verifies."""
    assert (*shown(published)[:2], shown(published)[3]) == ("never", "never", "unknown")

    promise(published, "10", openapi())
    integration, on_dashboard, item, badge = shown(published)
    assert (integration, on_dashboard, badge) == ("success", "success", "verified")
    assert item["provider"]["version"] == {"number": "10"}
    assert item["latestVerificationResult"]["kind"] == "comparison"
    place = item["latestVerificationResult"]["_links"]["self"]["href"]
    assert published.get(place).json["success"] is True

    published.verify("1", "10")
    promise(published, "11", openapi({"type": "string"}))
    integration, on_dashboard, item, badge = shown(published)
    assert (integration, on_dashboard, badge) == ("failed", "failed", "failed")
    assert item["provider"]["version"] == {"number": "11"}

    published.verify("1", "12")
    integration, on_dashboard, item, badge = shown(published)
    assert (integration, on_dashboard, badge) == ("success", "success", "verified")
    assert item["latestVerificationResult"]["kind"] == "verification"


def test_lists_and_badges_refute_by_either_word(published: Broker) -> None:
    """What a version has verified and what its documents say are one word, as in the matrix."""
    published.verify("1", "9")
    promise(published, "10", openapi())
    published.verify("1", "10", success=False)
    published.verify("1", "9")
    assert asked(published, "10")[0] is False
    assert (*shown(published)[:2], shown(published)[3]) == ("failed", "failed", "failed")

    promise(published, "11", {"some": "contract"})
    published.verify("1", "11")
    assert (*shown(published)[:2], shown(published)[3]) == ("success", "success", "verified")


def test_what_a_document_decided_before_is_known(published: Broker) -> None:
    """A pact that changed to what nobody can tell of is one whose results are of before."""
    promise(published, "10", openapi())
    assert shown(published)[0] == "success"
    message = {"description": "sold out", "contents": {"on_hand": 0}}
    changed = {key: value for key, value in stock().items() if key != "interactions"}
    published.put("/pacts/provider/Bar/consumer/Foo/version/2", changed | {"messages": [message]})

    assert shown(published)[0] == "stale"


@pytest.mark.parametrize(
    "place",
    [
        "/",
        "/dashboard/provider/Bar/consumer/Foo",
        "/pacticipants/Foo/versions/1",
        "/pacts/provider/Bar/consumer/Foo/version/1",
    ],
)
def test_pages_lead_to_the_comparison_that_decides(published: Broker, place: str) -> None:
    """A misfit is shown as failed though the examples went well, by the document of a version."""
    promise(published, "10", openapi({"type": "string"}))
    published.verify("1", "10")

    page = published.get(place, accept="text/html").body.decode()

    assert "by the document of" in page
    assert f'href="{BASE}{PLACE}"' in page
    assert '<span class="bad">failed</span>' in page


def test_what_is_published_is_compared_before_anybody_asks(published: Broker) -> None:
    """So that nobody waits for it, and each time only what is new."""
    store, made = published.store, list[str]()
    assert store is not None

    def counted(content: str, document: bytes) -> Any:
        made.append(content)
        return compared(content, document)

    def all_made(wanted: int) -> bool:
        ends = time.monotonic() + 60
        while time.monotonic() < ends and count_of(published) < wanted:
            time.sleep(0.02)
        return count_of(published) == wanted

    promise(published, "10", openapi())
    with comparing(store, published.tick, counted):
        assert all_made(1)
        published.put("/pacts/provider/Bar/consumer/Foo/version/2", stock(description="more"))
        assert all_made(2)

    (pair,) = published.get("/integrations").json["_embedded"]["integrations"]
    assert pair["verificationStatus"] == "success"
    assert len(made) == 2


def test_what_cannot_be_compared_keeps_nobody_else_waiting(published: Broker) -> None:
    """Whoever asks for it is told; the others are compared."""
    store, seen = published.store, list[str]()
    assert store is not None

    def failing_first(content: str, document: bytes) -> Any:
        seen.append(content)
        if len(seen) == 1:
            raise ValueError("a text that nobody foresaw")
        return compared(content, document)

    promise(published, "10", openapi())
    other = {**stock(), "consumer": {"name": "Other"}}
    assert published.put("/pacts/provider/Bar/consumer/Other/version/1", other).status == 201
    with comparing(store, published.tick, failing_first):
        ends = time.monotonic() + 60
        while time.monotonic() < ends and not count_of(published):
            time.sleep(0.02)

    assert (len(seen), count_of(published)) == (2, 1)


def count_of(broker: Broker) -> int:
    """How many comparisons are kept."""
    assert broker.store
    with broker.store.reading() as db:
        return db.execute(select(func.count()).select_from(comparisons)).scalar_one()


def test_only_what_was_touched_since_is_looked_at(published: Broker) -> None:
    """Its pact or its provider's document is new; who asks first finds the others as before."""
    promise(published, "10", openapi())
    store = published.store
    assert store is not None
    with store.reading() as db:
        since = ahead.mark(db)
        assert len(ahead.due(db, Mark())) == 1
        assert ahead.due(db, since) == []

    promise(published, "11", openapi({"type": "number"}))
    with store.reading() as db:
        newer = ahead.due(db, since)
        assert len(newer) == 1
        assert newer == ahead.due(db, Mark())
        assert ahead.due(db, ahead.mark(db)) == []


def test_the_same_two_texts_are_compared_once(published: Broker) -> None:
    """By all versions that have them, until a later version of the harness may know more."""
    store = published.store
    assert store is not None
    made: list[str] = []

    def counted(content: str, document: bytes) -> Any:
        made.append(content)
        return compared(content, document)

    published.application = Application(store, Router(ROUTES), published.tick, compare=counted)
    published.put("/pacts/provider/Bar/consumer/Foo/version/2", stock())
    for version in ("10", "11"):
        promise(published, version, openapi())
        assert asked(published, version)[0] is True
    assert published.get("/matrix/provider/Bar/consumer/Foo").json["summary"]["deployable"] is True
    assert len(made) == 1

    store.write(lambda db: db.execute(update(comparisons).values(judge="0")), bool)
    assert asked(published, "10")[0] is True

    assert len(made) == 2


def test_a_question_without_a_version_compares_the_newest_alone(published: Broker) -> None:
    """The past is told as far as it is known, and never compared for a mere look."""
    for version in ("10", "11", "12"):
        promise(published, version, openapi() | {"x-build": version})
    assert asked(published, "10")[0] is True

    found = published.get("/matrix/provider/Bar/consumer/Foo").json

    listed = [each["provider"]["version"]["number"] for each in found["matrix"]]
    assert sorted(listed) == ["10", "12"]
