"""Which of a pact's rules speaks of a place of a body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from harness.domain.pact import Rule

Place = tuple[str | int, ...]

_TOKEN = re.compile(
    r"""\.(?P<name>[^.\[\]]+)|\[(?P<index>\d+|\*)\]|\[(?P<quote>['"])(?P<quoted>.*?)(?P=quote)\]""",
    re.DOTALL,
)
_HANDED_DOWN = frozenset({"type", "equality", "min", "max"})


@dataclass(frozen=True, slots=True)
class Applied:
    """The rule for a place; an inherited one stands at something that holds the place."""

    rule: Rule
    inherited: bool


class Expressions:
    """The rules of one body by place."""

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self._rules = [(tokens_of(expression), rule) for expression, rule in rules.items()]

    def at(self, place: Place) -> Applied | None:
        """The rule for a place: the longest expression, and of these the one that names most."""
        best: tuple[int, int] = (-1, -1)
        found: Applied | None = None
        for tokens, rule in self._rules:
            exact = _weight(tokens, place)
            if exact is None or not rule.matchers:
                continue
            inherited = len(tokens) < len(place)
            if inherited and not _is_handed_down(rule):
                continue
            if (len(tokens), exact) > best:
                best, found = (len(tokens), exact), Applied(rule, inherited)
        return found


def _is_handed_down(rule: Rule) -> bool:
    return all(str(each.get("match", "type")) in _HANDED_DOWN for each in rule.matchers)


def _weight(tokens: tuple[str | int, ...], place: Place) -> int | None:
    """How many steps of a place an expression names, one more, or none where it is elsewhere."""
    if len(tokens) > len(place):
        return None
    exact = 1
    for token, step in zip(tokens, place, strict=False):
        if token == "*":
            continue
        if token != step:
            return None
        exact += 1
    return exact


@lru_cache(maxsize=4096)
def tokens_of(expression: str) -> tuple[str | int, ...]:
    """The steps of an expression; one that cannot be read is a step that no place has."""
    rest = expression.removeprefix("$")
    if expression == rest:
        rest = "." + rest if rest else rest
    tokens: list[str | int] = []
    at = 0
    while at < len(rest):
        matched = _TOKEN.match(rest, at)
        if matched is None:
            return ("\0unreadable",)
        index = matched["index"]
        if index is not None:
            tokens.append("*" if index == "*" else int(index))
        else:
            tokens.append(matched["name"] if matched["quoted"] is None else matched["quoted"])
        at = matched.end()
    return tuple(tokens)
