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
_INTEGER: Final = "-?[0-9]+"
_NUMBER: Final = r"-?[0-9]+(\.[0-9]+)?"
_BOOLEAN: Final = "true|false"
_OF_CONTAINERS: Final = frozenset({"values", "eachKey", "eachValue", "arrayContains"})
# Any value of the kind of which these rules speak, where a pact shows none.
_STANDING_IN: Final[Mapping[str, Json]] = {
    **dict.fromkeys(("integer", "number", "decimal"), 0),
    **dict.fromkeys(("regex", "include", "semver", *DEFAULTS), ""),
    "boolean": False,
    "null": None,
}
_LIKE: Final = Rule(({"match": "type"},))
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
            return self._container(name, example, place, matcher, applied)
        if name in DEFAULTS:
            return time_schema(name, matcher.get("format", matcher.get(name)), example)
        if name == "equality" and kind_of_value(example) in ("object", "array"):
            return self._plain(example, place)
        if name == "include" and isinstance(example, str):
            return _include(matcher)
        if name == "notEmpty" and not applied.inherited:
            return self._not_empty(example, place)
        if name in _SCALARS:
            return _SCALARS[name](example, matcher)
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
        return _members([self.schema(each, (*place, at)) for at, each in enumerate(examples)])

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
        self,
        name: str,
        example: Json,
        place: Place,
        matcher: Mapping[str, Json],
        applied: Applied,
    ) -> Json:
        if name == "arrayContains":
            return self._variants(example, place, matcher)
        if name == "eachKey":
            return self._keys(mapping(example), place, matcher, applied.rule)
        nested = _nested(matcher) if name == "eachValue" else []
        own = self._below(place, nested[0]) if nested else self
        if name == "eachValue" and kind_of_value(example) == "array":
            listed = own._members(sequence(example), place)
            return {"type": "array", **(listed or {"items": own._unseen(nested, place)})}
        held = own._values(mapping(example), place, own.schema)
        return {"type": "object", **(held or {"additionalProperties": own._unseen(nested, place)})}

    def _unseen(self, nested: list[Rule], place: Place) -> Json:
        """What rules say of values of which there is no example."""
        said = {str(each.get("match")) for rule in nested for each in rule.matchers}
        if not said or not said <= _STANDING_IN.keys():
            return True
        return self.schema(_STANDING_IN[min(said)], (*place, "*"))

    def _keys(
        self, example: Mapping[str, Json], place: Place, matcher: Mapping[str, Json], rule: Rule
    ) -> Json:
        """The keys; and the values, of which the example tells where no other matcher does."""
        first = next(iter(example), "")
        names = [schema_of_text(first, each) for each in _nested(matcher)]
        schema: dict[str, Json] = {"type": "object"}
        if names:
            schema["propertyNames"] = {"allOf": names}
        others = {str(each.get("match")) for each in rule.matchers}
        if rule.combine != "OR" and others & {"eachValue", "values"}:
            return schema
        return {**schema, **self._values(example, place, self._alike(place))}

    def _values(
        self, example: Mapping[str, Json], place: Place, own: Callable[[Json, Place], Json]
    ) -> dict[str, Json]:
        """Each value follows the example of its name, and the first one under other names."""
        each = {name: own(value, (*place, name)) for name, value in example.items()}
        if not each:
            return {}
        first = next(iter(each.values()))
        named = {} if all(one == first for one in each.values()) else {"properties": each}
        return {**named, "additionalProperties": first}

    def _alike(self, place: Place) -> Callable[[Json, Place], Json]:
        """What a value's own rule says of it, or else that it is of the example's kind."""
        like = self._below(place, _LIKE)
        return lambda value, at: (self if self._expressions.at(at) else like).schema(value, at)

    def _below(self, place: Place, rule: Rule) -> _Derivation:
        """The same with a rule for each value that a place holds."""
        return _Derivation(self._expressions.having((*place, "*"), rule), self._strict)

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


def _members(each: list[Json]) -> dict[str, Json]:
    """Each item follows the example at its position, and the first one behind the last."""
    if not each:
        return {}
    if all(one == each[0] for one in each):
        return {"items": each[0]}
    return {"prefixItems": each, "items": each[0]}


def _nested(matcher: Mapping[str, Json]) -> list[Rule]:
    listed = tuple(mapping(each) for each in sequence(matcher.get("rules")))
    return [Rule(listed)] if listed else []


def _regex(example: Json, matcher: Mapping[str, Json]) -> Json:
    """A pattern matches whole; of a number it is asked in a text that no schema can see."""
    pattern = matcher.get("regex")
    if not isinstance(example, str) or not isinstance(pattern, str):
        return {"type": kind_of_value(example)}
    return {"type": "string", "pattern": pattern if _is_whole(pattern) else f"^(?:{pattern})$"}


def _is_whole(pattern: str) -> bool:
    """Whether a pattern is bound to both ends of a text by its own signs."""
    body = pattern.removesuffix("$")
    escapes = len(body) - len(body.rstrip("\\"))
    is_bound = pattern.startswith("^") and body != pattern and escapes % 2 == 0
    return is_bound and "|" not in pattern


def _written(example: Json, typed: dict[str, Json], pattern: str) -> Json:
    """What a rule of a kind asks for, or the text of it where the example is a text."""
    if isinstance(example, str):
        return {"type": "string", "pattern": f"^(?:{pattern})$"}
    return dict(typed)


def _include(matcher: Mapping[str, Json]) -> Json:
    text = str(matcher.get("value", ""))
    escaped = "".join("\\" + sign if sign in r"\^$.|?*+()[]{}" else sign for sign in text)
    return {"type": "string", "pattern": escaped}


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


_SCALARS: Final[Mapping[str, Callable[[Json, Mapping[str, Json]], Json]]] = {
    "equality": lambda example, _: {"const": example},
    "regex": _regex,
    "integer": lambda example, _: _written(example, {"type": "integer"}, _INTEGER),
    "number": lambda example, _: _written(example, {"type": "number"}, _NUMBER),
    "decimal": lambda example, _: _written(example, {"type": "number"}, _NUMBER),
    "boolean": lambda example, _: _written(example, {"type": "boolean"}, _BOOLEAN),
    "null": lambda *_: {"type": "null"},
    "semver": lambda *_: {"type": "string", "pattern": SEMVER},
    "contentType": lambda *_: True,
    "statusCode": lambda _, matcher: {"enum": list(status_codes(matcher))},
}
