"""Whether a JSON value fits a canonical schema: to check examples and to find a union's branch."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from harness.consumer import formats
from harness.consumer.canonical import Schema, reference_name
from harness.domain.json import Json, canonical, json_path, shortened

Path = tuple[str | int, ...]


def resolved(schema: Json, root: Schema) -> Schema:
    """The schema itself, or what it refers to."""
    if not isinstance(schema, Mapping):
        return {} if schema is not False else {"not": {}}
    held = root.get("$defs")
    if "$ref" in schema and isinstance(held, Mapping):
        return resolved(held.get(reference_name(schema["$ref"]), {}), root)
    return schema


def faults(value: Json, schema: Json, root: Schema, path: Path = ()) -> Iterator[str]:
    """Why a value does not fit, each with its JSON path; nothing if it fits."""
    rules = resolved(schema, root)
    if rules.get("not") == {}:
        yield _told(path, "nothing", value)
    if "const" in rules and canonical(rules["const"]) != canonical(value):
        yield _told(path, shortened(rules["const"]), value)
    if "enum" in rules and canonical(value) not in [
        canonical(each) for each in _list(rules["enum"])
    ]:
        yield _told(path, f"one of {shortened(rules['enum'])}", value)
    if "anyOf" in rules and branch(value, rules, root) is None:
        yield from _union_faults(value, _list(rules["anyOf"]), root, path)
    for part in _list(rules.get("allOf")):
        yield from faults(value, part, root, path)
    kind = rules.get("type")
    if isinstance(kind, str) and not is_kind(value, kind):
        yield _told(path, _article(kind), value)
    elif isinstance(value, str):
        yield from _text_faults(value, rules, path)
    elif isinstance(value, Mapping):
        yield from _object_faults(value, rules, root, path)
    elif isinstance(value, Sequence):
        yield from _list_faults(value, rules, root, path)


def branch(value: Json, rules: Schema, root: Schema) -> Schema | None:
    """The member of a union that a value belongs to: the first that it fits."""
    for member in _list(rules["anyOf"]):
        if next(faults(value, member, root), None) is None:
            return resolved(member, root)
    return None


def is_kind(value: Json, kind: str) -> bool:
    """Whether a value is of one of the types of JSON Schema."""
    if isinstance(value, bool):
        return kind == "boolean"
    if isinstance(value, int | float):
        return kind == "number" or (kind == "integer" and float(value).is_integer())
    found = {type(None): "null", str: "string", dict: "object"}.get(type(value), "array")
    return kind == found


def _union_faults(value: Json, members: list[Json], root: Schema, path: Path) -> Iterator[str]:
    """What the member of the value's own type lacks, if there is one; else that none fits."""
    for member in members:
        rules = resolved(member, root)
        if is_kind(value, str(rules.get("type"))) and isinstance(value, Mapping | list):
            yield from faults(value, rules, root, path)
            return
    yield _told(path, f"one of {len(members)} alternatives", value)


def _text_faults(value: str, rules: Schema, path: Path) -> Iterator[str]:
    pattern = rules.get("pattern")
    if isinstance(pattern, str) and not found_in(pattern, value):
        yield _told(path, f"a text that matches {pattern}", value)
    named = rules.get("format")
    known = ("date-time", "date", "time", "uuid")
    if named in known and formats.regex_for(str(named), value) is None:
        yield _told(path, f"a {named}", value)


def _object_faults(
    value: Mapping[str, Json], rules: Schema, root: Schema, path: Path
) -> Iterator[str]:
    for name in _list(rules.get("required")):
        if name not in value:
            yield f"at {json_path((*path, str(name)))}: expected a value, seen none"
    properties = rules.get("properties")
    known = properties if isinstance(properties, Mapping) else {}
    rest = rules.get("additionalProperties", {})
    for name, each in value.items():
        if name not in known and rest is False:
            yield f"at {json_path((*path, name))}: expected no such field, seen {shortened(each)}"
        else:
            yield from faults(each, known.get(name, rest), root, (*path, name))


def _list_faults(value: Sequence[Json], rules: Schema, root: Schema, path: Path) -> Iterator[str]:
    members = _list(rules.get("prefixItems"))
    for position, each in enumerate(value):
        member = members[position] if position < len(members) else rules.get("items", {})
        yield from faults(each, member, root, (*path, position))
    least, most = rules.get("minItems"), rules.get("maxItems")
    if isinstance(least, int) and len(value) < least:
        yield f"at {json_path(path)}: expected at least {least} items, seen {len(value)}"
    if isinstance(most, int) and len(value) > most:
        yield f"at {json_path(path)}: expected at most {most} items, seen {len(value)}"


def found_in(pattern: str, text: str) -> bool:
    """Whether a pattern occurs in a text; a pattern that Python cannot read is met by all."""
    compiled = _compiled(pattern)
    return compiled is None or compiled.search(text) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:
        return None


def _told(path: Path, expected: str, seen: Json) -> str:
    return f"at {json_path(path)}: expected {expected}, seen {shortened(seen)}"


def _article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}" if kind != "null" else kind


def _list(value: Json) -> list[Json]:
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else []
