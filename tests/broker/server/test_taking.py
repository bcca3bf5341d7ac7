"""What is kept of a broker, copied, and taken over from another one."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from harness.broker.server.asgi import Served
from harness.broker.store import cleaning
from harness.broker.store.audit import newest
from harness.broker.store.cleaning import Keep
from harness.broker.store.copying import back_up, restore
from harness.broker.store.database import Store, opened
from harness.broker.store.migrating import upgrade
from harness.brokers import pulled
from harness.domain.errors import BrokerFailed, Misused
from tests.broker.server.broker import Broker, pact, running
from tests.broker.server.serving import listening
from tests.broker.store.databases import KINDS, database

HOOK = "a-webhook-of-sixteen"
NOW = "2031-01-01T00:00:00.000000+00:00"
OPENAPI = b"openapi: 3.1.0\ninfo: {title: Bar, version: '1'}\npaths: {}\n"
ASYNCAPI = b'{"asyncapi": "3.0.0", "info": {"title": "Bar", "version": "1"}}'


@pytest.fixture(params=KINDS)
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database of each kind."""
    directory = tmp_path / "other"
    directory.mkdir()
    with database(request.param, directory) as url:
        yield url


@contextmanager
def filled(url: str) -> Iterator[Store]:
    """A database with its tables, open."""
    found = opened(url)
    try:
        upgrade(found)
        yield found
    finally:
        found.close()


def used(broker: Broker) -> str:
    """Put something of everything into a broker; the identifier of its environment."""
    for number in range(1, 6):
        broker.publish(f"{number}", f"content {number // 2}", branch="main", tags=["dev"])
    broker.publish("6", "other", branch="feat/äöü")
    broker.verify("5", "a", branch="main")
    broker.verify("6", "b", success=False)
    prod = broker.environment()
    broker.deploy("Foo", "1", prod)
    broker.deploy("Foo", "2", prod)
    broker.deploy("Bar", "a", prod, instance="blue")
    broker.post(f"/pacticipants/Foo/versions/3/released-versions/environment/{prod}")
    early = broker.post(f"/pacticipants/Foo/versions/2/released-versions/environment/{prod}")
    broker.ask("PATCH", early.link("self"), {"currentlySupported": False})
    for content, results in ((OPENAPI, {"success": True, "verifier": "own"}), (ASYNCAPI, None)):
        kind, encoded = "application/yaml", base64.b64encode(content).decode()
        document = {"content": encoded, "contentType": kind, "selfVerificationResults": results}
        assert broker.put("/contracts/provider/Bar/version/a", document).status == 201
    headers = {"Authorization": "Bearer x", "X-Kind": "y"}
    request = {"method": "POST", "url": "https://ci.example", "headers": headers}
    events = [{"name": "contract_published"}]
    hook = {"consumer": {"name": "Foo"}, "events": events, "request": request}
    assert broker.ask("PUT", f"/webhooks/{HOOK}", hook).status == 201
    return prod


PROMISES = [f"/contracts/provider/Bar/version/a?specification={k}" for k in ("oas", "asyncapi")]
TOLD = ("specification", "contentType", "content", "createdAt", "selfVerificationResults")
PAST = (
    "/pacticipants/Foo/versions/1/deployed-versions",
    "/pacticipants/Foo/versions/2/released-versions",
    "/pacticipants/Bar/versions/a/deployed-versions",
)


def told(broker: Broker) -> dict[str, Any]:
    """What a broker says to those who use it."""
    paths = {
        "digests": "/pacts/provider/Bar/consumer/Foo/versions",
        "head": "/pacts/provider/Bar/consumer/Foo/branch/main/latest",
        "branch": "/pacts/provider/Bar/consumer/Foo/branch/feat%2F%C3%A4%C3%B6%C3%BC/latest",
        "tagged": "/pacts/provider/Bar/consumer/Foo/latest/dev",
    }
    found = {name: broker.get(path).json for name, path in paths.items()}
    return {
        "versions": [each["name"] for each in found["digests"]["_links"]["pb:pact-versions"]],
        "pacts": {
            name: (each["_links"]["pb:pact-version"]["name"], each["createdAt"])
            for name, each in found.items()
            if name != "digests"
        },
        "deployable": [broker.can_i_deploy("Foo", number) for number in ("2", "5", "6")],
        "pending": broker.for_verification(
            selectors=[{"mainBranch": True}],
            providerVersionBranch="main",
            includePendingStatus=True,
        )[0]["verificationProperties"]["pending"],
        "places": broker.get("/metrics").json["environments"],
    }


def test_a_file_holds_a_whole_broker(broker: Broker, other: str, tmp_path: Path) -> None:
    """From either kind of database to either kind, and work goes on after it."""
    used(broker)
    assert broker.store is not None
    file = tmp_path / "backup.db"
    assert back_up(broker.store, file) == 8
    assert sorted(each.name for each in tmp_path.glob("backup*")) == ["backup.db"]
    with pytest.raises(Misused, match="is there already"):
        back_up(broker.store, file)

    with filled(other) as store, running(store) as copy:
        assert restore(store, file, NOW) == 8
        assert told(copy) == told(broker)
        with store.reading() as db:
            (entry,) = newest(db, 1)
        assert (entry.deed, entry.request) == ("restored", f"restore {file}")
        assert copy.publish("7", "after").status == 200
        with pytest.raises(Misused, match="holds nothing"):
            restore(store, file, NOW)
        with pytest.raises(Misused, match="expected a backup"):
            restore(store, Path(__file__), NOW)


def test_a_broker_is_taken_over_once(broker: Broker, other: str) -> None:
    """By its relations over HTTP, with what follows from it; a second time adds what is new."""
    prod = used(broker)
    application = broker.application
    assert application is not None
    with listening(Served(application)) as url:
        first = pulled(url, other, {})
        assert first.new == first.found
        assert first.found == {
            "pacticipant": 2,
            "version": 8,
            "tag": 5,
            "pact": 6,
            "branch membership": 7,
            "result": 2,
            "document": 2,
            "environment": 1,
            "deployment": 2,
            "release": 1,
            "earlier deployment": 1,
            "earlier release": 1,
            "webhook": 1,
        }
        again = pulled(url, other, {})
        assert again.found == first.found
        assert set(again.new.values()) == {0}
        broker.publish("7", "more", branch="main")
        running_now = broker.get(f"/environments/{prod}/deployed-versions/currently-deployed").json
        blue = running_now["_embedded"]["deployedVersions"][1]["_links"]["self"]["href"]
        broker.ask("PATCH", blue, {"currentlyDeployed": False})
        more = pulled(url, other, {}).new
        assert (more["version"], more["earlier deployment"]) == (1, 1)

    with filled(other) as store, running(store) as copy:
        assert told(copy) == told(broker)
        hook = copy.get(f"/webhooks/{HOOK}").json
        assert hook["enabled"] is False
        assert hook["request"]["headers"] == {"X-Kind": "y"}
        assert copy.get("/metrics").json["verificationResults"]["count"] == 2
        for path in PROMISES:
            there, here = broker.get(path).json, copy.get(path).json
            assert all(there.get(each) == here.get(each) for each in TOLD)
        for path in PAST:
            ran = [moments(each, f"{path}/environment/{prod}") for each in (broker, copy)]
            assert ran[0] == ran[1]
            assert len(ran[0]) == 1
        with store.reading() as db:
            log = newest(db, 100)
        assert {(each.who, each.deed, each.request) for each in log} == {
            ("command line", "pulled", f"pull {url}")
        }
        # Of all; of both with their versions, of the results and so on; of both for what was new.
        assert [each.pacticipant for each in log] == [
            *("", "Bar", "Foo", "Bar", "", "Foo", ""),
            *("Foo", "Bar"),
        ]


def moments(broker: Broker, path: str) -> list[tuple[Any, ...]]:
    """When a version ran, or was supported."""
    names = ("applicationInstance", "createdAt", "undeployedAt", "supportEndedAt")
    (listed,) = broker.get(path).json["_embedded"].values()
    return [tuple(filter(None, map(each.get, names))) for each in listed]


def test_a_broker_of_others_is_taken_over(other: str) -> None:
    """Its lists come in parts, its pacts with digests, and it calls itself something else."""
    with listening(Elsewhere()) as url:
        found = pulled(url, other, {})
        assert found.new == {"pacticipant": 2, "version": 2, "branch membership": 2, "pact": 2}
        with pytest.raises(BrokerFailed):
            pulled(f"{url}/nothing", other, {})
    with filled(other) as store, running(store) as copy:
        shown = copy.get("/pacts/provider/Bar/consumer/Foo/latest").json
        assert [each["description"] for each in shown["interactions"]] == ["of 2"]
        assert shown["createdAt"] == "2024-05-02T10:00:00+00:00"
        assert copy.get("/pacticipants/Foo").json["mainBranch"] == "main"


class Elsewhere:
    """A broker that gives its versions one by one, the newest first, and knows little else."""

    base = "https://pacts.example"

    def answers(self) -> dict[str, Any]:
        """What is at each address."""
        one = f"{self.base}/pacticipants/{{pacticipant}}"
        entry = {"_links": {"self": {"href": f"{self.base}/pacticipants/Foo"}}}
        bar = {"_links": {"self": {"href": f"{self.base}/pacticipants/Bar"}}}
        links = {
            "pb:pacticipants": {"href": f"{self.base}/pacticipants"},
            "pb:pacticipant": {"href": one, "templated": True},
        }
        found: dict[str, Any] = {
            "/": {"_links": links},
            "/pacticipants": {"_embedded": {"pacticipants": [entry, bar]}},
            "/pacticipants/Foo": {"name": "Foo", "mainBranch": "main", **entry},
            "/pacticipants/Bar": {"name": "Bar", **bar},
            "/pacticipants/Bar/versions": {"_embedded": {"versions": []}},
            "/matrix": {"matrix": []},
        }
        for number in (1, 2):
            version = f"{self.base}/pacticipants/Foo/versions/{number}"
            after = f"{self.base}/pacticipants/Foo/versions?page=2"
            page = "/pacticipants/Foo/versions" + ("" if number == 2 else "?page=2")
            more = {"next": {"href": after}} if number == 2 else {}
            listed = {"_embedded": {"versions": [{"_links": {"self": {"href": version}}}]}}
            found[page] = {**listed, "_links": more}
            at = f"2024-05-0{number}T12:00:00+02:00"
            found[f"/pacticipants/Foo/versions/{number}"] = {
                "number": f"{number}",
                "createdAt": at,
                "_embedded": {"branchVersions": [{"name": "main", "latest": number == 2}]},
                "_links": {"pb:pact-versions": [{"href": f"{self.base}/pact/{number}"}]},
            }
            content = pact(f"of {number}")
            content["interactions"][0]["_id"] = "0" * 40
            provider = {"pb:provider": {"name": "Bar", "href": f"{self.base}/pacticipants/Bar"}}
            found[f"/pact/{number}"] = {**content, "createdAt": at, "_links": provider}
        return found

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer with what is there."""
        query = scope["query_string"].decode()
        path = scope["path"] + (f"?{query}" if "page" in query else "")
        body = self.answers().get(path)
        head = {"type": "http.response.start", "status": 404 if body is None else 200}
        await send({**head, "headers": [(b"content-type", b"application/hal+json")]})
        await send({"type": "http.response.body", "body": json.dumps(body or {}).encode()})


def gone(broker: Broker, keep: Keep) -> dict[str, list[str]]:
    """What would go, by pacticipant: versions, then branches."""
    assert broker.store is not None
    with broker.store.reading() as db:
        found = cleaning.planned(db, keep)
    return {each.pacticipant: [*each.versions, *each.branches] for each in found}


def test_what_is_of_use_is_kept(broker: Broker) -> None:
    """Deployed, released, heads of branches and tags, the newest, and who had the last word."""
    used(broker)
    assert broker.store is not None
    assert gone(broker, Keep()) == {"Foo": ["1", "4"]}
    assert gone(broker, Keep(latest=3)) == {"Foo": ["1"]}
    assert gone(broker, Keep(branches=["main"])) == {}
    assert gone(broker, Keep(tags=["dev"])) == {}
    assert gone(broker, Keep(since="2000")) == {}
    broker.publish("7", "new", branch="main")
    quiet = broker.now.isoformat(timespec="microseconds")
    assert gone(broker, Keep(quiet=quiet)) == {"Foo": ["1", "4", "6", "feat/äöü"]}
    assert gone(broker, Keep(quiet=quiet, branches=["feat/äöü"])) == {"Foo": ["1", "4"]}

    before = told(broker)["deployable"][:2]
    with broker.store.reading() as db:
        going = cleaning.planned(db, Keep(quiet=quiet))
    assert cleaning.clean(broker.store, going, NOW, "clean --keep 1") == 2
    with broker.store.reading() as db:
        log = newest(db, 4)
    assert [(each.deed, each.pacticipant, each.version, each.request) for each in log] == [
        ("deleted", "Foo", "", "clean --keep 1, branch feat/äöü"),
        *[("deleted", "Foo", number, "clean --keep 1") for number in ("1", "4", "6")],
    ]
    assert gone(broker, Keep(quiet=quiet)) == {}
    assert [broker.can_i_deploy("Foo", number) for number in ("2", "5")] == before
    listed = broker.get("/pacticipants/Foo/versions").json["_embedded"]["versions"]
    assert [each["number"] for each in listed] == ["7", "5", "3", "2"]
