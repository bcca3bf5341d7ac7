"""Who may do what: each route, each scope, and the limits of tokens."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import pytest

from harness.broker.semantics.scopes import Caller, Scope
from harness.broker.server.access import create_token
from harness.broker.server.answers import JSON
from harness.broker.server.asking import MERGE_PATCH
from harness.broker.server.needs import Needs, Subject
from harness.broker.server.routes import ROUTES
from harness.broker.server.routing import Route
from tests.broker.server.broker import HAL, Broker, Reply, pact

PAIR = "/pacts/provider/{provider}/consumer/{consumer}"
RESULTS = f"{PAIR}/pact-version/{{sha}}"
OWNER = "/pacticipants/{pacticipant}"
VERSION = f"{OWNER}/versions/{{version}}"
BRANCH = f"{OWNER}/branches/{{branch}}"
EVERYBODY: tuple[str, ...] = ()

# Each route that changes something: the scopes that do, and whose it is that is changed. Nobody's
# in particular is only for those who have no limits.
CHANGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "POST /contracts/publish": ("publish", ("Foo",)),
    f"PUT {PAIR}/version/{{version}}": ("publish", ("Foo",)),
    f"PATCH {PAIR}/version/{{version}}": ("publish", ("Foo",)),
    f"DELETE {PAIR}/version/{{version}}": ("admin", ("Foo",)),
    f"DELETE {PAIR}/versions": ("admin", ("Foo",)),
    f"DELETE {PAIR}/tag/{{tag}}": ("admin", ("Foo",)),
    f"DELETE {PAIR}/branch/{{branch}}": ("admin", ("Foo",)),
    f"DELETE {PAIR}/branch/{{branch}}/latest/versions": ("admin", ("Foo",)),
    f"DELETE {PAIR}/branch/versions": ("admin", ("Foo",)),
    f"POST {RESULTS}/verification-results": ("verify", ("Bar",)),
    f"POST {RESULTS}/metadata/{{metadata}}/verification-results": ("verify", ("Bar",)),
    f"DELETE {RESULTS}/verification-results/{{number}}": ("admin", ("Bar",)),
    "POST /pacticipants": ("publish", ("Foo",)),
    f"PUT {OWNER}": ("publish", ("Foo",)),
    f"PATCH {OWNER}": ("publish", ("Foo",)),
    f"DELETE {OWNER}": ("admin", ("Foo",)),
    f"PUT {OWNER}/labels/{{label}}": ("publish", ("Foo",)),
    f"DELETE {OWNER}/labels/{{label}}": ("publish", ("Foo",)),
    f"PUT {VERSION}": ("publish verify", ("Foo",)),
    f"PATCH {VERSION}": ("publish verify", ("Foo",)),
    f"DELETE {VERSION}": ("admin", ("Foo",)),
    f"PUT {VERSION}/tags/{{tag}}": ("publish verify", ("Foo",)),
    f"DELETE {VERSION}/tags/{{tag}}": ("publish verify", ("Foo",)),
    f"PUT {BRANCH}/versions/{{version}}": ("publish verify", ("Foo",)),
    f"DELETE {BRANCH}/versions/{{version}}": ("publish verify", ("Foo",)),
    f"DELETE {OWNER}/branches": ("publish verify", ("Foo",)),
    f"DELETE {BRANCH}": ("publish verify", ("Foo",)),
    "POST /environments": ("admin", EVERYBODY),
    "PUT /environments/{environment}": ("admin", EVERYBODY),
    "DELETE /environments/{environment}": ("admin", EVERYBODY),
    f"POST {VERSION}/deployed-versions/environment/{{environment}}": ("deploy", ("Foo",)),
    f"POST {VERSION}/released-versions/environment/{{environment}}": ("deploy", ("Foo",)),
    "PATCH /deployed-versions/{uuid}": ("deploy", ("Foo",)),
    "PATCH /released-versions/{uuid}": ("deploy", ("Foo",)),
    "DELETE /integrations": ("admin", EVERYBODY),
    "DELETE /integrations/provider/{provider}/consumer/{consumer}": ("admin", ("Foo", "Bar")),
    "POST /provider-contracts/provider/{provider}/publish": ("publish", ("Bar",)),
    "PUT /contracts/provider/{provider}/version/{version}": ("publish", ("Bar",)),
    "DELETE /contracts/provider/{provider}/version/{version}": ("admin", ("Bar",)),
    "POST /webhooks/execute": ("admin", EVERYBODY),
    "POST /webhooks/{uuid}/execute": ("admin", EVERYBODY),
    "POST /webhooks": ("admin", EVERYBODY),
    "PUT /webhooks/{uuid}": ("admin", EVERYBODY),
    "DELETE /webhooks/{uuid}": ("admin", EVERYBODY),
    "POST /webhooks/provider/{provider}/consumer/{consumer}": ("admin", EVERYBODY),
    "POST /webhooks/provider/{provider}": ("admin", EVERYBODY),
    "POST /webhooks/consumer/{consumer}": ("admin", EVERYBODY),
}
WRITES = [each for each in ROUTES if f"{each.method} {each.path}" in CHANGES]
READS = [each for each in ROUTES if each not in WRITES]


NAMES = {
    "pacticipant": "Foo",
    "consumer": "Foo",
    "provider": "Bar",
    "version": "1",
    "other": "1",
    "branch": "main",
    "tag": "t",
    "to": "t",
    "label": "l",
    "number": "1",
    "metadata": "x",
    "relation": "pacticipant",
    "sha": "0",
    "environment": "0",
    "uuid": "0",
}


@dataclass
class Guarded(Broker):
    """A broker that asks everybody; the shorthands for tests ask with the right to everything."""

    tokens: dict[tuple[str, ...], str] = field(default_factory=dict)

    def token(self, scope: str, *limits: str) -> str:
        """A token of one scope; made once."""
        if (scope, *limits) not in self.tokens:
            assert self.store is not None
            may = Caller("", frozenset({Scope(scope)}), frozenset(limits))
            made = create_token(self.store, f"t{len(self.tokens)}", may)
            self.tokens[(scope, *limits)] = made
        return self.tokens[(scope, *limits)]

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        accept: str = HAL,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Ask; with the right to everything unless headers say who asks."""
        given = shown(self.token("admin")) if headers is None else headers
        return super().ask(method, path, body, accept, given)

    def route(self, route: Route, token: str, names: Mapping[str, str] = NAMES) -> Reply:
        """Ask a route."""
        path = route.path
        for name, value in names.items():
            path = path.replace(f"{{{name}}}", quote(value, safe=""))
        if route.path.startswith("/released"):
            path = path.replace(names["uuid"], names.get("release", "0"))
        body = BODIES.get(route.path, {"success": True, "providerApplicationVersion": "1"})
        kind = JSON if JSON in route.takes else MERGE_PATCH
        headers = {**shown(token), "content-type": kind}
        return self.ask(route.method, path, body, "*/*", headers)

    def filled(self) -> dict[str, str]:
        """Put everything there that a route may speak of, and name it."""
        self.publish("1", branch="main", tags=["t"])
        self.verify("1", "1")
        self.put("/pacticipants/Foo/labels/l")
        place = self.environment("uat")
        release = f"/pacticipants/Foo/versions/1/released-versions/environment/{place}"
        sha = self.get("/pacts/provider/Bar/consumer/Foo/latest").link("pb:pact-version")
        return {
            **NAMES,
            "sha": sha.rpartition("/")[2],
            "environment": place,
            "uuid": self.deploy("Foo", "1", place).json["uuid"],
            "release": self.post(release).json["uuid"],
        }


def shown(token: str) -> dict[str, str]:
    """The headers that show a token, none where there is none."""
    return {"authorization": f"Bearer {token}"} if token else {}


BODIES: dict[str, Any] = {
    "/pacticipants": {"name": "Foo"},
    "/contracts/publish": {
        "pacticipantName": "Foo",
        "pacticipantVersionNumber": "1",
        "contracts": [
            {
                "consumerName": "Foo",
                "providerName": "Bar",
                "specification": "pact",
                "contentType": "application/json",
                "content": base64.b64encode(json.dumps(pact("a")).encode()).decode(),
            }
        ],
    },
    f"{PAIR}/version/{{version}}": pact("a"),
    "/deployed-versions/{uuid}": {"currentlyDeployed": False},
}


@pytest.fixture
def guarded(broker: Broker) -> Guarded:
    """A broker that asks everybody."""
    made = Guarded(broker.application, broker.store, broker.now)
    made.token("admin")
    return made


def is_refused(told: Reply) -> bool:
    """Whether it was for want of a right; what else may be wrong is no matter here."""
    assert told.status != 401
    assert told.status < 500
    return told.status == 403


def named(route: Route) -> str:
    """A route as the table names it."""
    return f"{route.method} {route.path}"


def test_no_route_is_without_a_scope() -> None:
    """Neither can one be made, nor does the table here forget one that changes something."""
    with pytest.raises(TypeError):
        Route("GET", "/", lambda _: Reply(200, {}, b""))  # type: ignore[call-arg, arg-type, return-value]
    with pytest.raises(ValueError, match="expected a scope"):
        Needs(frozenset(), "read", lambda _: Subject())

    assert sorted(map(named, WRITES)) == sorted(CHANGES)
    for route in READS:
        assert route.is_reading, f"{named(route)} changes something: say above who may ask it"


@pytest.mark.parametrize("broker", ["sqlite"], indirect=True)
def test_each_scope_opens_its_routes_and_no_other(guarded: Guarded) -> None:
    """Every scope reads; what changes something needs the scope that the table names."""
    for route in ROUTES:
        wanted = CHANGES.get(named(route), ("read", ()))[0].split()
        for scope in Scope:
            may = scope == Scope.ADMIN or scope in wanted or wanted == ["read"]
            told = guarded.route(route, guarded.token(scope))
            assert is_refused(told) == (not may), (named(route), scope, told.body)
            if not may:
                assert f"needs the scope {' or '.join(wanted)}" in told.json["error"]
        assert guarded.route(route, "").status == 401, named(route)


@pytest.mark.slow
def test_limits_hold_for_what_is_changed(guarded: Guarded) -> None:
    """A token for some pacticipants changes theirs alone, and reads everything."""
    there = guarded.filled()
    for route in WRITES:
        scopes, owners = CHANGES[named(route)]
        scope = scopes.split()[0]
        for limits in [("Baz",), owners[:1] if len(owners) > 1 else ("foo",)]:
            other = guarded.route(route, guarded.token(scope, *limits), there)
            assert is_refused(other), (named(route), limits, other.status)
            assert f"is limited to {limits[0]}" in other.json["error"]
    for route in READS:
        assert not is_refused(guarded.route(route, guarded.token("read", "Baz"), there))
    # What destroys comes last.
    for route in sorted(WRITES, key=lambda each: each.method == "DELETE"):
        scopes, owners = CHANGES[named(route)]
        if owners:
            own = guarded.token(scopes.split()[0], "Baz", *owners)
            assert not is_refused(guarded.route(route, own, there)), named(route)


def test_a_tag_that_deploys_needs_the_right_to_deploy(guarded: Guarded) -> None:
    """Whether it comes by itself or with a publication, and nothing else of it is kept."""
    guarded.environment("prod")
    tag, body = "/pacticipants/Foo/versions/1/tags/prod", BODIES["/contracts/publish"]
    builds = shown(guarded.token("publish"))

    for refused in (
        guarded.ask("PUT", tag, {}, headers=builds),
        guarded.ask("POST", "/contracts/publish", {**body, "tags": ["prod"]}, headers=builds),
    ):
        assert refused.status == 403
        assert "needs the scope deploy" in refused.json["error"]
        assert "the tag prod says that a version runs there" in refused.json["error"]
    assert guarded.get("/pacticipants").json["pacticipants"] == []
    assert guarded.put(tag).status == 201
