"""
Whether every text of one regular expression is one of another.

By derivatives: what may follow a letter is an expression again, and there are finitely many.
Source: J. A. Brzozowski, Derivatives of Regular Expressions, 1964.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from harness.compat.schemas.regexes import (
    END,
    LAST,
    START,
    Ahead,
    Anchor,
    Choice,
    Letters,
    Range,
    Repeat,
    Row,
    Tree,
    Unreadable,
)

_MAX_STATES: Final = 4_000
_MAX_NODES: Final = 60_000
_MAX_COUNT: Final = 300
_ALL: Final = ((0, LAST),)

NodeId = int


@dataclass(frozen=True, slots=True)
class _Made:
    """An expression whose parts are numbers of other expressions."""

    form: str
    parts: tuple[int, ...] = ()
    ranges: tuple[Range, ...] = ()


class Languages:
    """Expressions that are compared with each other, each kept once."""

    def __init__(self) -> None:
        self._nodes: list[_Made] = []
        self._ids: dict[_Made, NodeId] = {}
        self._nullable: list[bool] = []
        self._derived: dict[tuple[NodeId, int], NodeId] = {}
        self.nothing = self._make(_Made("letters"))
        self.blank = self._make(_Made("blank"))
        self.all = self.star(self.letters(_ALL))

    def letters(self, ranges: tuple[Range, ...]) -> NodeId:
        """One letter out of some ranges."""
        return self._make(_Made("letters", ranges=ranges))

    def row(self, first: NodeId, second: NodeId) -> NodeId:
        """One expression after the other."""
        if self.nothing in (first, second):
            return self.nothing
        if first == self.blank:
            return second
        if second == self.blank:
            return first
        node = self._nodes[first]
        if node.form == "row":
            return self.row(node.parts[0], self.row(node.parts[1], second))
        return self._make(_Made("row", (first, second)))

    def star(self, part: NodeId) -> NodeId:
        """An expression any number of times."""
        if part in (self.nothing, self.blank) or self._nodes[part].form == "star":
            return part if self._nodes[part].form == "star" else self.blank
        return self._make(_Made("star", (part,)))

    def either(self, parts: Iterable[NodeId]) -> NodeId:
        """A text of one of some expressions."""
        flat = self._flat("either", parts) - {self.nothing}
        if self.all in flat:
            return self.all
        return self._of_set("either", flat, self.nothing)

    def both(self, parts: Iterable[NodeId]) -> NodeId:
        """A text of all of some expressions."""
        flat = self._flat("both", parts) - {self.all}
        if self.nothing in flat:
            return self.nothing
        return self._of_set("both", flat, self.all)

    def without(self, part: NodeId) -> NodeId:
        """Any other text."""
        if self._nodes[part].form == "without":
            return self._nodes[part].parts[0]
        swapped = {self.nothing: self.all, self.all: self.nothing}
        return swapped[part] if part in swapped else self._make(_Made("without", (part,)))

    def between(self, part: NodeId, least: int, most: int | None) -> NodeId:
        """
        An expression some times.

        Raises: Unreadable.
        """
        if max(least, most or 0) > _MAX_COUNT:
            raise Unreadable("a repeat too long to compare")
        found = self.star(part) if most is None else self.blank
        for _ in range((most or least) - least):
            found = self.either((self.blank, self.row(part, found)))
        for _ in range(least):
            found = self.row(part, found)
        return found

    def counterexample(self, writer: NodeId, reader: NodeId) -> str | None:
        """
        A shortest text of the one that is not one of the other, or none where there is none.

        Raises: Unreadable.
        """
        start = self.both((writer, self.without(reader)))
        signs = self._signs(start)
        seen = {start}
        waiting: list[tuple[NodeId, str]] = [(start, "")]
        for state, text in waiting:
            if self._nullable[state]:
                return text
            for sign in signs:
                following = self._derivative(state, sign)
                if following not in seen and following != self.nothing:
                    seen.add(following)
                    waiting.append((following, text + chr(sign)))
            if len(seen) > _MAX_STATES:
                raise Unreadable("patterns too large to compare")
        return None

    def _make(self, made: _Made) -> NodeId:
        if made not in self._ids:
            if len(self._nodes) > _MAX_NODES:
                raise Unreadable("patterns too large to compare")
            self._ids[made] = len(self._nodes)
            self._nodes.append(made)
            self._nullable.append(self._may_be_blank(made))
        return self._ids[made]

    def _may_be_blank(self, made: _Made) -> bool:
        parts = [self._nullable[part] for part in made.parts]
        answers = {
            "letters": False,
            "blank": True,
            "star": True,
            "row": all(parts),
            "both": all(parts),
            "either": any(parts),
            "without": not any(parts),
        }
        return answers[made.form]

    def _flat(self, form: str, parts: Iterable[NodeId]) -> set[NodeId]:
        found: set[NodeId] = set()
        for part in parts:
            node = self._nodes[part]
            found.update(node.parts if node.form == form else (part,))
        return found

    def _of_set(self, form: str, parts: set[NodeId], none: NodeId) -> NodeId:
        if len(parts) < 2:
            return parts.pop() if parts else none
        return self._make(_Made(form, tuple(sorted(parts))))

    def _derivative(self, node: NodeId, sign: int) -> NodeId:
        key = (node, sign)
        if key not in self._derived:
            self._derived[key] = self._after(self._nodes[node], sign)
        return self._derived[key]

    def _after(self, made: _Made, sign: int) -> NodeId:
        """What may follow a letter."""
        if made.form == "letters":
            held = any(low <= sign <= high for low, high in made.ranges)
            return self.blank if held else self.nothing
        if made.form == "blank":
            return self.nothing
        derived = [self._derivative(part, sign) for part in made.parts]
        if made.form == "either":
            return self.either(derived)
        if made.form == "both":
            return self.both(derived)
        if made.form == "without":
            return self.without(derived[0])
        if made.form == "star":
            return self.row(derived[0], self._make(made))
        first, second = made.parts
        onward = self.row(derived[0], second)
        return self.either((onward, derived[1])) if self._nullable[first] else onward

    def _signs(self, start: NodeId) -> Sequence[int]:
        """One letter for each way in which letters are told apart, readable ones first."""
        cuts = {0}
        seen: set[NodeId] = set()
        waiting = [start]
        while waiting:
            at = waiting.pop()
            if at in seen:
                continue
            seen.add(at)
            for low, high in self._nodes[at].ranges:
                cuts.update((low, high + 1))
            waiting.extend(self._nodes[at].parts)
        ends = sorted(cut for cut in cuts if cut <= LAST)
        spans = zip(ends, [*ends[1:], LAST + 1], strict=True)
        return sorted((_readable(low, high - 1) for low, high in spans), key=_plainness)


def _readable(low: int, high: int) -> int:
    return next((sign for sign in (97, 48, 65, 95, 45, 32) if low <= sign <= high), low)


def _plainness(sign: int) -> tuple[bool, int]:
    return (not chr(sign).isalnum(), sign)


def language(languages: Languages, tree: Tree) -> NodeId:
    """
    The texts in which a pattern is found.

    Raises: Unreadable.
    """
    options = tree.options if isinstance(tree, Choice) else (tree,)
    return languages.either([_found(languages, each) for each in options])


def _found(languages: Languages, tree: Tree) -> NodeId:
    """The texts of one branch, from the last part to the first."""
    parts = list(tree.parts) if isinstance(tree, Row) else [tree]
    after = languages.blank if _ends(tree) else languages.all
    at_end = True
    for at in range(len(parts) - 1, -1, -1):
        part = parts[at]
        at_start = all(isinstance(each, Anchor | Ahead) for each in parts[:at]) and _starts(tree)
        if isinstance(part, Ahead):
            ahead = _ahead(languages, part, at_start)
            wanted = languages.without(ahead) if part.negated else ahead
            after = languages.both((after, wanted))
            continue
        after = languages.row(_inner(languages, part, at_start, at_end and _ends(tree)), after)
        at_end = at_end and isinstance(part, Anchor)
    return after if _starts(tree) else languages.row(languages.all, after)


def _ahead(languages: Languages, part: Ahead, at_start: bool) -> NodeId:
    inner = _inner(languages, part.part, at_start, True)
    return inner if _ends(part.part) else languages.row(inner, languages.all)


def _inner(languages: Languages, tree: Tree, at_start: bool, at_end: bool) -> NodeId:
    """The texts of a part; an anchor in it must stand where the text begins or ends anyway."""
    if isinstance(tree, Letters):
        return languages.letters(tree.ranges)
    if isinstance(tree, Choice):
        return languages.either(_inner(languages, each, at_start, at_end) for each in tree.options)
    if isinstance(tree, Repeat):
        part = _inner(languages, tree.part, False, False)
        return languages.between(part, tree.least, tree.most)
    if isinstance(tree, Row):
        return _inner_row(languages, tree.parts, at_start, at_end)
    if isinstance(tree, Anchor) and (at_start if tree is START else at_end):
        return languages.blank
    raise Unreadable("an anchor or a look-ahead in the middle")


def _inner_row(
    languages: Languages, parts: tuple[Tree, ...], at_start: bool, at_end: bool
) -> NodeId:
    found = languages.blank
    for at in range(len(parts) - 1, -1, -1):
        first = at_start and all(isinstance(each, Anchor) for each in parts[:at])
        last = at_end and all(isinstance(each, Anchor) for each in parts[at + 1 :])
        found = languages.row(_inner(languages, parts[at], first, last), found)
    return found


def _starts(tree: Tree) -> bool:
    """Whether a pattern can be found at the beginning only."""
    if isinstance(tree, Row):
        solid = [part for part in tree.parts if not isinstance(part, Ahead)]
        return bool(solid) and _starts(solid[0])
    return all(map(_starts, tree.options)) if isinstance(tree, Choice) else tree is START


def _ends(tree: Tree) -> bool:
    """Whether a pattern can be found at the end only."""
    if isinstance(tree, Row):
        return bool(tree.parts) and _ends(tree.parts[-1])
    return all(map(_ends, tree.options)) if isinstance(tree, Choice) else tree is END
