"""Small schemas, pacts and documents, written in few words."""

from __future__ import annotations

import json
from typing import Any

from harness.documents.openapi import read_document
from harness.documents.pacts import read_pact
from harness.domain.document import Document
from harness.domain.pact import Interaction

INTEGER: dict[str, Any] = {"type": "integer"}
NUMBER: dict[str, Any] = {"type": "number"}
TEXT: dict[str, Any] = {"type": "string"}
NULL: dict[str, Any] = {"type": "null"}


def record(properties: dict[str, Any], *required: str, **more: Any) -> dict[str, Any]:
    """The schema of an object."""
    return {"type": "object", "properties": properties, "required": list(required), **more}


def items(of: Any, **more: Any) -> dict[str, Any]:
    """The schema of a list."""
    return {"type": "array", "items": of, **more}


def document(operation: dict[str, Any], path: str = "/things/{id}", **more: Any) -> Document:
    """A document with one operation, `GET` unless `method` says otherwise."""
    method = more.pop("method", "get")
    version = more.pop("openapi", "3.1.0")
    root = {
        "openapi": version,
        "info": {"title": "things", "version": "1"},
        "paths": {path: {method: {"responses": {"200": {"description": "ok"}}, **operation}}},
        "components": more,
    }
    return read_document(json.dumps(root))


def replying(schema: Any, **more: Any) -> Document:
    """A document whose one operation replies with JSON of a schema."""
    content = {"application/json": {"schema": schema}}
    return document({"responses": {"200": {"description": "ok", "content": content}}}, **more)


def interaction(
    body: Any = None,
    rules: dict[str, Any] | None = None,
    reader: Any = None,
    request: dict[str, Any] | None = None,
    media_type: str = "application/json",
    **response: Any,
) -> Interaction:
    """An interaction of a pact of version 4 that expects a JSON body."""
    reply: dict[str, Any] = {"status": 200, **response}
    if body is not None:
        reply["body"] = {"content": body, "contentType": media_type, "encoded": False}
    if rules is not None:
        reply["matchingRules"] = {"body": rules}
    written = {
        "type": "Synchronous/HTTP",
        "description": "a thing",
        "request": {"method": "GET", "path": "/things/1", **(request or {})},
        "response": reply,
    }
    if reader is not None:
        written["comments"] = {"contract-harness": {"v": 1, "reader": reader}}
    pact = {
        "consumer": {"name": "consumer"},
        "provider": {"name": "provider"},
        "interactions": [written],
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }
    return read_pact(json.dumps(pact)).interactions[0]


def rule(*matchers: dict[str, Any], combine: str = "AND") -> dict[str, Any]:
    """The matchers at one expression."""
    return {"combine": combine, "matchers": list(matchers)}


LIKE = rule({"match": "type"})
