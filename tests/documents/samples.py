"""The smallest documents and pacts around the thing that a test is about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from harness.documents.openapi import read_document
from harness.documents.pacts import read_pact
from harness.domain.document import Document, Operation, ProblemKind
from harness.domain.json import Json
from harness.domain.pact import Interaction, Pact

JSON_BODY: Final = "application/json"


def document(
    version: str = "3.1.0",
    *,
    paths: Mapping[str, Json] | None = None,
    schemas: Mapping[str, Json] | None = None,
    **more: Json,
) -> Document:
    """A document of a version, with its paths and named schemas."""
    is_2 = version.startswith("2")
    root: dict[str, Json] = {"swagger" if is_2 else "openapi": version, "info": {"title": "Stock"}}
    root["paths"] = paths or {}
    if schemas is not None and is_2:
        root["definitions"] = schemas
    elif schemas is not None:
        root["components"] = {"schemas": schemas}
    return read_document(json.dumps({**root, **more}), "stock.json")


def answering(schema: Json) -> dict[str, Json]:
    """Paths with one operation, `GET /thing`, that answers with a schema."""
    content: Json = {JSON_BODY: {"schema": schema}}
    return {"/thing": {"get": {"responses": {"200": {"description": "", "content": content}}}}}


def normal(schema: Json, version: str = "3.1.0", **schemas: Json) -> Json:
    """The normal form of a schema that an operation answers with."""
    return answered(document(version, paths=answering(schema), schemas=schemas))


def answered(read: Document) -> Json:
    """The schema that the first operation answers with."""
    return read.operations[0].responses["200"].content[JSON_BODY].schema


def only(read: Document) -> Operation:
    """The one operation of a document."""
    assert len(read.operations) == 1

    return read.operations[0]


def kinds(read: Document) -> list[ProblemKind]:
    """The kinds of a document's problems, in their order."""
    return [problem.kind for problem in read.problems]


def pact(version: str, *interactions: Json, **more: Json) -> Pact:
    """A pact of a version with its interactions."""
    root: dict[str, Json] = {
        "consumer": {"name": "orders"},
        "provider": {"name": "inventory"},
        "interactions": interactions,
        "metadata": {"pactSpecification": {"version": version}},
    }
    return read_pact(json.dumps({**root, **more}), "orders-inventory.json")


def interaction(**more: Json) -> dict[str, Json]:
    """An interaction with nothing special but what is given."""
    plain: dict[str, Json] = {"description": "the stock", "request": {}, "response": {}}
    return {**plain, **more}


def first(read: Pact) -> Interaction:
    """The first interaction of a pact that has nothing to note."""
    assert read.notes == ()

    return read.interactions[0]
