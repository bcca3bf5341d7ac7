"""What changed in the parameters of an operation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from harness.compat.versions.comparing import Comparing, Container
from harness.compat.versions.lifecycle import Lifetime, ends, removal
from harness.compat.versions.rule import Place
from harness.compat.versions.telling import Spot
from harness.domain.change import Change
from harness.domain.document import Document, Location, Operation, Parameter
from harness.domain.json import Json, is_json_media_type, mapping, sequence

_NAME: Final = re.compile(r"\{([^{}]*)\}")
_Key = tuple[Location, str]


def parameters(
    comparing: Comparing,
    old: Operation,
    new: Operation,
    head: Document,
    spot: Spot,
    today: date | None,
) -> Iterator[Change]:
    """Differences of the parameters of an operation; those in the path go by their place."""
    renamed = dict(zip(_NAME.findall(new.path), _NAME.findall(old.path), strict=False))
    was = {_key(each, {}): each for each in old.parameters}
    now = {_key(each, renamed): each for each in new.parameters}
    shared = _of_path(head, new.path)
    for key in dict.fromkeys((*was, *now)):
        before, after = was.get(key), now.get(key)
        here = spot.at(name=before.name if before else after.name if after else "")
        if before is None and after is not None:
            yield here.told(_added(after, shared))
        elif after is None and before is not None:
            ending = removal(_lifetime(before), today)
            yield here.told(f"parameter-removed{ending}")
        elif before is not None and after is not None:
            yield from _changed(comparing, before, after, here, today)


def _key(parameter: Parameter, renamed: Mapping[str, str]) -> _Key:
    if parameter.location is Location.HEADER:
        return parameter.location, parameter.name.lower()
    if parameter.location is Location.PATH:
        return parameter.location, renamed.get(parameter.name, parameter.name)
    return parameter.location, parameter.name


def _lifetime(parameter: Parameter) -> Lifetime:
    return Lifetime(parameter.deprecated, parameter.extensions)


def _of_path(document: Document, path: str) -> frozenset[tuple[str, str]]:
    """The parameters that a path declares for all of its operations, by place and name."""
    root = mapping(document.raw)
    item = mapping(mapping(root.get("paths")).get(path))
    found = []
    for each in sequence(item.get("parameters")):
        node = mapping(each)
        reference = node.get("$ref")
        if isinstance(reference, str):
            node = _component(root, reference)
        found.append((str(node.get("in")), str(node.get("name"))))
    return frozenset(found)


def _component(root: Mapping[str, Json], reference: str) -> Mapping[str, Json]:
    node: Json = root
    for step in reference.removeprefix("#/").split("/"):
        node = mapping(node).get(step.replace("~1", "/").replace("~0", "~"))
    return mapping(node)


def _added(parameter: Parameter, shared: frozenset[tuple[str, str]]) -> str:
    if parameter.location is Location.PATH:
        return "parameter-in-path-added"
    need = "required" if parameter.required else "optional"
    if (parameter.location.value, parameter.name) in shared:
        return f"parameter-of-path-{need}-added"
    return f"parameter-{need}-added"


def _changed(
    comparing: Comparing, old: Parameter, new: Parameter, spot: Spot, today: date | None
) -> Iterator[Change]:
    if old.required != new.required:
        yield spot.told(
            "parameter-became-required" if new.required else "parameter-became-optional"
        )
    for key, before, after in ends(_lifetime(old), _lifetime(new), today):
        yield spot.told(f"parameter-{key}", before, after)
    if style(old) != style(new):
        yield spot.told("parameter-style-changed", style(old), style(new))
    is_json = is_json_media_type(new.media_type)
    container = Container(
        Place.PARAMETER,
        loose=not is_json,
        whole=is_json,
        header=new.location is Location.HEADER,
    )
    yield from spot.schema(comparing.told(old.schema, new.schema, container))


def style(parameter: Parameter) -> str:
    """How a value is written as text; what a scalar does not show is left out."""
    if parameter.media_type:
        return parameter.media_type
    types = mapping(parameter.schema).get("type")
    named = {types} if isinstance(types, str) else set(map(str, sequence(types)))
    if named and named <= {"string", "integer", "number", "boolean", "null"}:
        return "text" if parameter.style in ("simple", "form") else parameter.style
    return f"{parameter.style}, {'spread' if parameter.explode else 'joined'}"
