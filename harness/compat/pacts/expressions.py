"""Which of a pact's rules speaks of a place of a body."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from harness.domain.pact import Rule

Place = tuple[str | int, ...]

_TOKEN = re.compile(
    r"""\.(?P<name>[^.\[\]]+)|\[(?P<index>\d+|\*)\]|\[(?P<quote>['"])(?P<quoted>.*?)(?P=quote)\]""",
    re.DOTALL,
)
_HANDED_DOWN = frozenset({"type", "equality", "min", "max", "notEmpty"})


@dataclass(frozen=True, slots=True)
class Applied:
    """The rule for a place; an inherited one stands at something that holds the place."""

    rule: Rule
    inherited: bool


@dataclass(slots=True)
class _Node:
    """What stands at the end of some expressions, and what goes on from there."""

    rules: list[tuple[int, Rule]] = field(default_factory=list)
    below: dict[str | int, _Node] = field(default_factory=dict)


class Expressions:
    """The rules of one body by place."""

    def __init__(
        self, rules: Mapping[str, Rule], *, nearer: tuple[tuple[Place, Rule], ...] = ()
    ) -> None:
        self._rules = rules
        self._nearer = nearer
        self._root = _Node()
        for order, (expression, rule) in enumerate(rules.items()):
            self._put(tokens_of(expression), order, rule)
        for order, (place, rule) in enumerate(nearer, start=1):
            self._put(place, -order, rule)

    def _put(self, tokens: Place, order: int, rule: Rule) -> None:
        node = self._root
        for token in tokens:
            node = node.below.setdefault(token, _Node())
        if rule.matchers:
            node.rules.append((order, rule))

    def having(self, place: Place, rule: Rule) -> Expressions:
        """The same rules with another at one place, which goes before those that stand there."""
        return Expressions(self._rules, nearer=(*self._nearer, (place, rule)))

    def at(self, place: Place) -> Applied | None:
        """The rule for a place: the longest expression, and of these the one that names most."""
        found: Applied | None = None
        level: list[tuple[int, _Node]] = [(0, self._root)]
        for depth in range(len(place) + 1):
            if not level:
                break
            inherited = depth < len(place)
            rules = [(-exact, *each) for exact, node in level for each in node.rules]
            fitting = [each for each in rules if not inherited or _is_handed_down(each[2])]
            if fitting:
                found = Applied(min(fitting, key=lambda each: each[:2])[2], inherited)
            level = list(_next(level, place[depth])) if inherited else []
        return found


def _next(level: list[tuple[int, _Node]], step: str | int) -> Iterator[tuple[int, _Node]]:
    for exact, node in level:
        if step in node.below and step != "*":
            yield exact + 1, node.below[step]
        if "*" in node.below:
            yield exact, node.below["*"]


def _is_handed_down(rule: Rule) -> bool:
    return all(str(each.get("match", "type")) in _HANDED_DOWN for each in rule.matchers)


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
