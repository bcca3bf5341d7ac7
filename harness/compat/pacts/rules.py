"""What one example with its matching rules shows a consumer to accept, as JSON Schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from harness.compat.pacts.expressions import Applied, Expressions, Place
from harness.compat.pacts.timeformats import DEFAULTS, time_schema
from harness.compat.schemas.shapes import kind_of_value
from harness.documents.pact_rules import read_rules
from harness.domain.json import Json, mapping, sequence
from harness.domain.pact import Rule

SEMVER: Final = (
    r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$"
)
_OF_CONTAINERS: Final = frozenset({"values", "eachKey", "eachValue", "arrayContains"})
_LEAST: Final = {"string": "minLength", "array": "minItems", "object": "minProperties"}
_MAX_DEPTH: Final = 64


def schema_of_rules(example: Json, rules: Mapping[str, Rule], *, strict: bool = False) -> Json:
    """
    The schema of what a body's example and rules let pass.

    Shape: a lower bound of what the consumer takes; `strict` refuses keys that the example does
    not have, as pact does for what a consumer sends.
    """
    return _Derivation(Expressions(rules), strict).schema(example, ())


def schema_of_text(example: str, rule: Rule | None) -> Json:
    """The schema of a text (a header, a path, a body that is not JSON) with its own rule."""
    if rule is None or not rule.matchers:
        return {"const": example}
    expressions = Expressions({"$": rule})
    return _Derivation(expressions, strict=True).schema(example, ())


class _Derivation:
    def __init__(self, expressions: Expressions, strict: bool) -> None:
        self._expressions = expressions
        self._strict = strict
        self._scalars: dict[str, Callable[[Json, Mapping[str, Json]], Json]] = {
            "equality": lambda example, _: {"const": example},
            "regex": _regex,
            "integer": lambda *_: {"type": "integer"},
            "number": lambda *_: {"type": "number"},
            "decimal": lambda *_: {"type": "number"},
            "boolean": lambda *_: {"type": "boolean"},
            "null": lambda *_: {"type": "null"},
            "include": _include,
            "semver": lambda *_: {"type": "string", "pattern": SEMVER},
            "contentType": lambda *_: True,
            "statusCode": lambda _, matcher: {"enum": list(status_codes(matcher))},
        }

    def schema(self, example: Json, place: Place) -> Json:
        if len(place) > _MAX_DEPTH:
            return True
        applied = self._expressions.at(place)
        if applied is None:
            return self._plain(example, place)
        members = [
            self._matched(example, place, matcher, applied) for matcher in applied.rule.matchers
        ]
        if len(members) == 1:
            return members[0]
        return {"anyOf" if applied.rule.combine == "OR" else "allOf": members}

    def _matched(
        self, example: Json, place: Place, matcher: Mapping[str, Json], applied: Applied
    ) -> Json:
        name = str(matcher.get("match", "type"))
        if name in _OF_CONTAINERS:
            return self._container(name, example, place, matcher)
        if name in DEFAULTS:
            return time_schema(name, matcher.get("format", matcher.get(name)))
        if name == "equality" and kind_of_value(example) in ("object", "array"):
            return self._plain(example, place)
        if name == "notEmpty":
            return self._not_empty(example, place)
        if name in self._scalars:
            return self._scalars[name](example, matcher)
        return self._typed(example, place, {} if applied.inherited else matcher)

    def _plain(self, example: Json, place: Place) -> Json:
        kind = kind_of_value(example)
        if kind == "object":
            return self._object(mapping(example), place)
        if kind == "array":
            items = sequence(example)
            members = [self.schema(each, (*place, at)) for at, each in enumerate(items)]
            counted: dict[str, Json] = {"minItems": len(items), "maxItems": len(items)}
            return {"type": "array", **counted, **({"prefixItems": members} if members else {})}
        return {"const": example}

    def _typed(self, example: Json, place: Place, matcher: Mapping[str, Json]) -> Json:
        kind = kind_of_value(example)
        if kind == "object":
            return self._object(mapping(example), place)
        if kind != "array":
            return {"type": kind}
        limits = {"min": "minItems", "max": "maxItems"}
        bounds = {limits[key]: matcher[key] for key in limits if isinstance(matcher.get(key), int)}
        return {"type": "array", **bounds, **self._members(sequence(example), place)}

    def _members(self, examples: Sequence[Json], place: Place) -> dict[str, Json]:
        """Each item follows the example at its position, and the first one behind the last."""
        members = [self.schema(each, (*place, at)) for at, each in enumerate(examples)]
        if not members:
            return {}
        if all(each == members[0] for each in members):
            return {"items": members[0]}
        return {"prefixItems": members, "items": members[0]}

    def _object(self, example: Mapping[str, Json], place: Place) -> Json:
        properties = {name: self.schema(each, (*place, name)) for name, each in example.items()}
        schema: dict[str, Json] = {
            "type": "object",
            "properties": properties,
            "required": list(properties),
        }
        if self._strict and example:
            schema["additionalProperties"] = False
        return schema

    def _not_empty(self, example: Json, place: Place) -> Json:
        word = _LEAST.get(kind_of_value(example))
        typed = self._typed(example, place, {})
        return {**mapping(typed), word: 1} if word else typed

    def _container(
        self, name: str, example: Json, place: Place, matcher: Mapping[str, Json]
    ) -> Json:
        if name == "arrayContains":
            return self._variants(example, place, matcher)
        if kind_of_value(example) == "array" and name == "eachValue":
            each = self._each(next(iter(sequence(example)), None), (*place, 0), matcher)
            return {"type": "array", "items": each}
        held = mapping(example)
        first = next(iter(held), None)
        if name == "eachKey":
            names = [schema_of_text(first or "", rule) for rule in _nested(matcher)]
            return {"type": "object", "propertyNames": {"allOf": names} if names else True}
        value: Json = held[first] if first is not None else None
        step = first if first is not None else "*"
        if name == "eachValue":
            below = self._each(value, (*place, step), matcher)
        else:
            below = self.schema(value, (*place, step)) if first is not None else True
        return {"type": "object", "additionalProperties": below}

    def _each(self, example: Json, place: Place, matcher: Mapping[str, Json]) -> Json:
        rules = _nested(matcher)
        own = Expressions({"$": rules[0]}) if rules else self._expressions
        at = () if rules else place
        return _Derivation(own, self._strict).schema(example, at)

    def _variants(self, example: Json, place: Place, matcher: Mapping[str, Json]) -> Json:
        parts: list[Json] = []
        examples = sequence(example)
        for variant in sequence(matcher.get("variants")):
            at = mapping(variant).get("index")
            if not isinstance(at, int) or not 0 <= at < len(examples):
                continue
            rules = read_rules({"body": dict(mapping(mapping(variant).get("rules")))})
            inner = _Derivation(Expressions(rules.get("body", {})), self._strict)
            parts.append({"contains": inner.schema(examples[at], ())})
        return {"type": "array", "allOf": parts} if parts else {"type": "array"}


def _nested(matcher: Mapping[str, Json]) -> list[Rule]:
    listed = tuple(mapping(each) for each in sequence(matcher.get("rules")))
    return [Rule(listed)] if listed else []


def _regex(example: Json, matcher: Mapping[str, Json]) -> Json:
    """A pattern matches whole; of a number it is asked in a text that no schema can see."""
    pattern = matcher.get("regex")
    if not isinstance(example, str) or not isinstance(pattern, str):
        return {"type": kind_of_value(example)}
    whole = pattern.startswith("^") and pattern.endswith("$") and "|" not in pattern
    return {"type": "string", "pattern": pattern if whole else f"^(?:{pattern})$"}


def _include(example: Json, matcher: Mapping[str, Json]) -> Json:
    text = str(matcher.get("value", ""))
    escaped = "".join("\\" + sign if sign in r"\^$.|?*+()[]{}" else sign for sign in text)
    return {"type": "string", "pattern": escaped} if isinstance(example, str) else True


_CLASSES: Final = {
    "info": range(100, 200),
    "success": range(200, 300),
    "redirect": range(300, 400),
    "clientError": range(400, 500),
    "serverError": range(500, 600),
    "nonError": range(100, 400),
    "error": range(400, 600),
}


def status_codes(matcher: Mapping[str, Json]) -> tuple[int, ...]:
    """The statuses that a matcher of statuses lets pass."""
    wanted = matcher.get("status")
    if isinstance(wanted, str):
        return tuple(_CLASSES.get(wanted, range(100, 600)))
    return tuple(each for each in sequence(wanted) if isinstance(each, int)) or tuple(
        range(100, 600)
    )
