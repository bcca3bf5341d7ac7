"""CloudEvents: a body in its envelope, and what a consumer accepts of both."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from harness.consumer import matching
from harness.consumer.bodies import Body
from harness.consumer.canonical import canonical_schema, definitions_of
from harness.consumer.declaration import CloudEvent, Message, Pattern, Text
from harness.domain.json import Json

STRUCTURED: Final = "application/cloudevents+json"
DATA: Final = "data"


def event_message(message: Message, event: CloudEvent) -> Message:
    """A message as it travels: its attributes are headers, or else members of its envelope."""
    if not event.prefix:
        return replace(message, content_type=STRUCTURED, envelope=event)
    headers = {f"{event.prefix}{name}": value for name, value in event.attributes.items()}
    return replace(message, headers={**headers, **message.headers})


def enveloped(body: Body | None, event: CloudEvent) -> Body:
    """
    The envelope of an event with its data, and what is accepted of it.

    Shape: the schema is None where nobody declared one for the data.
    """
    value: dict[str, Json] = {name: _example(each) for name, each in event.attributes.items()}
    schema = None if body is not None and body.schema is None else _schema(event, body)
    if body is not None:
        value[DATA] = body.value
    reader = schema if schema is not None else matching.schema_of_example(value)
    return Body(value, schema, matching.rules_for(value, reader))


def data_of(text: str) -> str:
    """
    The data of an envelope, as JSON text.

    Raises: ValueError where it is no envelope.
    """
    held = json.loads(text)
    if not isinstance(held, dict) or DATA not in held:
        raise ValueError("expected an event with data, seen none")
    return json.dumps(held[DATA])


def _schema(event: CloudEvent, body: Body | None) -> dict[str, Json]:
    properties = {name: _attribute(each) for name, each in event.attributes.items()}
    definitions: Mapping[str, Json] = {}
    if body is not None and body.schema is not None:
        definitions = definitions_of(body.schema)
        properties[DATA] = {name: each for name, each in body.schema.items() if name != "$defs"}
    whole: dict[str, Json] = {
        "type": "object",
        "properties": properties,
        "required": sorted(properties),
        "$defs": dict(definitions),
    }
    return canonical_schema(whole)


def _attribute(value: Text) -> Json:
    if isinstance(value, Pattern):
        return {"type": "string", "pattern": f"^(?:{value.regex})$"}
    return {"const": value}


def _example(value: Text) -> str:
    return value.example if isinstance(value, Pattern) else value
