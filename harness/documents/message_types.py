"""Messages of an AsyncAPI document, and schemas in one of the languages that it allows."""

from __future__ import annotations

import re
from collections.abc import Mapping

from harness.documents.places import Where, path_of, pointer_tokens
from harness.documents.reading import Reading, text
from harness.documents.schemas import ReadSchema
from harness.domain.channel import MessageType
from harness.domain.document import UNKNOWN_BECAUSE, Content
from harness.domain.json import Json, kind_of, shortened

# The languages whose schemas are JSON Schema, or say the same in the same words.
_READ_FORMATS = re.compile(
    r"application/(vnd\.aai\.asyncapi|schema)(\+(json|yaml))?\s*(;.*)?\Z"
    r"|application/vnd\.oai\.openapi(\+(json|yaml))?\s*;\s*version=3\.[12].*\Z",
    re.IGNORECASE,
)
_MAX_TRAIT_DEPTH = 32


class MessageTypes:
    """Reads the messages of one document."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._default = text(reading.root.get("defaultContentType"))
        self._read: dict[tuple[str, str], MessageType] = {}

    def read(self, name: str, written: Json, where: Where) -> MessageType:
        """
        A message, under the last name on the way to it where it stands behind a reference.

        Shape: one that cannot be read has no location, and says why in its payload's `unknown`.
        """
        resolved = self._reading.resolve(written, where, "message")
        called = self._called(written) or name
        if resolved.node is None:
            return MessageType(called, Content("", unknown=resolved.unknown), Content(""))
        key = (called, path_of(resolved.where))
        if key not in self._read:
            self._read[key] = self._fresh(called, resolved.node, resolved.where)
        return self._read[key]

    def _called(self, written: Json) -> str:
        reference = written.get("$ref") if isinstance(written, dict) else None
        pointer = self._reading.references.pointer(reference) if isinstance(reference, str) else ""
        tokens = pointer_tokens(pointer) if pointer else []
        # A message of version 2 stands in its operation and not under a name of its own.
        return tokens[-1] if tokens[-2:-1] == ["messages"] else ""

    def _fresh(self, name: str, own: Mapping[str, Json], where: Where) -> MessageType:
        node = self.with_traits(own, where, "message trait")
        media_type = (text(node.get("contentType")) or self._default).strip()
        payload = node.get("payload")
        if payload is not None and "schemaFormat" in node:
            # Version 2 names the language beside the payload.
            payload = {"schemaFormat": node["schemaFormat"], "schema": payload}
        body, headers = self._schema(payload, (where, "payload")), self._headers(node, where)
        called = (text(node.get(key)) for key in ("name", "messageId", "title"))
        return MessageType(
            name=name,
            payload=Content(media_type, body.schema, body.unknown),
            headers=Content("", headers.schema, headers.unknown),
            aliases=tuple(dict.fromkeys(each for each in called if each and each != name)),
            correlation=self._correlation(node.get("correlationId"), (where, "correlationId")),
            bindings=_members(node.get("bindings")),
            extensions={key: value for key, value in node.items() if key.startswith("x-")},
            location=path_of(where),
        )

    def _headers(self, node: Mapping[str, Json], where: Where) -> ReadSchema:
        return self._schema(node.get("headers"), (where, "headers"))

    def _schema(self, node: Json, where: Where) -> ReadSchema:
        """A schema that may name its language."""
        if node is None:
            return ReadSchema(None)
        if isinstance(node, dict) and "schemaFormat" in node:
            unread = _unread(node["schemaFormat"])
            if unread:
                return ReadSchema({UNKNOWN_BECAUSE: unread}, unread)
            node, where = node.get("schema"), (where, "schema")
        return self._reading.schemas.read(node, where)

    def _correlation(self, node: Json, where: Where) -> str:
        if node is None:
            return ""
        resolved = self._reading.resolve(node, where, "correlation id")
        return text((resolved.node or {}).get("location"))

    def with_traits(self, own: Mapping[str, Json], where: Where, thing: str) -> Mapping[str, Json]:
        """An object over the traits that it lists; what it says itself outweighs them."""
        merged: Mapping[str, Json] = {}
        listed = self._reading.elements(own.get("traits"), (where, "traits"), "`traits`")
        for written, place in listed:
            resolved = self._reading.resolve(written, place, thing)
            if resolved.node is not None:
                merged = _merged(merged, resolved.node)
        return _merged(merged, own) if merged else own


def with_schemas_of_formats(root: Mapping[str, Json]) -> Mapping[str, Json]:
    """
    A document whose named schemas can be referred to whatever language they name.

    Shape: what names its language holds the schema one level deeper, which it then stands for.
    """
    components = _members(root.get("components"))
    schemas = _members(components.get("schemas"))
    if not any("schemaFormat" in _members(each) for each in schemas.values()):
        return root
    changed = {name: _standing(name, each) for name, each in schemas.items()}
    return {**root, "components": {**components, "schemas": changed}}


def _standing(name: str, node: Json) -> Json:
    if not isinstance(node, dict) or "schemaFormat" not in node:
        return node
    unread = _unread(node["schemaFormat"])
    if unread:
        return {UNKNOWN_BECAUSE: unread}
    escaped = name.replace("~", "~0").replace("/", "~1")
    return {**node, "allOf": [{"$ref": f"#/components/schemas/{escaped}/schema"}]}


def _unread(written: Json) -> str:
    """Why schemas of a language are not read, or nothing."""
    if isinstance(written, str) and _READ_FORMATS.match(written.strip()):
        return ""
    seen = shortened(written, 80) if isinstance(written, str) else kind_of(written)
    return f"a schema of the format {seen} is not read"


def _merged(
    under: Mapping[str, Json], over: Mapping[str, Json], depth: int = 0
) -> Mapping[str, Json]:
    """One object over another, member by member; null in the upper one takes a member away."""
    found = dict(under)
    for key, value in over.items():
        below = found.get(key)
        if value is None:
            found.pop(key, None)
        elif isinstance(value, dict) and isinstance(below, dict) and depth < _MAX_TRAIT_DEPTH:
            found[key] = _merged(below, value, depth + 1)
        else:
            found[key] = value
    return found


def _members(node: Json) -> Mapping[str, Json]:
    return node if isinstance(node, dict) else {}
