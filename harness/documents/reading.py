"""What the readers of all versions share: a document in hand, and how an operation is made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from harness.documents.json_text import Parsed
from harness.documents.keywords import Dialect
from harness.documents.places import Problems, References, Resolved, Where, path_of, resolve
from harness.documents.schemas import Schemas
from harness.documents.security import read_requirements
from harness.documents.servers import base_paths, read_servers
from harness.domain.document import (
    Location,
    Operation,
    Parameter,
    ProblemKind,
    RequestBody,
    Response,
    SecurityScheme,
)
from harness.domain.json import Json, kind_of, shortened

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_STATUS = re.compile(r"[1-5](\d\d|XX)\Z")


class Reading:
    """One document being read: its text as JSON, and what was found in it so far."""

    def __init__(self, root: Mapping[str, Json], dialect: Dialect, schemas_at: str) -> None:
        self.root = root
        self.problems = Problems()
        self.references = References(root)
        self.schemas = Schemas(self.references, self.problems, dialect, schemas_at)
        self.security_schemes: dict[str, SecurityScheme] = {}
        self.base_paths: tuple[str, ...] = ("",)

    def note_duplicates(self, parsed: Parsed) -> None:
        """Note the keys that stand twice in the text."""
        for each in parsed.duplicates:
            said = f"the key {shortened(each.key)} stands twice, and the last one was taken"
            self.problems.add_at(ProblemKind.DUPLICATE_KEY, each.path, said)

    def resolve(self, node: Json, where: Where, thing: str) -> Resolved:
        """The object at a place, behind its references."""
        return resolve(self.references, self.problems, node, where, thing)

    def members(self, node: Json, where: Where, thing: str) -> Iterator[tuple[str, Json, Where]]:
        """The named members of an object, without its extensions."""
        if node is None:
            return
        if not isinstance(node, dict):
            self.problems.structure(where, f"expected an object as {thing}, seen {kind_of(node)}")
            return
        for name, value in node.items():
            if not name.startswith("x-"):
                yield name, value, (where, name)

    def elements(self, node: Json, where: Where, thing: str) -> Iterator[tuple[Json, Where]]:
        """The elements of a list."""
        if node is None:
            return
        if not isinstance(node, list):
            self.problems.structure(where, f"expected a list as {thing}, seen {kind_of(node)}")
            return
        for at, value in enumerate(node):
            yield value, (where, at)


@dataclass(frozen=True, slots=True)
class PathItem:
    """A path with what its operations share."""

    path: str
    node: Mapping[str, Json]
    where: Where


ReadParameters = Callable[[PathItem, Mapping[str, Json], Where], tuple[tuple[Parameter, ...], str]]
"""Gives the parameters of an operation, and why they are not all known."""

ReadBody = Callable[[PathItem, Mapping[str, Json], Where], RequestBody | None]
ReadResponse = Callable[[str, Json, Where, Mapping[str, Json]], Response]


@dataclass(frozen=True, slots=True)
class Parts:
    """How a version writes the parts of an operation."""

    parameters: ReadParameters
    body: ReadBody
    response: ReadResponse


def path_items(reading: Reading, node: Json, where: Where) -> Iterator[PathItem]:
    """The path items of an object of paths, each behind its reference."""
    for path, written, place in reading.members(node, where, "`paths`"):
        resolved = reading.resolve(written, place, "path item")
        if resolved.node is None:
            continue
        if isinstance(written, dict) and len(written) > 1 and "$ref" in written:
            beside = {key: value for key, value in written.items() if key != "$ref"}
            yield PathItem(path, {**resolved.node, **beside}, resolved.where)
        else:
            yield PathItem(path, resolved.node, resolved.where)


def read_operation(
    reading: Reading, parts: Parts, item: PathItem, method: str, node: Json, where: Where
) -> Operation | None:
    """One operation, or none where something else stands in its place."""
    if not isinstance(node, dict):
        said = f"expected an operation, seen {kind_of(node)}"
        reading.problems.structure(where, said)
        return None
    label = f"{method} {item.path}"
    reading.problems.user = label
    parameters, unknown = parts.parameters(item, node, where)
    operation = Operation(
        method=method,
        path=item.path,
        operation_id=text(node.get("operationId")),
        parameters=parameters,
        body=parts.body(item, node, where),
        responses=_responses(reading, parts.response, node, where),
        security=_security(reading, node, where),
        base_paths=_base_paths(reading, item, node, where),
        deprecated=node.get("deprecated") is True,
        tags=tuple(each for each in _list(node.get("tags")) if isinstance(each, str)),
        extensions={key: value for key, value in node.items() if key.startswith("x-")},
        location=path_of(where),
        unknown=unknown,
    )
    reading.problems.user = ""
    return operation


def _responses(
    reading: Reading, read: ReadResponse, node: Mapping[str, Json], where: Where
) -> dict[str, Response]:
    found: dict[str, Response] = {}
    place = (where, "responses")
    for key, written, at in reading.members(node.get("responses"), place, "`responses`"):
        status = "default" if key == "default" else key.upper()
        if status == "default" or _STATUS.match(status):
            found[status] = read(status, written, at, node)
        else:
            said = "expected a status such as 200, 2XX or default, seen " + shortened(key)
            reading.problems.structure(at, said)
    return found


def _security(
    reading: Reading, node: Mapping[str, Json], where: Where
) -> tuple[Mapping[str, tuple[str, ...]], ...]:
    own = "security" in node and node["security"] is not None
    written, place = (node["security"], where) if own else (reading.root.get("security"), None)
    found = read_requirements(
        written, (place, "security"), reading.security_schemes, reading.problems
    )
    return found if any(found) else ()


def _base_paths(
    reading: Reading, item: PathItem, node: Mapping[str, Json], where: Where
) -> tuple[str, ...]:
    for holder, place in ((node, where), (item.node, item.where)):
        urls = read_servers(holder.get("servers"), (place, "servers"), reading.problems)
        if urls:
            return base_paths(urls)
    return reading.base_paths


def merged(
    shared: list[Parameter | None], own: list[Parameter | None]
) -> tuple[tuple[Parameter, ...], bool]:
    """The parameters of a path under those of its operation, and whether all could be read."""
    found: dict[tuple[str, Location], Parameter] = {}
    for each in (*shared, *own):
        if each is not None:
            name = each.name.lower() if each.location is Location.HEADER else each.name
            found[(name, each.location)] = each
    return tuple(found.values()), None not in shared and None not in own


def text(node: Json) -> str:
    """A text, or nothing where something else stands."""
    return node if isinstance(node, str) else ""


def _list(node: Json) -> list[Json]:
    return node if isinstance(node, list) else []
