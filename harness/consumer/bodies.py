"""Bodies as they are declared: the JSON that travels, what its type accepts, and what counts."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from harness.consumer import fits, matching
from harness.consumer.absence import relaxed, without_nulls
from harness.consumer.canonical import Schema
from harness.consumer.declaration import Declared, Like, NoBody
from harness.consumer.schema import TypeNotUnderstood, schema_of, type_of_example
from harness.consumer.wire import wire
from harness.domain.json import Json

COMMENT: Final = "contract-harness"
VERSION: Final = 1
_MATCHER_KEY: Final = "pact:matcher:type"


class DeclarationUnsound(Exception):
    """A declaration that contradicts itself; the message tells where and how."""


@dataclass(frozen=True, slots=True)
class Body:
    """A body as it travels, what its type accepts, and how much of it counts."""

    value: Json
    schema: Schema | None
    rules: Mapping[str, Json]


def read_body(
    example: object, reads: object, may_be_absent: Collection[str], declaration: Declared
) -> Body | None:
    """
    A body that the consumer reads: an example, by the type that it is read as.

    Raises: DeclarationUnsound.
    """
    if isinstance(example, NoBody):
        return None
    value = without_nulls(wired(example, "read", declaration), may_be_absent)
    kind = reads if reads is not None else type_of_example(example)
    if kind is None:
        return Body(value, None, matching.rules_for(value, matching.schema_of_example(value)))
    reader = relaxed(_schema(kind, "validation", declaration), may_be_absent)
    if reads is not None:
        _check_example(value, reader, kind, declaration)
    return Body(value, reader, matching.rules_for(value, reader))


def sent_body(held: object, declaration: Declared) -> Body | None:
    """
    The body of a declared request: it counts as it is written, or by its types if it is `like`.

    Raises: DeclarationUnsound.
    """
    if isinstance(held, NoBody):
        return None
    loose = held if isinstance(held, Like) else None
    example = loose.example if loose is not None else held
    value = wired(example, "sent", declaration)
    kind = (loose.reads if loose is not None else None) or type_of_example(example)
    writer = None if kind is None else _schema(kind, "serialization", declaration)
    if loose is None:
        return Body(value, writer, {})
    return Body(
        value, writer, matching.rules_for(value, writer or matching.schema_of_example(value))
    )


def comment_of(reply: Body | None, request: Body | None) -> dict[str, Json]:
    """What travels in the interaction's comment; empty where no model was declared."""
    told: dict[str, Json] = {}
    if reply is not None and reply.schema is not None:
        told["reader"] = reply.schema
    if request is not None and request.schema is not None:
        told["writer"] = request.schema
    return {"v": VERSION, **told} if told else {}


def wired(value: object, direction: Literal["read", "sent"], declaration: Declared) -> Json:
    """
    The JSON of a value that is declared.

    Raises: DeclarationUnsound.
    """
    try:
        result = wire(value, direction)
        text = json.dumps(result, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise DeclarationUnsound(f"{named(declaration)} holds a value: {error}") from error
    if _MATCHER_KEY in text:
        raise DeclarationUnsound(
            f"{named(declaration)} holds the key {_MATCHER_KEY!r}, a matcher to pact.\n"
            "hint: declare the value with its type; the matchers are derived from it"
        )
    return result


def _schema(
    kind: object, mode: Literal["validation", "serialization"], declaration: Declared
) -> Schema:
    try:
        return schema_of(kind, mode)
    except TypeNotUnderstood as error:
        raise DeclarationUnsound(
            f"{named(declaration)} names a type without a JSON form: {error}"
        ) from error


def _check_example(value: Json, reader: Schema, kind: object, declaration: Declared) -> None:
    found = list(fits.faults(value, reader, reader))
    if found:
        name = getattr(kind, "__name__", str(kind))
        raise DeclarationUnsound(
            f"{named(declaration)} answers an example that is no {name}: " + "; ".join(found)
        )


def named(declaration: Declared) -> str:
    """How a declaration is named in sentences, with its place."""
    return f"the interaction {declaration.description!r} ({declaration.place})"
