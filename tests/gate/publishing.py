"""What other repositories have published to a broker, as their pipelines would have done it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from harness.broker.client import Session
from harness.brokers import broker_at
from harness.domain.json import Json
from tests.broker.server.serving import served

EMBEDDED, SERVED = "embedded", "served"


@dataclass
class Others:
    """Other teams, who publish to one broker; `place` is what a workspace calls it."""

    place: str
    kept: Path

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with broker_at(self.place, self.kept, {}) as session:
            yield session

    def publish(self, version: str, pact: Mapping[str, Any], branch: str = "main") -> None:
        """Publish a pact as its consumer does."""
        content = base64.b64encode(json.dumps(pact).encode()).decode()
        consumer, provider = pact["consumer"]["name"], pact["provider"]["name"]
        contract: Json = {
            "consumerName": consumer,
            "providerName": provider,
            "specification": "pact",
            "contentType": "application/json",
            "content": content,
        }
        self._ask(
            "POST",
            "/contracts/publish",
            {
                "pacticipantName": consumer,
                "pacticipantVersionNumber": version,
                "branch": branch,
                "contracts": [contract],
            },
        )

    def deploy(self, name: str, version: str, environment: str) -> None:
        """Record that a version runs in an environment, which is made where it is new."""
        with self._session() as session:
            listed = session.resource(session.url + "/environments").body["_embedded"]
        known = listed["environments"] if isinstance(listed, dict) else []
        found = {one["name"]: one["uuid"] for one in known}
        uuid = found.get(environment)
        if uuid is None:
            is_production = environment == "production"
            made: dict[str, Json] = {"name": environment, "production": is_production}
            uuid = self._ask("POST", "/environments", made)["uuid"]
        where = f"/pacticipants/{name}/versions/{version}/deployed-versions/environment/{uuid}"
        self._ask("POST", where, {})

    def describe(self, provider: str, version: str, document: Mapping[str, Any]) -> None:
        """Publish a provider's document."""
        content = base64.b64encode(yaml.safe_dump(dict(document)).encode()).decode()
        told: dict[str, Json] = {
            "content": content,
            "contractType": "oas",
            "contentType": "application/yaml",
        }
        self._ask("PUT", f"/contracts/provider/{provider}/version/{version}", told)
        self._ask("PUT", f"/pacticipants/{provider}/branches/main/versions/{version}", {})

    def results(self, provider: str, consumer: str) -> list[Mapping[str, Any]]:
        """Every result of a pair in the matrix, newest first."""
        asked = f"q[][pacticipant]={consumer}&q[][pacticipant]={provider}"
        rows = self.get(f"/matrix?{asked}")["matrix"]
        return [one["verificationResult"] for one in rows if one["verificationResult"]]

    def get(self, path: str) -> Any:
        """What an address of the broker holds."""
        with self._session() as session:
            return session.resource(session.url + path).body

    def _ask(self, method: str, path: str, body: Mapping[str, Json]) -> Mapping[str, Any]:
        with self._session() as session:
            return session.sent(method, session.url + path, body).body


@contextmanager
def others(kind: str, workspace: Path, directory: Path) -> Iterator[Others]:
    """Others who publish into the file of a workspace, or to a broker that is served."""
    kept = workspace / ".harness"
    if kind == EMBEDDED:
        yield Others(EMBEDDED, kept)
        return
    with served(f"sqlite:///{directory / 'served.db'}") as process:
        yield Others(process.url, kept)
