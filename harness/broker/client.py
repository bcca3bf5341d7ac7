"""Asks a Pact Broker for the pacts of a consumer, and for documents where it keeps them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Final
from urllib.parse import unquote, urlsplit, urlunsplit

from harness.broker import wire
from harness.broker.hal import Resource, member
from harness.broker.http import USUAL_PATIENCE, Asking, Credentials, Patience
from harness.documents.json_text import parse_json
from harness.domain.errors import BrokerFailed, DocumentUnreadable, Misused
from harness.domain.published import Chosen, Published, PublishedPact

_OK: Final = 200
_NOT_FOUND: Final = 404
_REFUSED: Final = frozenset({401, 403})
_BROKER_HINT: Final = "is this the address of a Pact Broker?"
_CREDENTIALS_HINT: Final = "set PACT_BROKER_TOKEN, or PACT_BROKER_USERNAME and PACT_BROKER_PASSWORD"


class BrokerClient:
    """
    A client of one broker.

    Shape: it follows links by their path and query on the broker's own host alone, so that
    credentials go nowhere else, and a broker behind a proxy may call itself what it likes.
    """

    def __init__(self, url: str, asking: Asking, bare: Asking) -> None:
        self.url = url.rstrip("/")
        self._asking = asking
        self._bare = bare

    def offered(self) -> int:
        """
        Ask the broker for its index, and count the relations that it offers.

        Raises: BrokerFailed, where it does not answer, refuses, or is no Pact Broker.
        """
        index = self._resource(self.url + "/")
        self._resource(self._link(index, wire.LATEST_PACTS))
        return len(member(index.body, "_links"))

    def latest_pacts(self, consumer: str, chosen: Chosen) -> Published:
        """
        The pacts of a consumer's version, in the order in which the broker lists them.

        Raises: BrokerFailed, also where the broker knows no such consumer, branch or tag.
        """
        index = self._resource(self.url + "/")
        if chosen.branch:
            version = self._head(index, consumer, chosen.branch)
            return self._of_version(version, consumer, f"branch {chosen.branch}")
        if chosen.tag:
            link = self._link(
                index, wire.LATEST_TAGGED_VERSION, pacticipant=consumer, tag=chosen.tag
            )
            return self._of_version(self._found(link), consumer, f"tag {chosen.tag}")
        known = self._found(self._link(index, wire.PACTICIPANT, pacticipant=consumer))
        if known is None:
            hint = "names count as they are written"
            raise BrokerFailed(
                f"the broker at {self.url} knows no pacticipant {consumer}", hint=hint
            )
        main = known.text("mainBranch")
        head = self._head(index, consumer, main) if main else None
        if head is not None:
            return self._of_version(head, consumer, f"main branch {main}")
        return self._overall(index, consumer)

    def document(self, provider: str) -> bytes | None:
        """
        The document that the broker keeps for a provider's latest version, or none.

        Raises: BrokerFailed.
        """
        index = self._resource(self.url + "/")
        known = self._found(self._link(index, wire.PACTICIPANT, pacticipant=provider))
        if known is None:
            return None
        main = known.text("mainBranch")
        version = self._head(index, provider, main) if main else None
        if version is None and (link := index.link(wire.LATEST_VERSION, pacticipant=provider)):
            version = self._found(link)
        number = version.text("number") if version is not None else ""
        if not number:
            return None
        path = wire.expanded(wire.PROVIDER_DOCUMENT, provider=provider, version=number)
        status, body = self._asked(self.url + path, "*/*")
        return _content(body) if status == _OK else None

    def fetched(self, url: str) -> bytes:
        """
        What an address holds, which is not shown the broker's credentials.

        Raises: BrokerFailed.
        """
        status, body = self._bare.get(url)
        if status != _OK:
            raise BrokerFailed(f"{url} answered with {status}")
        return body

    def _of_version(self, version: Resource | None, consumer: str, chosen: str) -> Published:
        if version is None:
            raise BrokerFailed(f"the broker at {self.url} has no version of {consumer} of {chosen}")
        number = version.text("number")
        links = version.links(wire.PACTS_OF_VERSION)
        pacts = tuple(self._pact(each, number) for each in links)
        return Published(f"{chosen}, version {number}", pacts)

    def _overall(self, index: Resource, consumer: str) -> Published:
        listed = self._resource(self._link(index, wire.LATEST_PACTS)).body.get("pacts")
        found: list[PublishedPact] = []
        for each in listed if isinstance(listed, list) else []:
            entry = Resource(self.url, each if isinstance(each, dict) else {})
            if entry.embedded("consumer", "name") == consumer and (link := entry.link("self")):
                found.append(self._pact(link, entry.embedded("consumer", "version", "number")))
        return Published("the latest of all", tuple(found))

    def _pact(self, link: str, number: str) -> PublishedPact:
        url = self._own(link)
        status, body = self._asked(url, wire.ACCEPTED)
        if status != _OK:
            raise BrokerFailed(f"{url} answered with {status} where a pact was expected")
        pact = _hal(url, body)
        provider = pact.body.get("provider")
        name = provider.get("name") if isinstance(provider, dict) else None
        return PublishedPact(name if isinstance(name, str) else "", number, body, url)

    def _head(self, index: Resource, name: str, branch: str) -> Resource | None:
        """The version that was added to a branch last, or none where there is no such branch."""
        link = self._link(index, wire.PACTICIPANT_BRANCH, pacticipant=name, branch=branch)
        found = self._found(link)
        if found is None:
            return None
        return self._found(found.link(wire.LATEST_VERSION) or self._own(link) + wire.HEAD_OF_BRANCH)

    def _link(self, resource: Resource, relation: str, **values: str) -> str:
        found = resource.link(relation, **values)
        if not found:
            said = f"expected the relation {relation} at {resource.url}, seen none"
            raise BrokerFailed(said, hint=_BROKER_HINT)
        return found

    def _found(self, link: str) -> Resource | None:
        """What a link leads to, or none where nothing is there."""
        url = self._own(link)
        status, body = self._asked(url, wire.ACCEPTED)
        if status == _NOT_FOUND:
            return None
        if status != _OK:
            raise BrokerFailed(f"{url} answered with {status}")
        return _hal(url, body)

    def _resource(self, link: str) -> Resource:
        found = self._found(link)
        if found is None:
            raise BrokerFailed(f"nothing is at {self._own(link)}", hint=_BROKER_HINT)
        return found

    def _asked(self, url: str, accept: str) -> tuple[int, bytes]:
        status, body = self._asking.get(url, accept)
        if status in _REFUSED:
            said = f"the broker at {self.url} refused the credentials ({status})"
            raise BrokerFailed(said, hint=_CREDENTIALS_HINT)
        return status, body

    def _own(self, link: str) -> str:
        """A link on the broker's own host."""
        base, parts = urlsplit(self.url), urlsplit(link)
        return urlunsplit((base.scheme, base.netloc, parts.path, parts.query, ""))


@contextmanager
def opened(
    url: str, given: Credentials, patience: Patience = USUAL_PATIENCE
) -> Iterator[BrokerClient]:
    """
    A client of the broker at an address, which may hold credentials of its own.

    Raises: Misused, for what is no address of a broker.
    """
    address, shown = address_and_credentials(url, given)
    with (
        closing(Asking(shown, patience)) as asking,
        closing(Asking(Credentials(), patience)) as bare,
    ):
        yield BrokerClient(address, asking, bare)


def address_and_credentials(url: str, given: Credentials) -> tuple[str, Credentials]:
    """
    A broker's address without the credentials that it may hold, and those to show.

    Raises: Misused, for what is no address of a broker.
    """
    try:
        parts = urlsplit(url)
        name, password = unquote(parts.username or ""), unquote(parts.password or "")
    except ValueError:
        parts, name, password = urlsplit(""), "", ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        bare = url.rpartition("@")[2]
        raise Misused(f"expected an address such as https://broker.example, saw {bare}")
    shown = given if given != Credentials() else Credentials("", name, password)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", "")), shown


def _hal(url: str, body: bytes) -> Resource:
    try:
        found = parse_json(body, url).value
    except DocumentUnreadable as fault:
        raise BrokerFailed(fault.message, hint=_BROKER_HINT) from None
    if not isinstance(found, dict):
        said = f"{url}: expected an object in HAL, seen something else"
        raise BrokerFailed(said, hint=_BROKER_HINT)
    return Resource(url, found)


def _content(body: bytes) -> bytes:
    """A document that stands as it is, or encoded as the `content` of an object."""
    try:
        found = parse_json(body, "the document").value
    except DocumentUnreadable:
        return body
    written = found.get("content") if isinstance(found, dict) else None
    if not isinstance(written, str):
        return body
    try:
        return base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        return written.encode()
