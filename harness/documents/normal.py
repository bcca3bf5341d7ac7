"""One spelling for what schema languages spell in several ways; the parts are normal already."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from harness.documents.keywords import ANNOTATIONS
from harness.domain.json import Json

_NULL: Json = {"type": "null"}
# Their verdict on null is their own: a null beside them must stand in a branch of its own.
_JUDGES_NULL = frozenset({"$ref", "allOf", "anyOf", "else", "if", "not", "oneOf", "then"})

Follow = Callable[[str], Json]
"""The normal form of the definition that a `$ref` names, as far as it is known."""


def nullable(schema: Mapping[str, Json]) -> dict[str, Json]:
    """
    A schema that takes null as well: in its types where it names any, else as a branch.

    Source: OpenAPI 3.0.3 lets `nullable` act beside `type` alone; generators write it beside
    `allOf` and `$ref`, and beside an `enum` without null, and mean it.
    """
    if _JUDGES_NULL.isdisjoint(schema):
        return _with_null(schema)
    outer = {key: value for key, value in schema.items() if key in ANNOTATIONS}
    inner = {key: value for key, value in schema.items() if key not in ANNOTATIONS}
    branches = inner.get("anyOf")
    if inner.keys() == {"anyOf"} and isinstance(branches, list):
        known = branches if _NULL in branches else [*branches, _NULL]
        return {**outer, "anyOf": known}
    if "discriminator" in outer:
        inner["discriminator"] = outer.pop("discriminator")
    return {**outer, "anyOf": [inner, _NULL]}


def _with_null(schema: Mapping[str, Json]) -> dict[str, Json]:
    changed = dict(schema)
    types = schema.get("type")
    if types is not None:
        changed["type"] = type_list(
            [*([types] if isinstance(types, str) else _list(types)), "null"]
        )
    if "const" in schema and schema["const"] is not None:
        changed["enum"] = [changed.pop("const"), None]
    values = schema.get("enum")
    if isinstance(values, list) and None not in values:
        changed["enum"] = [*values, None]
    return changed


def type_list(types: list[Json]) -> Json:
    """Types in one spelling: each once, null last, a single one without its list."""
    once = list(dict.fromkeys(each for each in types if each != "null"))
    if "number" in once and "integer" in once:
        once.remove("integer")
    if "null" in types:
        once.append("null")
    return once[0] if len(once) == 1 else once


def union_with_null(schema: dict[str, Json], follow: Follow) -> dict[str, Json]:
    """
    A union of one schema and null, written as that schema's own null.

    Shape: `oneOf` refuses a null that both branches take, so it is rewritten only where the other
    branch is seen to refuse null.
    """
    for keyword in ("anyOf", "oneOf"):
        branches = schema.get(keyword)
        if not isinstance(branches, list) or len(branches) != 2:
            continue
        others = [branch for branch in branches if not _is_null(branch)]
        beside = schema.keys() - ANNOTATIONS - {keyword}
        if len(others) != 1 or not isinstance(others[0], dict) or beside:
            continue
        other = others[0]
        if keyword == "oneOf" and not refuses_null(other, follow):
            continue
        return _joined(schema, keyword, other)
    return schema


def _is_null(schema: Json) -> bool:
    """Whether a schema takes null and nothing else."""
    if not isinstance(schema, dict):
        return False
    words = {key: value for key, value in schema.items() if key not in ANNOTATIONS}
    return words in ({"type": "null"}, {"const": None}, {"enum": [None]})


def _joined(schema: dict[str, Json], keyword: str, other: dict[str, Json]) -> dict[str, Json]:
    outer = {key: value for key, value in schema.items() if key != keyword}
    if "type" in other and _JUDGES_NULL.isdisjoint(other):
        # The union's own words are nearer to the reader than those of its branch.
        return _with_null({**other, **outer})
    return {**outer, "anyOf": [other, _NULL]}


def refuses_null(schema: Json, follow: Follow) -> bool:
    """Whether a schema is seen, within a few references, to refuse null."""
    for _ in range(8):
        if not isinstance(schema, dict):
            return schema is False
        types = schema.get("type")
        if types is not None:
            return types != "null" and "null" not in _list(types)
        values = schema.get("enum")
        if isinstance(values, list):
            return None not in values
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            return False
        schema = follow(reference)
    return False


def numeric_bounds(schema: dict[str, Json]) -> None:
    """Exclusive bounds as numbers, in place, where a version has them as flags."""
    for flag, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        exclusive = schema.get(flag)
        if not isinstance(exclusive, bool):
            continue
        del schema[flag]
        if exclusive and bound in schema:
            schema[flag] = schema.pop(bound)


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
