"""Nodes and shapes written as schemas that stand alone."""

from __future__ import annotations

from harness.compat.schemas.shapes import Group, Node, Shape, World
from harness.domain.document import direct_references
from harness.domain.json import Json, is_mapping


def shape_schema(shape: Shape, *, listed: bool = True) -> dict[str, Json]:
    """A shape whose groups share a world, as one schema; with its list of values or without."""
    schema = _shape(shape, listed)
    return with_definitions(schema, shape.groups[0].world) if shape.groups else schema


def union_schema(shapes: list[Shape]) -> dict[str, Json]:
    """Shapes whose groups share a world, as one schema."""
    schema: Json = {"anyOf": [_shape(shape, True) for shape in shapes]}
    worlds = [group.world for shape in shapes for group in shape.groups]
    return with_definitions(schema, worlds[0] if worlds else World({}, closed=False))


def _shape(shape: Shape, listed: bool) -> dict[str, Json]:
    schema: dict[str, Json] = {"type": shape.kind}
    parts = [part for group in shape.groups for part in _parts(group, shape.kind)]
    if parts:
        schema["allOf"] = parts
    if listed and shape.values is not None:
        schema["enum"] = list(shape.values)
    if shape.excluded:
        schema["not"] = {"anyOf": [_bare(node) for node in shape.excluded]}
    return schema


def with_definitions(schema: Json, world: World) -> dict[str, Json]:
    """A schema with the definitions that it reaches."""
    if not is_mapping(schema):
        return {} if schema is not False else {"not": {}}
    reached = _reached(schema, world)
    return {**schema, "$defs": reached} if reached else dict(schema)


def _reached(schema: Json, world: World) -> dict[str, Json]:
    """The definitions that a schema reaches, directly or through others."""
    found: dict[str, Json] = {}
    waiting = list(direct_references(schema))
    while waiting:
        name = waiting.pop()
        if name in world.definitions and name not in found:
            found[name] = world.definitions[name]
            waiting.extend(world.references(name))
    return dict(sorted(found.items()))


def _parts(group: Group, kind: str) -> list[Json]:
    parts: list[Json] = []
    outer: dict[str, Json] = {}
    for facet in group.facets:
        kept = {word: value for word, value in facet.items() if not word.startswith("unevaluated")}
        outer.update({word: value for word, value in facet.items() if word not in kept})
        parts.append(kept)
    if kind == "object" and any(part.schema is False for part in group.undeclared()):
        if "unevaluatedProperties" not in outer:
            # What is demanded is sent, spoken of or not.
            outer["properties"] = dict.fromkeys(group.required, True)
        outer["unevaluatedProperties"] = False
    return [{"allOf": parts, **outer}] if outer else parts


def _bare(node: Node) -> Json:
    return node[0].schema if len(node) == 1 else {"allOf": [part.schema for part in node]}
