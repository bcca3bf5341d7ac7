"""The parts of an operation as OpenAPI 3.0, 3.1 and 3.2 write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.documents.places import Where
from harness.documents.reading import (
    METHODS,
    Parts,
    PathItem,
    Reading,
    merged,
    path_items,
    read_operation,
    text,
)
from harness.documents.schemas import ReadSchema
from harness.domain.document import Content, Location, Operation, Parameter, RequestBody, Response
from harness.domain.json import Json, kind_of, shortened

_LOCATIONS = {each.value: each for each in Location}
_STYLES = {
    Location.PATH: "simple",
    Location.HEADER: "simple",
    Location.QUERY: "form",
    Location.COOKIE: "form",
    Location.QUERYSTRING: "form",
}


def read_operations(reading: Reading, node: Json, where: Where) -> Iterator[Operation]:
    """The operations of an object of paths or webhooks, in the order of the text."""
    reader = _Reader(reading)
    parts = Parts(reader.parameters, reader.body, reader.response)
    methods = (*METHODS, "query") if _is_32(reading.root) else METHODS
    for item in path_items(reading, node, where):
        for method in methods:
            if method in item.node:
                place = (item.where, method)
                found = read_operation(
                    reading, parts, item, method.upper(), item.node[method], place
                )
                if found is not None:
                    yield found
        more = item.node.get("additionalOperations")
        if more is None or not _is_32(reading.root):
            continue
        at = (item.where, "additionalOperations")
        for method, written, where_it_is in reading.members(more, at, "`additionalOperations`"):
            found = read_operation(reading, parts, item, method, written, where_it_is)
            if found is not None:
                yield found


def _is_32(root: Mapping[str, Json]) -> bool:
    return not str(root.get("openapi")).startswith(("3.0", "3.1"))


class _Reader:
    """Reads parameters, bodies and responses."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def parameters(
        self, item: PathItem, node: Mapping[str, Json], where: Where
    ) -> tuple[tuple[Parameter, ...], str]:
        """The operation's parameters over those of its path."""
        shared = self._listed(item.node.get("parameters"), (item.where, "parameters"))
        own = self._listed(node.get("parameters"), (where, "parameters"))
        found, whole = merged(shared, own)
        return found, "" if whole else "a parameter could not be read"

    def _listed(self, node: Json, where: Where) -> list[Parameter | None]:
        elements = self._reading.elements(node, where, "`parameters`")
        return [self._parameter(each, place) for each, place in elements]

    def _parameter(self, written: Json, where: Where) -> Parameter | None:
        resolved = self._reading.resolve(written, where, "parameter")
        if resolved.node is None:
            return None
        name, within = resolved.node.get("name"), resolved.node.get("in")
        if not isinstance(name, str) or not isinstance(within, str) or within not in _LOCATIONS:
            said = f"expected a parameter with `name` and `in`, seen {shortened(str(name))}"
            self._reading.problems.structure(resolved.where, said + f" in {shortened(str(within))}")
            return None
        return self._described(name, _LOCATIONS[within], resolved.node, resolved.where)

    def _described(
        self, name: str, location: Location, node: Mapping[str, Json], where: Where
    ) -> Parameter:
        media_type, schema = self._parameter_schema(node, where)
        style = text(node.get("style")) or _STYLES[location]
        explode = node.get("explode")
        return Parameter(
            name=name,
            location=location,
            required=location is Location.PATH or node.get("required") is True,
            schema=schema.schema,
            unknown=schema.unknown,
            style=style,
            explode=explode if isinstance(explode, bool) else style in {"form", "cookie"},
            allow_reserved=node.get("allowReserved") is True,
            allow_empty=node.get("allowEmptyValue") is True,
            media_type=media_type,
            deprecated=node.get("deprecated") is True,
            extensions={key: value for key, value in node.items() if key.startswith("x-")},
        )

    def _parameter_schema(self, node: Mapping[str, Json], where: Where) -> tuple[str, ReadSchema]:
        if node.get("schema") is not None:
            return "", self._reading.schemas.read(node["schema"], (where, "schema"))
        for content in self._content(node.get("content"), (where, "content")).values():
            return content.media_type, ReadSchema(content.schema, content.unknown)
        return "", ReadSchema(None)

    def body(self, _: PathItem, node: Mapping[str, Json], where: Where) -> RequestBody | None:
        """The operation's request body."""
        if node.get("requestBody") is None:
            return None
        place = (where, "requestBody")
        resolved = self._reading.resolve(node["requestBody"], place, "request body")
        if resolved.node is None:
            return RequestBody(unknown=resolved.unknown)
        content = self._content(resolved.node.get("content"), (resolved.where, "content"))
        return RequestBody(content, resolved.node.get("required") is True)

    def response(self, status: str, written: Json, where: Where, _: Mapping[str, Json]) -> Response:
        """One response of an operation."""
        resolved = self._reading.resolve(written, where, "response")
        node = resolved.node
        if node is None:
            return Response(status, unknown=resolved.unknown)
        return Response(
            status=status,
            description=text(node.get("description")),
            headers=self._headers(node.get("headers"), (resolved.where, "headers")),
            content=self._content(node.get("content"), (resolved.where, "content")),
            links=self._links(node.get("links"), (resolved.where, "links")),
        )

    def _headers(self, node: Json, where: Where) -> dict[str, Parameter]:
        found: dict[str, Parameter] = {}
        for name, written, place in self._reading.members(node, where, "`headers`"):
            resolved = self._reading.resolve(written, place, "header")
            if resolved.node is None:
                found[name] = Parameter(name, Location.HEADER, unknown=resolved.unknown)
            else:
                found[name] = self._described(name, Location.HEADER, resolved.node, resolved.where)
        return found

    def _links(self, node: Json, where: Where) -> dict[str, Json]:
        found: dict[str, Json] = {}
        for name, written, place in self._reading.members(node, where, "`links`"):
            resolved = self._reading.resolve(written, place, "link")
            if resolved.node is not None:
                found[name] = resolved.node
        return found

    def _content(self, node: Json, where: Where) -> dict[str, Content]:
        found: dict[str, Content] = {}
        for name, written, place in self._reading.members(node, where, "`content`"):
            resolved = self._reading.resolve(written, place, "media type")
            media_type = name.strip().lower()
            if resolved.node is None:
                found[media_type] = Content(media_type, unknown=resolved.unknown)
            else:
                found[media_type] = self._media_type(media_type, resolved.node, resolved.where)
        return found

    def _media_type(self, name: str, node: Mapping[str, Json], where: Where) -> Content:
        encoding = node.get("encoding")
        kept = encoding if isinstance(encoding, dict) else {}
        if encoding is not None and encoding is not kept:
            said = f"expected an object as `encoding`, seen {kind_of(encoding)}"
            self._reading.problems.structure((where, "encoding"), said)
        for key in ("schema", "itemSchema"):
            if node.get(key) is not None:
                read = self._reading.schemas.read(node[key], (where, key))
                is_item = key == "itemSchema"
                schema: Json = {"type": "array", "items": read.schema} if is_item else read.schema
                return Content(name, schema, read.unknown, is_item, kept)
        return Content(name, encoding=kept)
