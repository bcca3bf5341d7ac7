"""Follows a broker's relations from its index on, and says what went wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from harness.broker import wire
from harness.broker.hal import Resource
from harness.broker.wire import Asking, Reply, Request
from harness.documents.json_text import parse_json
from harness.domain.errors import BrokerFailed, DocumentUnreadable, HarnessError, Misused
from harness.domain.json import Json, is_mapping, mapping, sequence

NOT_FOUND: Final = 404
_OK: Final = 200
_WELL: Final = range(200, 300)
REFUSED: Final = frozenset({401, 403})
_WRONG: Final = frozenset({400, 409, 422})
_BROKER_HINT: Final = "is this the address of a Pact Broker?"
_CREDENTIALS_HINT: Final = "set PACT_BROKER_TOKEN, or PACT_BROKER_USERNAME and PACT_BROKER_PASSWORD"


class Session:
    """
    What is asked of one broker.

    Shape: it follows links by their path and query on the broker's own host alone, so that
    credentials go nowhere else, and a broker behind a proxy may call itself what it likes; `bare`
    asks other addresses, and shows no credentials.
    """

    def __init__(self, url: str, asking: Asking, bare: Asking) -> None:
        self.url = url.rstrip("/")
        self._asking = asking
        self._bare = bare

    def index(self) -> Resource:
        """
        Where every question begins.

        Raises: BrokerFailed, where nobody answers, or it is no Pact Broker.
        """
        return self.resource(self.url + "/")

    def link(self, resource: Resource, relation: str, **values: str) -> str:
        """
        The address behind a relation.

        Raises: BrokerFailed, where there is no such relation.
        """
        found = resource.link(relation, **values)
        if not found:
            said = f"expected the relation {relation} at {resource.url}, seen none"
            raise BrokerFailed(said, hint=_BROKER_HINT)
        return found

    def found(self, link: str) -> Resource | None:
        """
        What a link leads to, or none where nothing is there.

        Raises: BrokerFailed.
        """
        url = self.own(link)
        reply = self.asked(Request("GET", url))
        if reply.status == NOT_FOUND:
            return None
        if reply.status != _OK:
            raise failed(url, reply)
        return hal(url, reply.body)

    def resource(self, link: str) -> Resource:
        """
        What a link leads to.

        Raises: BrokerFailed, also where nothing is there.
        """
        found = self.found(link)
        if found is None:
            raise BrokerFailed(f"nothing is at {self.own(link)}", hint=_BROKER_HINT)
        return found

    def sent(
        self,
        method: str,
        link: str,
        body: Mapping[str, Json] | None = None,
        *,
        kind: str = wire.JSON,
        is_repeatable: bool = True,
    ) -> Resource:
        """
        Change what a link leads to, and give what the broker answers.

        Shape: `is_repeatable` promises that asking twice does no more than asking once.
        Raises: Misused, with the broker's own words where it refuses what is asked; BrokerFailed.
        """
        url, reply = self.own(link), self.tried(method, link, body, kind, is_repeatable)
        if reply.status not in _WELL:
            raise failed(url, reply)
        return hal(url, reply.body) if reply.body.strip() else Resource(url, {})

    def tried(
        self,
        method: str,
        link: str,
        body: Mapping[str, Json] | None = None,
        kind: str = wire.JSON,
        is_repeatable: bool = True,
    ) -> Reply:
        """
        The same for those who understand refusals themselves.

        Raises: BrokerFailed, where there is no answer, or the credentials are refused.
        """
        content = b"" if body is None else json.dumps(body).encode("ascii")
        request = Request(
            method, self.own(link), body=content, kind=kind, is_repeatable=is_repeatable
        )
        return self.asked(request)

    def asked(self, request: Request) -> Reply:
        """
        The answer to a request to this broker.

        Raises: BrokerFailed, where there is none, or the credentials are refused.
        """
        reply = self.ask_anyhow(request)
        if reply.status in REFUSED:
            said = f"the broker at {self.url} refused the credentials ({reply.status})"
            raise BrokerFailed(said, hint=_CREDENTIALS_HINT)
        return reply

    def ask_anyhow(self, request: Request) -> Reply:
        """
        The same, where a refusal is an answer too.

        Raises: BrokerFailed, where there is no answer.
        """
        return self._asking.ask(request)

    def fetched(self, url: str) -> bytes:
        """
        What an address holds, which is not shown the broker's credentials.

        Raises: BrokerFailed.
        """
        reply = self._bare.ask(Request("GET", url, accept="*/*"))
        if reply.status != _OK:
            raise BrokerFailed(f"{url} answered with {reply.status}")
        return reply.body

    def own(self, link: str) -> str:
        """A link on the broker's own host."""
        base, parts = urlsplit(self.url), urlsplit(link)
        return urlunsplit((base.scheme, base.netloc, parts.path, parts.query, ""))


def hal(url: str, body: bytes) -> Resource:
    """
    A body as a resource.

    Raises: BrokerFailed, where it is something else.
    """
    try:
        found = parse_json(body, url).value
    except DocumentUnreadable as fault:
        raise BrokerFailed(fault.message, hint=_BROKER_HINT) from None
    if not isinstance(found, dict):
        said = f"{url}: expected an object in HAL, seen something else"
        raise BrokerFailed(said, hint=_BROKER_HINT)
    return Resource(url, found)


def failed(url: str, reply: Reply) -> HarnessError:
    """A refusal, with the reasons that the broker gives: of what was asked, or of all that is."""
    kind = Misused if reply.status in _WRONG else BrokerFailed
    return kind(f"{url} answered with {reply.status}", detail="\n".join(reasons(reply)))


def reasons(reply: Reply) -> list[str]:
    """What a broker says of a request that it refuses, in either of its forms."""
    try:
        body = mapping(parse_json(reply.body, "").value)
    except DocumentUnreadable:
        return []
    said = body.get("error", body.get("errors"))
    return list(_sentences(said))


def _sentences(said: Json, name: str = "") -> Iterator[str]:
    if isinstance(said, str):
        yield f"{name}: {said}" if name else said
    elif is_mapping(said):
        for key, value in said.items():
            yield from _sentences(value, key)
    else:
        for each in sequence(said):
            yield from _sentences(each, name)
