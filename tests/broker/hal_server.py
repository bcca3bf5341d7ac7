"""A small Pact Broker that speaks HAL over HTTP, for clients to be tried on."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote, unquote

INDEX = {
    "pb:latest-pact-versions": "/pacts/latest",
    "pb:pacticipant": "/pacticipants/{pacticipant}",
    "pb:pacticipant-branch": "/pacticipants/{pacticipant}/branches/{branch}",
    "pb:latest-tagged-version": "/pacticipants/{pacticipant}/latest-version/{tag}",
    "pb:latest-version": "/pacticipants/{pacticipant}/latest-version",
}


@dataclass
class Publication:
    """A pact of one version of a consumer."""

    consumer: str
    version: str
    provider: str
    content: dict[str, Any]
    branch: str = ""
    tag: str = ""


@dataclass
class Broker:
    """
    What a broker holds, and what it was asked.

    Shape: `failures` are answered first, a status each; `called` is what it calls itself in links;
    `prefix` stands before every path.
    """

    pacts: list[Publication] = field(default_factory=list)
    main_branches: dict[str, str] = field(default_factory=dict)
    provider_versions: dict[str, str] = field(default_factory=dict)
    documents: dict[tuple[str, str], bytes] = field(default_factory=dict)
    authorization: str = ""
    failures: list[int] = field(default_factory=list)
    called: str = ""
    prefix: str = ""
    asked: list[str] = field(default_factory=list)
    shown: list[str | None] = field(default_factory=list)
    url: str = ""

    def answer(self, path: str) -> tuple[int, bytes]:
        """The status and the body for a path."""
        parts = [unquote(each) for each in path.removeprefix(self.prefix).strip("/").split("/")]
        found = self._found(parts)
        if isinstance(found, bytes):
            return 200, found
        if found is None:
            return 404, b'{"error":"The requested document was not found on this server."}'
        return 200, json.dumps(found).encode()

    def _found(self, parts: list[str]) -> Any:
        match parts:
            case [""]:
                return {"_links": {name: self._link(path) for name, path in INDEX.items()}}
            case ["pacts", "latest"]:
                return {"pacts": [self._entry(each) for each in self._latest()]}
            case ["pacts", "provider", provider, "consumer", consumer, "version", version]:
                return self._pact(provider, consumer, version)
            case ["pacticipants", name]:
                return self._pacticipant(name)
            case ["pacticipants", name, "branches", branch]:
                return {"name": branch} if self._head(name, branch) else None
            case ["pacticipants", name, "branches", branch, "latest-version"]:
                return self._version(self._head(name, branch))
            case ["pacticipants", name, "latest-version"]:
                return {"number": self.provider_versions[name]}
            case ["pacticipants", name, "latest-version", tag]:
                return self._version(
                    [each for each in self.pacts if (each.consumer, each.tag) == (name, tag)]
                )
            case ["contracts", "provider", provider, "version", version]:
                return self.documents.get((provider, version))
        return None

    def _link(self, path: str) -> dict[str, Any]:
        return {"href": (self.called or self.url) + self.prefix + path, "templated": "{" in path}

    def _self(self, each: Publication) -> dict[str, Any]:
        names = (quote(one, safe="") for one in (each.provider, each.consumer, each.version))
        return self._link("/pacts/provider/{}/consumer/{}/version/{}".format(*names))

    def _latest(self) -> list[Publication]:
        return list({(each.consumer, each.provider): each for each in self.pacts}.values())

    def _entry(self, each: Publication) -> dict[str, Any]:
        version = {"_embedded": {"version": {"number": each.version}}}
        return {
            "_embedded": {
                "consumer": {"name": each.consumer, **version},
                "provider": {"name": each.provider},
            },
            "_links": {"self": [self._self(each)]},
        }

    def _pact(self, provider: str, consumer: str, version: str) -> Any:
        wanted = (provider, consumer, version)
        for each in self.pacts:
            if (each.provider, each.consumer, each.version) == wanted:
                return {**each.content, "createdAt": "2024-01-01T00:00:00+00:00", "_links": {}}
        return None

    def _pacticipant(self, name: str) -> Any:
        known = {each.consumer for each in self.pacts} | self.provider_versions.keys()
        main = {"mainBranch": self.main_branches[name]} if name in self.main_branches else {}
        return {"name": name, **main} if name in known else None

    def _head(self, name: str, branch: str) -> list[Publication]:
        mine = [each for each in self.pacts if (each.consumer, each.branch) == (name, branch)]
        return [each for each in mine if each.version == mine[-1].version]

    def _version(self, found: list[Publication]) -> Any:
        if not found:
            return None
        links = {"pb:pact-versions": [self._self(each) for each in found]}
        return {"number": found[-1].version, "_links": links}


def pact(consumer: str, provider: str, *interactions: Any) -> dict[str, Any]:
    """A pact of version 4."""
    return {
        "consumer": {"name": consumer},
        "provider": {"name": provider},
        "interactions": list(interactions),
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }


def basic(name: str, password: str) -> str:
    """The header of a name with its password."""
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


@contextmanager
def serving(broker: Broker) -> Iterator[Broker]:
    """Serve a broker on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        """Answers as the broker does."""

        def do_GET(self) -> None:
            broker.asked.append(self.path)
            shown = self.headers.get("Authorization")
            broker.shown.append(shown)
            if broker.failures:
                status, body = broker.failures.pop(0), b""
            elif broker.authorization and shown != broker.authorization:
                status, body = 401, b""
            else:
                status, body = broker.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Be silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    broker.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield broker
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
