"""The key of a message, which is no header: what a contract and a document say of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from harness.compat.http.parameters import accepts_any
from harness.compat.messages.channels import plain_key
from harness.compat.schemas.directions import Directed
from harness.domain.channel import MessageType
from harness.domain.fit import Code, Gap, Kind, Misfit
from harness.domain.json import Json, canonical, mapping, shortened

# What libraries call it; case, `-`, `_` and `.` do not count.
KEYS: Final = frozenset({"key", "kafkakey", "messagekey", "partitionkey", "kafkamessagekey"})


# The protocols whose bindings have a key.
KEYED: Final = frozenset({"kafka", "kafka-secure", "anypointmq", "pulsar"})


def keyed_by(bindings: Mapping[str, Json]) -> Json:
    """The schema of a message's key, where its bindings give one."""
    found = (mapping(bindings.get(name)).get("key") for name in sorted(KEYED))
    return next((each for each in found if each is not None), None)


def key_in(metadata: Mapping[str, Json], message: MessageType) -> dict[str, Json]:
    """The member of metadata that is the key, where the document has no header of that name."""
    headers = mapping(mapping(message.headers.schema).get("properties"))
    return {
        name: value
        for name, value in metadata.items()
        if plain_key(name) in KEYS and name not in headers
    }


def unread(code: Code, schema: Json) -> Iterator[Gap]:
    """What is not told of a key whose schema lies elsewhere."""
    if '"$ref"' in canonical(schema):
        yield Gap(code, "the schema of a key is not followed to where its references lead")


def example_told(
    code: Code, directed: Directed, schema: Json, value: Json
) -> Iterator[Misfit | Gap]:
    """
    Whether a key that a contract shows is one that the document allows.

    Shape: a key differs from message to message, so that a key without a rule is one of many; it
    travels as text, and counts as the number that it reads as.
    """
    side, value = directed.side(schema), value if isinstance(value, str) else canonical(value)
    answer = accepts_any(side, [value])
    if answer is None:
        yield Gap(code, side.judge.fault or "too long to be judged")
    elif not answer:
        shown, told = shortened(value), shortened(schema)
        is_request = code is Code.MESSAGE_REQUEST_KEY
        said = next((said for _, said in side.judge.faults(value)), told)
        yield Misfit(
            code,
            Kind.IMPOSSIBLE,
            "" if is_request else "key",
            witnesses=(canonical(value),) if is_request else (),
            sent=shown if is_request else told,
            accepted=said if is_request else shown,
        )
