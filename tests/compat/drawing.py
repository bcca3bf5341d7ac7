"""Schemas drawn at random, without a line of what they are to test, and a second judge of them."""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Callable
from ipaddress import AddressValueError, IPv4Address
from random import Random
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

Schema = dict[str, Any]
Drawn = Callable[[Random, int], Any]
NAMES = ("a", "b", "c", "kind")
CONSTANTS: tuple[Any, ...] = (
    0,
    1,
    2,
    1.5,
    "a",
    "b",
    "ab",
    None,
    True,
    False,
    [],
    [1],
    {"a": 1},
    {},
)
PATTERNS = ("^[a-z]*$", "^a", "[0-9]", "^(ab|x1)$", "^.{2}$", "b$", "^[^a]+$")
FORMATS = ("date", "date-time", "uuid", "ipv4")

_FORMATS = FormatChecker(formats=())
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


@_FORMATS.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    if isinstance(value, str):
        datetime.datetime.strptime(value, "%Y-%m-%d")
        return len(value) == 10
    return True


@_FORMATS.checks("date-time", raises=ValueError)
def _is_instant(value: object) -> bool:
    if isinstance(value, str):
        datetime.datetime.fromisoformat(value.upper())
        return _INSTANT.fullmatch(value) is not None
    return True


@_FORMATS.checks("uuid", raises=ValueError)
def _is_uuid(value: object) -> bool:
    return not isinstance(value, str) or str(uuid.UUID(value)) == value.lower()


@_FORMATS.checks("uri")
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:.", value) is not None


@_FORMATS.checks("email")
def _is_address(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"[^@]+@[^@]+", value) is not None


@_FORMATS.checks("time", raises=ValueError)
def _is_time(value: object) -> bool:
    return _is_instant(f"2024-02-29T{value}") if isinstance(value, str) else True


@_FORMATS.checks("duration")
def _is_duration(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"P(?=.)[0-9.]*[A-Z0-9.]*", value) is not None


@_FORMATS.checks("ipv4", raises=AddressValueError)
def _is_ipv4(value: object) -> bool:
    return not isinstance(value, str) or bool(IPv4Address(value))


class Second:
    """The second validator of one schema."""

    def __init__(self, schema: Any) -> None:
        self._validator = Draft202012Validator(schema, format_checker=_FORMATS)

    def accepts(self, value: Any) -> bool:
        """What the second validator says of a value."""
        return bool(self._validator.is_valid(value))


def pair(draw: Random) -> tuple[Schema, Schema]:
    """A writer, and a reader that is a changed copy of it as often as something else."""
    writer = document(draw) if draw.randrange(3) == 0 else schema(draw, 3)
    if draw.randrange(4):
        return writer, changed(draw, writer)
    return writer, schema(draw, 3)


def document(draw: Random) -> Schema:
    """A schema whose references lead back into it."""
    root = schema(draw, 2, references=True)
    return {**root, "$defs": {"N": _object(draw, 2, True), "M": _array(draw, 2, True)}}


def schema(draw: Random, depth: int, references: bool = False) -> Schema:
    """A schema of one of many forms."""
    if references and draw.randrange(5) == 0:
        return {"$ref": draw.choice(["#/$defs/N", "#/$defs/M"])} if depth < 2 else _object_of_n()
    forms = _SCALARS if depth <= 0 or draw.randrange(5) < 2 else _COMPOUNDS
    found: Schema = draw.choice(forms)(draw, depth, references)
    return found


def _object_of_n() -> Schema:
    return {"type": "object", "properties": {"a": {"$ref": "#/$defs/N"}}}


def _some(draw: Random, words: dict[str, Callable[[], Any]], chance: int = 3) -> Schema:
    return {word: make() for word, make in words.items() if draw.randrange(chance) == 0}


def _bound(draw: Random) -> float:
    return draw.choice([-3, -1, 0, 1, 2, 3, 0.5])


def _number(draw: Random, _: int, __: bool) -> Schema:
    words = {
        word: lambda: _bound(draw)
        for word in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
    }
    words["multipleOf"] = lambda: draw.choice([1, 2, 0.5, 3])
    return {"type": draw.choice(["integer", "number"]), **_some(draw, words, 4)}


def _text(draw: Random, _: int, __: bool) -> Schema:
    words: dict[str, Callable[[], Any]] = {
        "minLength": lambda: draw.randrange(4),
        "maxLength": lambda: draw.randrange(5),
        "pattern": lambda: draw.choice(PATTERNS),
    }
    return {"type": "string", **_some(draw, words)}


def _formatted(draw: Random, _: int, __: bool) -> Schema:
    found: Schema = {"type": "string", "format": draw.choice(FORMATS)}
    if draw.randrange(4) == 0:
        found["pattern"] = draw.choice([*PATTERNS, "Z$", "^\\d{4}-"])
    return found


def _enum(draw: Random, _: int, __: bool) -> Schema:
    return {"enum": draw.sample(CONSTANTS, draw.randint(1, 4))}


def _const(draw: Random, _: int, __: bool) -> Schema:
    return {"const": draw.choice(CONSTANTS)}


def _types(draw: Random, _: int, __: bool) -> Schema:
    kinds = ["string", "integer", "number", "boolean", "null", "object", "array"]
    return {"type": draw.sample(kinds, draw.randint(1, 3))}


def _wide(draw: Random, depth: int, references: bool) -> Any:
    """Words without a type, or none at all."""
    bare = {**_number(draw, depth, references), **_text(draw, depth, references)}
    del bare["type"]
    return draw.choice([{}, bare])


def _object(draw: Random, depth: int, references: bool) -> Schema:
    names = draw.sample(NAMES, draw.randrange(4))
    inner = depth - 1
    found: Schema = {"type": "object"}
    found["properties"] = {name: schema(draw, inner, references) for name in names}
    found["required"] = [name for name in names if draw.randrange(2)]
    if draw.randrange(6) == 0:
        found["required"].append("other")
    more: dict[str, Callable[[], Any]] = {
        "additionalProperties": lambda: draw.choice([False, schema(draw, inner, references)]),
        "patternProperties": lambda: {draw.choice(["^x", "[ab]"]): schema(draw, inner, references)},
        "dependentRequired": lambda: {draw.choice(NAMES): [draw.choice(NAMES)]},
        "dependentSchemas": lambda: {draw.choice(NAMES): _object(draw, inner, references)},
        "unevaluatedProperties": lambda: False,
        "minProperties": lambda: draw.randrange(3),
        "maxProperties": lambda: draw.randint(1, 3),
        "propertyNames": lambda: {"pattern": draw.choice(["^[a-z]+$", "^.$", "^[^x]"])},
    }
    return {**found, **_some(draw, more, 8)} if depth > 0 else found


def _array(draw: Random, depth: int, references: bool) -> Schema:
    more: dict[str, Callable[[], Any]] = {
        "items": lambda: schema(draw, depth - 1, references),
        "minItems": lambda: draw.randrange(3),
        "maxItems": lambda: draw.randrange(4),
        "uniqueItems": lambda: True,
    }
    rare: dict[str, Callable[[], Any]] = {
        "prefixItems": lambda: [schema(draw, depth - 1, references) for _ in range(2)],
        "contains": lambda: schema(draw, 0),
        "unevaluatedItems": lambda: False,
    }
    return {"type": "array", **_some(draw, more, 2), **_some(draw, rare, 6)}


def _union(draw: Random, depth: int, references: bool) -> Schema:
    branches = [schema(draw, depth - 1, references) for _ in range(draw.randint(1, 3))]
    return {draw.choice(["anyOf", "oneOf"]): branches}


def _tagged(draw: Random, depth: int, references: bool) -> Schema:
    """What a discriminator comes to: branches that differ in a constant."""
    branches = []
    for tag in ["a", "b", "c"][: draw.randint(1, 3)]:
        branch = _object(draw, depth - 1, references)
        branch["properties"]["kind"] = draw.choice([{"const": tag}, {"enum": [tag]}])
        branch["required"] = [*dict.fromkeys([*branch["required"], "kind"])]
        branches.append(branch)
    return {draw.choice(["anyOf", "oneOf"]): branches}


def _all(draw: Random, depth: int, references: bool) -> Schema:
    form = draw.choice([_object, _object, _array, _number, _text, schema])
    if form is schema:
        return {"allOf": [schema(draw, depth - 1, references) for _ in range(2)]}
    parts = [form(draw, depth - 1, references) for _ in range(draw.randint(2, 3))]
    return {"allOf": parts} if draw.randrange(2) else {**parts[0], "allOf": parts[1:]}


def _beside(draw: Random, depth: int, references: bool) -> Schema:
    """An object with a union of demands beside its properties."""
    demands = [{"required": [name]} for name in draw.sample(NAMES, 2)]
    return {**_object(draw, depth, references), draw.choice(["anyOf", "oneOf"]): demands}


def _without(draw: Random, depth: int, references: bool) -> Schema:
    form = draw.choice([_object, _number, _text, _array])
    return {**form(draw, depth - 1, references), "not": schema(draw, depth - 1)}


def _conditional(draw: Random, depth: int, references: bool) -> Schema:
    found = _object(draw, depth - 1, references)
    found["if"] = {"properties": {"kind": {"const": "a"}}, "required": ["kind"]}
    branches: dict[str, Callable[[], Any]] = {
        word: lambda: _object(draw, depth - 1, references) for word in ("then", "else")
    }
    return {**found, **_some(draw, branches, 2)}


_SCALARS: Any = (_number, _number, _text, _text, _formatted, _enum, _const, _types, _wide)
_COMPOUNDS: Any = (
    *(_object, _object, _object, _object, _array, _array, _union, _union),
    *(_tagged, _all, _beside, _without, _conditional),
)


def changed(draw: Random, value: Any) -> Any:
    """A schema with a few small changes."""
    if isinstance(value, list):
        return [changed(draw, each) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {key: changed(draw, each) for key, each in value.items()}
    if not kept or draw.randrange(4):
        return kept
    word = draw.choice(sorted(kept))
    return {**kept, **_replaced(word, kept[word], draw)} if draw.randrange(3) else _less(kept, word)


def _less(value: Schema, word: str) -> Schema:
    """Without a word that no other relies on."""
    if word in ("$defs", "N", "M", "$ref", "properties", "type"):
        return value
    return {key: each for key, each in value.items() if key != word}


def _replaced(word: str, value: Any, draw: Random) -> Schema:
    if word in ("required", "enum") and isinstance(value, list) and len(value) > 1:
        return {word: value[1:]}
    if word == "type" and isinstance(value, str):
        return {word: {"integer": "number"}.get(value, [value, "null"])}
    if word == "properties" and isinstance(value, dict) and value:
        return {"required": sorted(value)}
    if word in ("minItems", "minLength", "maxItems", "maxLength", "minimum", "maximum"):
        return {word: value + draw.choice([1, 1, 2])} if isinstance(value, int) else {}
    if word in ("anyOf", "oneOf") and isinstance(value, list):
        return {word: value[:-1] or value}
    return {}
