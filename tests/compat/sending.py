"""Values that a writer may send, drawn at random: of each union one branch, and no other names."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from tests.compat.drawing import CONSTANTS, Schema, Second

TEXTS = (
    *("", "a", "b", "ab", "abc", "x1", "12", "zzzz", "a" * 6, "bb", "2024-02-29", "2023-02-29"),
    *("2024-02-29T12:30:00Z", "2024-02-29T12:30:00", "1999-01-01t00:00:00.5+01:00", "192.0.2.1"),
    *("01234567-89ab-4def-8123-456789abcdef", "0123456789ab4def8123456789abcdef", "10"),
)
_SAMPLES: dict[Any, tuple[str, ...]] = {
    "date": ("2024-02-29", "0001-01-01", "9999-12-31"),
    "date-time": (
        *("2024-02-29T12:30:00Z", "1999-01-01t00:00:00.5+01:00", "2024-01-01T00:00:00-11:30"),
        *("0001-01-02T00:00:00Z", "2024-12-31T23:59:59.123456789Z"),
    ),
    "time": ("12:30:00Z", "00:00:00.25+01:00"),
    "duration": ("P1D", "PT1H30M", "P1W", "P1Y2M"),
    "uuid": (
        *("01234567-89ab-4def-8123-456789abcdef", "00000000-0000-0000-0000-000000000000"),
        "FFFFFFFF-FFFF-1FFF-9FFF-FFFFFFFFFFFF",
    ),
    "email": ("a@example.org", "first.last+tag@sub.example.com"),
    "uri": ("https://example.org/a?b=c#d", "urn:isbn:0451450523", "mailto:a@example.org"),
    "ipv4": ("192.0.2.1", "0.0.0.0"),
}
NUMBERS = (-3, -2.5, -1, 0, 0.5, 0.7, 1, 1.0, 2, 3, 4, 6, 10, 10.25)
_KINDS = ("object", "array", "string", "number", "boolean", "null")
_NO_VALUE = object()
_SPEAKS_OF = {
    "object": {
        *("properties", "required", "additionalProperties", "patternProperties", "propertyNames"),
        *("minProperties", "maxProperties", "dependentRequired", "unevaluatedProperties"),
    },
    "array": {
        *("items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems"),
        "unevaluatedItems",
    },
    "string": {"minLength", "maxLength", "pattern", "format"},
    "number": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"},
}


def sent(draw: Random, schema: Any, tries: int) -> Iterator[Any]:
    """Values that are valid for a schema, as many as are found in some tries."""
    judge = Second(schema)
    drawer = _Drawer(draw, schema)
    for _ in range(tries):
        value = drawer.value([schema], 4)
        if value is not _NO_VALUE and judge.accepts(value):
            yield value


class _Drawer:
    def __init__(self, draw: Random, root: Any) -> None:
        self._draw = draw
        self._definitions = root.get("$defs", {}) if isinstance(root, dict) else {}

    def value(self, schemas: list[Any], depth: int) -> Any:
        """A value that is likely to meet some schemas at once."""
        facets = [facet for each in schemas for facet in self._facets(each, 6)]
        if depth < 0 or False in facets:
            return _NO_VALUE
        said: list[Schema] = [facet for facet in facets if isinstance(facet, dict)]
        for facet in said:
            if "const" in facet:
                return facet["const"]
            if "enum" in facet:
                return self._draw.choice(facet["enum"])
        kinds = [kind for kind in _meant(said) if all(_takes(facet, kind) for facet in said)]
        made = self._of_kind(self._draw.choice(kinds), said, depth) if kinds else _NO_VALUE
        return _NO_VALUE if any(self._is_off(each, made) for each in said) else made

    def _is_off(self, facet: Schema, value: Any) -> bool:
        """Whether a value leaves the way that it was made for."""
        for word, wanted in (("x-met", True), ("x-unless", False)):
            if word in facet and value is not _NO_VALUE:
                judge = Second({"allOf": [facet[word]], "$defs": self._definitions})
                return judge.accepts(value) is not wanted
        return False

    def _facets(self, schema: Any, left: int) -> Iterator[Any]:
        """What holds together on one way through a schema."""
        if not isinstance(schema, dict) or left < 0:
            yield schema
            return
        yield schema
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            yield from self._facets(self._definitions.get(name, True), left - 1)
        for branch in schema.get("allOf", ()):
            yield from self._facets(branch, left - 1)
        for word in ("anyOf", "oneOf"):
            if word in schema:
                branch = self._draw.choice(schema[word])
                yield {"x-met": branch}
                yield from self._facets(branch, left - 1)
        if "if" in schema:
            is_met = bool(self._draw.randrange(2))
            yield {"x-met" if is_met else "x-unless": schema["if"]}
            for word in ["if", "then"] if is_met else ["else"]:
                yield from self._facets(schema.get(word, True), left - 1)
        for name, branch in schema.get("dependentSchemas", {}).items():
            if self._draw.randrange(2):
                yield {"required": [name]}
                yield from self._facets(branch, left - 1)
            else:
                yield {"properties": {name: False}}

    def _of_kind(self, kind: str, said: list[Schema], depth: int) -> Any:
        if kind == "object":
            return self._object(said, depth)
        if kind == "array":
            return self._array(said, depth)
        if kind == "string":
            of_format = [text for facet in said for text in _SAMPLES.get(facet.get("format"), ())]
            return self._draw.choice(of_format or TEXTS)
        if kind == "number":
            return self._draw.choice(NUMBERS)
        return self._draw.choice([True, False]) if kind == "boolean" else None

    def _object(self, said: list[Schema], depth: int) -> Any:
        named = [name for facet in said for name in facet.get("properties", {})]
        required = {name for facet in said for name in facet.get("required", ())}
        patterns = [each for facet in said for each in facet.get("patternProperties", {})]
        extra = [{"^x": "xy", "[ab]": "ba"}[pattern] for pattern in patterns]
        if any("additionalProperties" in facet for facet in said) or not named:
            extra.append("zz")
        made: dict[str, Any] = {}
        for name in dict.fromkeys([*named, *sorted(required), *extra]):
            if name in required or self._draw.randrange(2):
                schemas = [each for facet in said for each in _about(facet, name)]
                value = self.value(schemas, depth - 1)
                if value is not _NO_VALUE:
                    made[name] = value
                elif name in required:
                    return _NO_VALUE
        return made

    def _array(self, said: list[Schema], depth: int) -> Any:
        made = []
        for at in range(self._draw.randrange(4)):
            schemas = [each for facet in said for each in _at(facet, at)]
            value = self.value(schemas, depth - 1)
            if value is _NO_VALUE:
                break
            made.append(value)
        return made


def _meant(said: list[Schema]) -> tuple[str, ...]:
    """A writer that names no type, and speaks of one kind alone, means that kind."""
    if any("type" in facet for facet in said):
        return _KINDS
    meant = {
        kind for facet in said for word in facet for kind in _SPEAKS_OF if word in _SPEAKS_OF[kind]
    }
    return tuple(meant) if len(meant) == 1 else _KINDS


def _takes(facet: Schema, kind: str) -> bool:
    types = facet.get("type", kind)
    listed = types if isinstance(types, list) else [types]
    return kind in listed or (kind == "number" and "integer" in listed)


def _about(facet: Schema, name: str) -> Iterator[Any]:
    properties = facet.get("properties", {})
    if name in properties:
        yield properties[name]
    elif name in ("xy", "ba") and facet.get("patternProperties"):
        yield from facet["patternProperties"].values()
    elif "additionalProperties" in facet:
        yield facet["additionalProperties"]


def _at(facet: Schema, position: int) -> Iterator[Any]:
    prefix = facet.get("prefixItems", [])
    if position < len(prefix):
        yield prefix[position]
    elif "items" in facet:
        yield facet["items"]


def anything(draw: Random) -> Any:
    """A value that no schema was asked for."""
    return draw.choice([*TEXTS, *NUMBERS, *CONSTANTS])
