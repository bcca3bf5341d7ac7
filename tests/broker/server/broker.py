"""A broker in this process, asked without a socket."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from harness.broker.server.application import Application
from harness.broker.server.asking import Asked
from harness.broker.server.routes import ROUTES
from harness.broker.server.routing import Router
from harness.broker.store.database import Store
from tests.broker.server.described import check

BASE = "http://broker.test"
HAL = "application/hal+json"
_NO_HEADERS: Mapping[str, str] = {}


@dataclass(frozen=True)
class Reply:
    """What the broker answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    def link(self, relation: str) -> str:
        """The address behind a relation."""
        href: str = self.json["_links"][relation]["href"]
        return href


@dataclass
class Broker:
    """
    A broker, and shorthands for what tests publish.

    Shape: its clock goes on by a second with each request, from `now`.
    """

    application: Application | None = None
    store: Store | None = None
    now: datetime = field(default_factory=lambda: datetime(2030, 1, 1, tzinfo=UTC))

    def tick(self) -> datetime:
        """The next moment."""
        self.now += timedelta(seconds=1)
        return self.now

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        accept: str = HAL,
        headers: Mapping[str, str] = _NO_HEADERS,
    ) -> Reply:
        """Ask; a body that is not bytes is sent as JSON."""
        assert self.application is not None
        path, _, query = path.removeprefix(BASE).partition("?")
        raw = (
            body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        )
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        given = {"accept": accept, "content-type": kind, **headers}
        answer = self.application.answer(Asked(method, path, query, given, raw, BASE))
        check(method, path, answer)
        return Reply(answer.status, answer.headers, answer.body)

    def get(self, path: str, accept: str = HAL) -> Reply:
        """Read."""
        return self.ask("GET", path, accept=accept)

    def put(self, path: str, body: Any = None) -> Reply:
        """Put."""
        return self.ask("PUT", path, {} if body is None else body)

    def post(self, path: str, body: Any = None) -> Reply:
        """Post."""
        return self.ask("POST", path, {} if body is None else body)

    def publish(
        self,
        version: str,
        *descriptions: str,
        consumer: str = "Foo",
        provider: str = "Bar",
        on_conflict: str = "overwrite",
        **more: Any,
    ) -> Reply:
        """Publish a pact with an interaction for each description."""
        content = pact(*(descriptions or ("a",)), consumer=consumer, provider=provider)
        contract = {
            "consumerName": consumer,
            "providerName": provider,
            "specification": "pact",
            "contentType": "application/json",
            "content": base64.b64encode(json.dumps(content).encode()).decode(),
            "onConflict": on_conflict,
        }
        return self.post(
            "/contracts/publish",
            {"pacticipantName": consumer, "pacticipantVersionNumber": version}
            | {"contracts": [contract]}
            | more,
        )

    def verify(
        self,
        consumer_version: str,
        version: str,
        success: bool = True,
        *,
        consumer: str = "Foo",
        provider: str = "Bar",
        branch: str = "",
    ) -> Reply:
        """Say what a provider version made of a consumer version's pact."""
        if branch:
            self.put(f"/pacticipants/{quote(provider)}/branches/{branch}/versions/{version}")
        found = self.get(
            f"/pacts/provider/{quote(provider)}/consumer/{quote(consumer)}/version/"
            f"{quote(consumer_version)}"
        )
        return self.post(
            found.link("pb:publish-verification-results"),
            {"success": success, "providerApplicationVersion": version},
        )

    def environment(self, name: str = "prod") -> str:
        """Make an environment, and give its identifier."""
        made = self.post("/environments", {"name": name, "production": name == "prod"})
        uuid: str = made.json["uuid"]
        return uuid

    def deploy(self, pacticipant: str, version: str, environment: str, instance: str = "") -> Reply:
        """Say that a version runs in an environment."""
        return self.post(
            f"/pacticipants/{quote(pacticipant)}/versions/{version}/deployed-versions/environment/"
            f"{environment}",
            {"applicationInstance": instance} if instance else {},
        )

    def can_i_deploy(self, pacticipant: str, version: str, environment: str = "prod") -> Any:
        """The summary of the question that the official command line asks."""
        found = self.get(
            f"/matrix?q[][pacticipant]={quote(pacticipant)}&q[][version]={version}"
            f"&latestby=cvpv&environment={environment}"
        )
        return found.json["summary"]

    def for_verification(self, **asked: Any) -> list[Any]:
        """The pacts that Bar is given."""
        selectors = asked.pop("selectors", None)
        if selectors is not None:
            asked["consumerVersionSelectors"] = selectors
        found = self.post("/pacts/provider/Bar/for-verification", asked)
        assert found.status == 200, found.body
        pacts: list[Any] = found.json["_embedded"]["pacts"]
        return pacts


def pact(*descriptions: str, consumer: str = "Foo", provider: str = "Bar") -> dict[str, Any]:
    """A pact with an interaction for each description."""
    return {
        "consumer": {"name": consumer},
        "provider": {"name": provider},
        "interactions": [
            {
                "description": each,
                "providerStates": [{"name": "all is well"}],
                "request": {"method": "GET", "path": "/"},
                "response": {"status": 200},
            }
            for each in descriptions
        ],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    }


@contextmanager
def running(kept: Store) -> Iterator[Broker]:
    """A broker on a database with empty tables."""
    broker = Broker(store=kept)
    broker.application = Application(kept, Router(ROUTES), broker.tick)
    yield broker
