"""The parts of an operation as Swagger 2.0 writes them."""

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

_ANY = "*/*"
_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"
_LOCATIONS = {
    each.value: each for each in (Location.PATH, Location.QUERY, Location.HEADER, Location.COOKIE)
}
_STYLES = {"ssv": "spaceDelimited", "pipes": "pipeDelimited", "tsv": "tabDelimited"}
# What a parameter holds beside the words of its schema.
_NOT_SCHEMA = frozenset(
    {"name", "in", "required", "collectionFormat", "allowEmptyValue", "schema", "description"}
)


def read_operations(reading: Reading, node: Json, where: Where) -> Iterator[Operation]:
    """The operations of an object of paths, in the order of the text."""
    reader = _Reader(reading)
    parts = Parts(reader.parameters, reader.body, reader.response)
    for item in path_items(reading, node, where):
        for method in METHODS:
            if method in item.node:
                place = (item.where, method)
                found = read_operation(
                    reading, parts, item, method.upper(), item.node[method], place
                )
                if found is not None:
                    yield found


def server_urls(root: Mapping[str, Json]) -> tuple[str, ...]:
    """The addresses that `schemes`, `host` and `basePath` make."""
    host, base = text(root.get("host")), text(root.get("basePath"))
    path = base if not base or base.startswith("/") else "/" + base
    if not host:
        return (path,) if path else ()
    schemes = [each for each in _listed(root.get("schemes")) if isinstance(each, str)]
    return tuple(f"{scheme}://{host}{path}" for scheme in schemes or ["https"])


class _Reader:
    """Reads parameters, bodies and responses."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def parameters(
        self, item: PathItem, node: Mapping[str, Json], where: Where
    ) -> tuple[tuple[Parameter, ...], str]:
        """The operation's parameters, bodies apart, over those of its path."""
        whole = True
        groups: list[list[Parameter | None]] = []
        for holder, place in ((item.node, item.where), (node, where)):
            nodes, complete = self._nodes(holder, place)
            whole = whole and complete
            groups.append(
                [self._parameter(*each) for each in nodes if each[0].get("in") in _LOCATIONS]
            )
        found, _ = merged(groups[0], groups[1])
        return found, "" if whole else "a parameter could not be read"

    def _nodes(
        self, holder: Mapping[str, Json], where: Where
    ) -> tuple[list[tuple[Mapping[str, Json], Where]], bool]:
        """The parameters behind their references, and whether all could be read."""
        found: list[tuple[Mapping[str, Json], Where]] = []
        whole = True
        written = holder.get("parameters")
        known = (*_LOCATIONS, "body", "formData")
        for each, place in self._reading.elements(written, (where, "parameters"), "`parameters`"):
            resolved = self._reading.resolve(each, place, "parameter")
            if resolved.node is None:
                whole = False
            elif isinstance(resolved.node.get("name"), str) and resolved.node.get("in") in known:
                found.append((resolved.node, resolved.where))
            else:
                name = shortened(str(resolved.node.get("name")))
                said = f"expected a parameter with `name` and `in`, seen {name}"
                self._reading.problems.structure(resolved.where, said)
                whole = False
        return found, whole

    def _parameter(self, node: Mapping[str, Json], where: Where) -> Parameter:
        location = _LOCATIONS[text(node.get("in"))]
        style, explode = _style(node, location)
        read = self._own_schema(node, where)
        return Parameter(
            name=text(node.get("name")),
            location=location,
            required=location is Location.PATH or node.get("required") is True,
            schema=read.schema,
            unknown=read.unknown,
            style=style,
            explode=explode,
            allow_empty=node.get("allowEmptyValue") is True,
            extensions={key: value for key, value in node.items() if key.startswith("x-")},
        )

    def _own_schema(self, node: Mapping[str, Json], where: Where) -> ReadSchema:
        """The schema that a parameter or header is itself."""
        words = {key: value for key, value in node.items() if key not in _NOT_SCHEMA}
        return self._reading.schemas.read(words, where)

    def body(self, item: PathItem, node: Mapping[str, Json], where: Where) -> RequestBody | None:
        """The body that `body` or `formData` parameters make."""
        fields: dict[str, tuple[Mapping[str, Json], Where]] = {}
        whole: tuple[Mapping[str, Json], Where] | None = None
        for holder, place in ((item.node, item.where), (node, where)):
            for each, at in self._quietly(holder, place):
                if each.get("in") == "body":
                    whole = (each, at)
                elif each.get("in") == "formData":
                    fields[text(each.get("name"))] = (each, at)
        if whole is not None:
            return self._whole_body(*whole, node)
        return self._form(fields, node) if fields else None

    def _quietly(
        self, holder: Mapping[str, Json], where: Where
    ) -> list[tuple[Mapping[str, Json], Where]]:
        return self._nodes(holder, where)[0] if isinstance(holder.get("parameters"), list) else []

    def _whole_body(
        self, node: Mapping[str, Json], where: Where, operation: Mapping[str, Json]
    ) -> RequestBody:
        read = ReadSchema(None)
        if node.get("schema") is not None:
            read = self._reading.schemas.read(node["schema"], (where, "schema"))
        content = {
            name: Content(name, read.schema, read.unknown)
            for name in self._media_types(operation, "consumes") or (_ANY,)
        }
        return RequestBody(content, node.get("required") is True)

    def _form(
        self,
        fields: Mapping[str, tuple[Mapping[str, Json], Where]],
        operation: Mapping[str, Json],
    ) -> RequestBody:
        read = {name: self._own_schema(*each) for name, each in fields.items()}
        required = [name for name, (node, _) in fields.items() if node.get("required") is True]
        properties: dict[str, Json] = {name: each.schema for name, each in read.items()}
        schema: dict[str, Json] = {"type": "object", "properties": properties}
        if required:
            schema["required"] = required
        unknown = next((each.unknown for each in read.values() if each.unknown), "")
        has_file = any(node.get("type") == "file" for node, _ in fields.values())
        consumed = [
            name for name in self._media_types(operation, "consumes") if name in {_FORM, _MULTIPART}
        ]
        names = consumed or [_MULTIPART if has_file else _FORM]
        return RequestBody({name: Content(name, schema, unknown) for name in names}, bool(required))

    def _media_types(self, operation: Mapping[str, Json], key: str) -> tuple[str, ...]:
        written = operation.get(key)
        if written is None:
            written = self._reading.root.get(key)
        names = (each.strip().lower() for each in _listed(written) if isinstance(each, str))
        return tuple(dict.fromkeys(names))

    def response(
        self, status: str, written: Json, where: Where, operation: Mapping[str, Json]
    ) -> Response:
        """One response of an operation; without a schema nothing is said of its body."""
        resolved = self._reading.resolve(written, where, "response")
        node = resolved.node
        if node is None:
            return Response(status, unknown=resolved.unknown)
        content: dict[str, Content] = {}
        named = self._media_types(operation, "produces")
        if node.get("schema") is not None:
            read = self._reading.schemas.read(node["schema"], (resolved.where, "schema"))
            for name in named or (_ANY,):
                content[name] = Content(name, read.schema, read.unknown)
        headers = self._headers(node.get("headers"), (resolved.where, "headers"))
        unspoken = () if content else named
        described = text(node.get("description"))
        return Response(status, described, headers, content, media_types=unspoken)

    def _headers(self, node: Json, where: Where) -> dict[str, Parameter]:
        found: dict[str, Parameter] = {}
        for name, written, place in self._reading.members(node, where, "`headers`"):
            if not isinstance(written, dict):
                said = f"expected a header, seen {kind_of(written)}"
                self._reading.problems.structure(place, said)
                continue
            read = self._own_schema(written, place)
            style, explode = _style(written, Location.HEADER)
            found[name] = Parameter(
                name,
                Location.HEADER,
                schema=read.schema,
                unknown=read.unknown,
                style=style,
                explode=explode,
            )
        return found


def _style(node: Mapping[str, Json], location: Location) -> tuple[str, bool]:
    """How a list is written: the name that OpenAPI 3 gives it, and whether it is spread."""
    written = text(node.get("collectionFormat")) or "csv"
    plain = "form" if location is Location.QUERY else "simple"
    return _STYLES.get(written, plain), written == "multi"


def _listed(node: Json) -> list[Json]:
    return node if isinstance(node, list) else []
