"""The documents of provider versions, where a broker keeps them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Final

from harness.broker import wire
from harness.broker.client.session import Session
from harness.broker.hal import Resource
from harness.broker.semantics.portable import Promise
from harness.broker.wire import Request
from harness.documents.described import is_of_messages
from harness.documents.json_text import parse_json
from harness.documents.text import parse_json_or_yaml
from harness.domain.errors import DocumentUnreadable
from harness.domain.json import Json, is_mapping

_OK: Final = 200
_OPENAPI: Final = "oas"
_ASYNCAPI: Final = "asyncapi"


def promises(session: Session, version: Resource, provider: str) -> Iterator[Promise]:
    """
    The documents of a provider version: one of each kind, OpenAPI first.

    Shape: a broker that links to none is asked at the address that PactFlow has, which gives one.
    Raises: BrokerFailed.
    """
    number = version.text("number")
    path = wire.expanded(wire.PROVIDER_DOCUMENT, provider=provider, version=number)
    linked = version.links(wire.PROVIDER_CONTRACT)
    for link in linked or [session.url + path]:
        reply = session.asked(Request("GET", session.own(link), accept="*/*"))
        if reply.status == _OK:
            yield _promise(reply.body)


def _promise(body: bytes) -> Promise:
    """A document that stands as it is, or encoded as the `content` of an object."""
    try:
        found = parse_json(body, "the document").value
    except DocumentUnreadable:
        found = None
    written = found.get("content") if is_mapping(found) else None
    if not is_mapping(found) or not isinstance(written, str):
        return Promise(_kind(body), "", body, None, "")
    one = Resource("", found)
    results = found.get("selfVerificationResults")
    content = _decoded(written)
    return Promise(
        one.text("specification") or _kind(content),
        one.text("contentType"),
        content,
        results if is_mapping(results) else None,
        one.text("createdAt"),
    )


def _decoded(written: str) -> bytes:
    try:
        return base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        return written.encode()


def _kind(content: bytes) -> str:
    """What a document is of, by its own word."""
    try:
        root: Json = parse_json_or_yaml(content, "the document").value
    except DocumentUnreadable:
        return _OPENAPI
    return _ASYNCAPI if is_of_messages(root) else _OPENAPI
