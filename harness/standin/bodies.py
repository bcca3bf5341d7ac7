"""How a JSON body differs from the one that a contract holds, where its rules do not allow it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.domain.json import Json, json_path, kind_of
from harness.domain.pact import Rule
from harness.standin.expressions import Expressions, Place
from harness.standin.matchers import is_list, items_of, same, same_kind, satisfies

_OF_CONTAINERS = frozenset({"values", "eachKey", "eachValue", "arrayContains"})
_INHERITABLE = frozenset({"type", "equality"})


@dataclass(frozen=True, slots=True)
class Compared:
    """
    How a part of a request compares with a contract's example.

    Shape: `differences` are sentences; `softened` counts the values that are not the example's and
    that a rule lets pass.
    """

    differences: tuple[str, ...] = ()
    softened: int = 0


def compare_json(expected: Json, actual: Json, rules: Mapping[str, Rule]) -> Compared:
    """Compare a body with the example of a contract, whose rules soften the comparison."""
    comparison = _Comparison(Expressions(rules))
    differences = tuple(comparison.walk(expected, actual, ()))
    return Compared(differences, comparison.softened)


class _Comparison:
    def __init__(self, rules: Expressions) -> None:
        self._rules = rules
        self.softened = 0

    def walk(self, expected: Json, actual: Json, place: Place) -> Iterator[str]:
        """Give every difference at a place and below it."""
        applied = self._rules.at(place)
        rule = applied.rule if applied else None
        if rule is not None and applied is not None and applied.inherited:
            rule = _handed_down(rule)
        if rule is None or not rule.matchers:
            yield from self._plain(expected, actual, place, None)
        elif any(matcher.get("match") in _OF_CONTAINERS for matcher in rule.matchers):
            yield from self._contained(expected, actual, place, rule)
        elif not satisfies(rule, expected, actual):
            asked = ", ".join(str(matcher.get("match")) for matcher in rule.matchers)
            yield f"{json_path(place)}: expected {asked}, seen {kind_of(actual)}"
        elif same_kind(expected, actual) and isinstance(expected, Mapping | list | tuple):
            yield from self._plain(expected, actual, place, rule)
        else:
            self.softened += not same(expected, actual)

    def _plain(
        self, expected: Json, actual: Json, place: Place, rule: Rule | None
    ) -> Iterator[str]:
        if isinstance(expected, Mapping) and isinstance(actual, Mapping):
            yield from self._objects(expected, actual, place)
        elif is_list(expected) and is_list(actual):
            yield from self._lists(expected, actual, place, by_rule=_repeats(rule))
        elif not same(expected, actual):
            yield f"{json_path(place)}: expected {kind_of(expected)}, seen {kind_of(actual)}"

    def _objects(
        self, expected: Mapping[str, Json], actual: Mapping[str, Json], place: Place
    ) -> Iterator[str]:
        for key, value in expected.items():
            if key in actual:
                yield from self.walk(value, actual[key], (*place, key))
            else:
                yield f"{json_path((*place, key))}: missing"
        for key in actual.keys() - expected.keys():
            yield f"{json_path((*place, key))}: not in the contract"

    def _lists(self, expected: Json, actual: Json, place: Place, *, by_rule: bool) -> Iterator[str]:
        ours, theirs = items_of(expected), items_of(actual)
        if not by_rule and len(ours) != len(theirs):
            yield f"{json_path(place)}: expected {len(ours)} elements, seen {len(theirs)}"
            return
        self.softened += len(ours) != len(theirs)
        for at, value in enumerate(theirs if ours else ()):
            example = ours[at] if at < len(ours) else ours[0]
            yield from self.walk(example, value, (*place, at))

    def _contained(self, expected: Json, actual: Json, place: Place, rule: Rule) -> Iterator[str]:
        if not same_kind(expected, actual):
            yield f"{json_path(place)}: expected {kind_of(expected)}, seen {kind_of(actual)}"
        elif isinstance(expected, Mapping) and isinstance(actual, Mapping):
            yield from self._free_keys(expected, actual, place, rule)
        else:
            yield from self._variants(expected, actual, place, rule)

    def _free_keys(
        self, expected: Mapping[str, Json], actual: Mapping[str, Json], place: Place, rule: Rule
    ) -> Iterator[str]:
        """Keys are as they come, or as `eachKey` asks; values follow an example each."""
        self.softened += expected.keys() != actual.keys()
        keys = rules_within(rule, "eachKey")
        first = next(iter(expected.values()), None)
        for key, value in actual.items():
            if any(not satisfies(each, "", key) for each in keys):
                yield f"{json_path((*place, key))}: the contract expects other keys"
            elif expected:
                yield from self._each(expected.get(key, first), value, (*place, key), rule)

    def _each(self, example: Json, value: Json, place: Place, rule: Rule) -> Iterator[str]:
        asked = rules_within(rule, "eachValue")
        if not asked:
            yield from self.walk(example, value, place)
        elif all(satisfies(each, example, value) for each in asked):
            self.softened += not same(example, value)
        else:
            yield f"{json_path(place)}: the contract expects other values"

    def _variants(self, expected: Json, actual: Json, place: Place, rule: Rule) -> Iterator[str]:
        if rules_within(rule, "eachValue"):
            example = next(iter(items_of(expected)), None)
            for at, value in enumerate(items_of(actual)):
                yield from self._each(example, value, (*place, at), rule)
            return
        self.softened += not same(expected, actual)
        for example, rules in variants_of(rule, expected):
            found = (compare_json(example, value, rules) for value in items_of(actual))
            if all(compared.differences for compared in found):
                yield f"{json_path(place)}: an element that the contract names is missing"


def _handed_down(rule: Rule) -> Rule | None:
    """What a rule for something says of what is in it: sizes are its own."""
    kept = tuple(
        {"match": matcher["match"]}
        for matcher in rule.matchers
        if matcher.get("match") in _INHERITABLE
    )
    return Rule(kept, rule.combine) if kept else None


def _repeats(rule: Rule | None) -> bool:
    return rule is not None and any(
        matcher.get("match", "type") == "type" or {"min", "max"} & matcher.keys()
        for matcher in rule.matchers
    )


def rules_within(rule: Rule, kind: str) -> tuple[Rule, ...]:
    """The rules that a matcher such as `eachKey` holds."""
    return tuple(
        Rule((inner,))
        for matcher in rule.matchers
        if matcher.get("match") == kind
        for inner in items_of(matcher.get("rules"))
        if isinstance(inner, Mapping)
    )


def variants_of(rule: Rule, expected: Json) -> Iterator[tuple[Json, Mapping[str, Rule]]]:
    """The elements that `arrayContains` names, each with its own rules."""
    examples = items_of(expected)
    for matcher in rule.matchers:
        for variant in items_of(matcher.get("variants")):
            at = variant.get("index") if isinstance(variant, Mapping) else None
            if isinstance(variant, Mapping) and isinstance(at, int) and 0 <= at < len(examples):
                yield examples[at], _own_rules(variant.get("rules"))


def _own_rules(written: Json) -> Mapping[str, Rule]:
    if not isinstance(written, Mapping):
        return {}
    found = {}
    for expression, rule in written.items():
        if isinstance(rule, Mapping):
            matchers = tuple(m for m in items_of(rule.get("matchers")) if isinstance(m, Mapping))
            found[expression] = Rule(matchers, str(rule.get("combine", "AND")).upper())
    return found
