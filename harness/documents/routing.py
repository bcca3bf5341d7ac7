"""Which operation of a document answers a concrete method and path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from urllib.parse import unquote

from harness.domain.document import Document, Operation

_PARAMETER = re.compile(r"\{([^{}/]*)\}")
_MAX_COMPARED = 200


def path_shape(template: str) -> str:
    """A path template without the names of its parameters: `/users/{id}` gives `/users/{}`."""
    return _PARAMETER.sub("{}", template)


@dataclass(frozen=True, slots=True)
class Match:
    """
    An operation with what a concrete path holds for its parameters.

    Shape: `base_path` is the prefix that was taken off before matching.
    """

    operation: Operation
    values: Mapping[str, str]
    base_path: str = ""


@dataclass(slots=True)
class _Node:
    """
    What follows the beginning of a path: fixed segments, segments with parameters, an end.

    Shape: `open` is keyed by the segment's shape, the shape with the most fixed signs first.
    """

    fixed: dict[str, _Node] = field(default_factory=dict)
    open: dict[str, tuple[tuple[str, ...], _Node]] = field(default_factory=dict)
    end: Operation | None = None


class Router:
    """
    The operations of a document by path.

    Shape: `base_paths` are the prefixes that a concrete path must carry, `""` for none; where they
    are not given, an operation answers under those of its servers and under none.
    """

    def __init__(self, document: Document, base_paths: Iterable[str] | None = None) -> None:
        self._operations = document.operations
        self._own_bases = base_paths is None
        bases = (
            {"", *(base for each in document.operations for base in each.base_paths)}
            if base_paths is None
            else {base.rstrip("/") for base in base_paths}
        )
        self._bases = sorted(bases, key=lambda base: (-len(base), base))
        self._roots: dict[str, _Node] = {}
        for operation in document.operations:
            self._add(operation)

    def match(self, method: str, path: str) -> Operation | None:
        """The operation that answers, or none; a query behind the path is passed over."""
        found = self.find(method, path)
        return found.operation if found is not None else None

    def find(self, method: str, path: str) -> Match | None:
        """The operation that answers, with the values of its parameters."""
        root = self._roots.get(method) or self._roots.get(method.upper())
        if root is None:
            return None
        bare = _bare(path)
        for base in self._bases:
            rest = bare[len(base) :]
            if not bare.startswith(base) or not rest.startswith("/"):
                continue
            segments = [unquote(segment) for segment in _segments(rest)]
            operation = _walk(root, segments)
            if operation is not None and self._offers(operation, base):
                return Match(operation, _values(operation, segments), base)
        return None

    def nearest(self, method: str, path: str, limit: int = 3) -> tuple[Operation, ...]:
        """The operations that look most like a method and path, the likeliest first."""
        matcher = SequenceMatcher(b=_bare(path)[:_MAX_COMPARED], autojunk=False)
        scores: list[float] = []
        for operation in self._operations:
            matcher.set_seq1(operation.path[:_MAX_COMPARED])
            scores.append(matcher.ratio() + (0.1 if operation.method == method.upper() else 0))
        order = sorted(range(len(scores)), key=lambda at: (-scores[at], at))
        return tuple(self._operations[at] for at in order[:limit])

    def _offers(self, operation: Operation, base: str) -> bool:
        return not self._own_bases or not base or base in operation.base_paths

    def _add(self, operation: Operation) -> None:
        node = self._roots.setdefault(operation.method, _Node())
        for segment in _segments(_bare(operation.path)):
            if _PARAMETER.search(segment) is None:
                node = node.fixed.setdefault(unquote(segment), _Node())
                continue
            shape = path_shape(segment)
            if shape not in node.open:
                node.open[shape] = (_pieces(segment), _Node())
                node.open = dict(sorted(node.open.items(), key=lambda item: -len(item[0])))
            node = node.open[shape][1]
        # Two templates of one shape answer the same paths: the first keeps them.
        if node.end is None:
            node.end = operation


def _bare(path: str) -> str:
    return path.partition("?")[0].partition("#")[0]


def _segments(path: str) -> list[str]:
    return path.removeprefix("/").split("/")


def _pieces(segment: str) -> tuple[str, ...]:
    """The fixed pieces of a segment, with a parameter between each two."""
    return tuple(unquote(piece) for piece in _PARAMETER.split(segment)[::2])


def _taken(pieces: tuple[str, ...], segment: str) -> list[str] | None:
    """
    What the parameters between fixed pieces take, or none where the segment does not fit.

    Shape: each parameter takes as little as it can and never nothing, which needs no second try:
    a regular expression would try every division.
    """
    if not segment.startswith(pieces[0]):
        return None
    values: list[str] = []
    at = len(pieces[0])
    for piece in pieces[1:-1]:
        end = segment.find(piece, at + 1)
        if end < 0:
            return None
        values.append(segment[at:end])
        at = end + len(piece)
    end = len(segment) - len(pieces[-1])
    if end <= at or not segment.endswith(pieces[-1]):
        return None
    return [*values, segment[at:end]]


def _walk(root: _Node, segments: list[str]) -> Operation | None:
    """Every beginning is tried at most once: the tree has one node for each."""
    waiting = [(root, 0)]
    while waiting:
        node, at = waiting.pop()
        if at == len(segments):
            if node.end is not None:
                return node.end
            continue
        segment = segments[at]
        for pieces, below in reversed(node.open.values()):
            if _taken(pieces, segment) is not None:
                waiting.append((below, at + 1))
        if segment in node.fixed:
            waiting.append((node.fixed[segment], at + 1))
    return None


def _values(operation: Operation, segments: list[str]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for template, segment in zip(_segments(_bare(operation.path)), segments, strict=True):
        names = _PARAMETER.findall(template)
        taken = _taken(_pieces(template), segment) if names else None
        found.update(zip(names, taken or (), strict=False))
    return found
