"""Matching rules of pact's version 4, derived from what the consumer accepts and one example."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from harness.consumer import fits, formats
from harness.consumer.canonical import Schema
from harness.domain.json import Json

Rules = dict[str, Json]
Matcher = dict[str, Json]

_TYPE: Matcher = {"match": "type"}
_NULL: Matcher = {"match": "null"}
_EQUAL: Matcher = {"match": "equality"}
_ANYTHING: Matcher = {"match": "regex", "regex": formats.ANYTHING}
_NUMBERS: Mapping[str, Matcher] = {
    "integer": {"match": "integer"},
    "number": {"match": "number"},
}
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def rules_for(example: Json, schema: Schema) -> Rules:
    """
    The body's matching rules for an example of a canonical schema.

    Shape: path -> {"combine", "matchers"}; a null beside a scalar is written `null OR type`; of a
    union only the example's branch counts, for the rule cannot say more of objects and lists.
    """
    walk = _Walk(schema)
    walk.visit(example, schema, "$")
    return dict(sorted(walk.rules.items()))


def schema_of_example(example: Json) -> Schema:
    """The schema that a plain JSON value tells by itself: its types, and its fields as required."""
    if isinstance(example, Mapping):
        fields = {name: schema_of_example(each) for name, each in example.items()}
        return {"type": "object", "properties": fields, "required": sorted(fields)}
    if isinstance(example, Sequence) and not isinstance(example, str):
        return {"type": "array", "items": schema_of_example(example[0]) if example else {}}
    if isinstance(example, bool):
        return {"type": "boolean"}
    if isinstance(example, int | float):
        return {"type": "integer" if isinstance(example, int) else "number"}
    return {"type": "string"} if isinstance(example, str) else {}


@dataclass(frozen=True, slots=True)
class _Walk:
    root: Schema
    rules: Rules = field(default_factory=dict)

    def visit(self, value: Json, schema: Json, path: str) -> None:
        """Write the rules of one place and of all below it."""
        rules = fits.resolved(schema, self.root)
        members = [fits.resolved(each, self.root) for each in _list(rules.get("anyOf"))]
        nullable = any(each == {"type": "null"} for each in members)
        if isinstance(value, Mapping | list):
            self._container(value, fits.branch(value, rules, self.root) if members else rules, path)
            return
        real = [each for each in members if each != {"type": "null"}] or [rules]
        matchers = _null_matchers(real, nullable) if value is None else self._scalar(value, real)
        self._write(path, [_NULL, *matchers] if nullable else matchers)

    def _scalar(self, value: Json, members: list[Schema]) -> list[Matcher]:
        """The matchers of a scalar; text and number together are both taken (a Decimal)."""
        if _is_decimal(members):
            return [{"match": "regex", "regex": formats.DECIMAL_TEXT}, _NUMBERS["number"]]
        mine = [each for each in members if next(fits.faults(value, each, self.root), None) is None]
        return [_of_scalar(value, mine[0] if mine else {})]

    def _container(self, value: Json, rules: Schema | None, path: str) -> None:
        if isinstance(value, Mapping):
            self._object(value, rules or {}, path)
        elif isinstance(value, list):
            self._list(value, rules or {}, path)

    def _object(self, value: Mapping[str, Json], rules: Schema, path: str) -> None:
        known = rules.get("properties")
        if not isinstance(known, Mapping):
            self._map(value, rules, path)
            return
        rest = rules.get("additionalProperties", {})
        for name, each in value.items():
            step = _step(name)
            if step is not None:
                self.visit(each, known.get(name, rest), path + step)

    def _map(self, value: Mapping[str, Json], rules: Schema, path: str) -> None:
        if not value:
            self._write(path, [_TYPE])
            return
        matchers: list[Matcher] = [{"match": "values"}]
        keys = rules.get("propertyNames")
        rule = _of_scalar(next(iter(value)), fits.resolved(keys, self.root)) if keys else _TYPE
        if rule["match"] == "regex":
            matchers.append({"match": "eachKey", "value": next(iter(value)), "rules": [rule]})
        self._write(path, matchers)
        self.visit(next(iter(value.values())), rules.get("additionalProperties", {}), f"{path}.*")

    def _list(self, value: list[Json], rules: Schema, path: str) -> None:
        members = _list(rules.get("prefixItems"))
        if members:
            for position, each in enumerate(value):
                schema = members[position] if position < len(members) else rules.get("items", {})
                self.visit(each, schema, f"{path}[{position}]")
            return
        if not value:
            self._write(path, [_TYPE])
            return
        self._write(path, [{**_TYPE, **_bounds(rules, path)}])
        for each in reversed(value):  # the first example has the last word
            self.visit(each, rules.get("items", {}), f"{path}[*]")

    def _write(self, path: str, matchers: list[Matcher]) -> None:
        either = len(matchers) > 1 and matchers[0]["match"] != "values"
        self.rules[path] = {"combine": "OR" if either else "AND", "matchers": list(matchers)}


def _bounds(rules: Schema, path: str) -> Matcher:
    """At least one item where the example has some; a list in each of many may be empty."""
    least, most = rules.get("minItems", 0), rules.get("maxItems")
    needed = max(least if isinstance(least, int) else 0, 0 if "*" in path else 1)
    bounds: Matcher = {"min": needed} if needed else {}
    return bounds | ({"max": most} if most is not None else {})


def _null_matchers(members: list[Schema], nullable: bool) -> list[Matcher]:
    """What else than null is taken where the example is null: scalars only can be said."""
    if not nullable:
        return [_ANYTHING] if members == [{}] else [_NULL]
    if _is_decimal(members):
        return [{"match": "regex", "regex": formats.DECIMAL_TEXT}, _NUMBERS["number"]]
    return [each for member in members for each in _of_absent(member)]


def _of_absent(schema: Schema) -> list[Matcher]:
    kind = schema.get("type")
    if kind in _NUMBERS:
        return [_NUMBERS[str(kind)]]
    if kind == "boolean":
        return [{"match": "boolean"}]
    texts = schema.get("enum", [schema["const"]] if "const" in schema else None)
    if texts is not None and all(isinstance(each, str) for each in _list(texts)):
        return [_one_of(_list(texts))]
    pattern = schema.get("pattern")
    if kind == "string":
        return [_of_pattern(pattern) if isinstance(pattern, str) else _ANYTHING]
    return []


def _of_scalar(value: Json, schema: Schema) -> Matcher:
    if "const" in schema:
        return _EQUAL
    if "enum" in schema:
        values = _list(schema["enum"])
        return _one_of(values) if all(isinstance(each, str) for each in values) else _by_type(value)
    kind = schema.get("type")
    if isinstance(kind, str) and kind in _NUMBERS:
        return _NUMBERS[kind]
    if isinstance(value, str):
        return _of_text(value, schema)
    return _TYPE if schema else _ANYTHING


def _of_text(value: str, schema: Schema) -> Matcher:
    pattern, named = schema.get("pattern"), schema.get("format")
    regex = formats.regex_for(named, value) if isinstance(named, str) else None
    if regex is not None:
        return {"match": "regex", "regex": regex}
    if isinstance(pattern, str):
        return _of_pattern(pattern)
    return _TYPE if schema else _ANYTHING


def _of_pattern(pattern: str) -> Matcher:
    """A pattern of JSON Schema is searched for, and one of pact matches whole."""
    whole = pattern.startswith("^") and pattern.endswith("$") and "|" not in pattern
    any_text = formats.ANYTHING
    return {"match": "regex", "regex": pattern if whole else f"{any_text}(?:{pattern}){any_text}"}


def _one_of(values: list[Json]) -> Matcher:
    return {"match": "regex", "regex": f"^({'|'.join(formats.literal(str(v)) for v in values)})$"}


def _by_type(value: Json) -> Matcher:
    return _NUMBERS["integer"] if isinstance(value, int) and value is not True else _TYPE


def _is_decimal(members: list[Schema]) -> bool:
    kinds = {member.get("type"): member for member in members}
    text = kinds.get("string", {})
    return (
        len(members) == 2 and "number" in kinds and text.get("pattern") == formats.DECIMAL_PATTERN
    )


def _step(name: str) -> str | None:
    """A field in pact's path language, which has no way to write some names."""
    if _PLAIN.fullmatch(name):
        return f".{name}"
    return None if "'" in name or "\\" in name else f"['{name}']"


def _list(value: Json) -> list[Json]:
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else []
