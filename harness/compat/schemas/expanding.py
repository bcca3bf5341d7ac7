"""All the ways in which a node can be met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeVar

from harness.compat.schemas.bounds import Exhausted, Work
from harness.compat.schemas.shapes import (
    ALL_WORDS,
    HINTS,
    WORDS,
    Group,
    Node,
    NodeKey,
    Part,
    Shape,
    World,
    frozen,
    key_of,
    kind_of_value,
)
from harness.domain.document import UNKNOWN_BECAUSE
from harness.domain.json import Json, is_mapping, mapping, sequence

_T = TypeVar("_T")
_KINDS: Final = ("object", "array", "string", "number", "boolean", "null")
_IS_INTEGER: Final[Mapping[str, Json]] = {"multipleOf": 1}
_IN_PLACE_DEPTH: Final = 60
_KEPT: Final = {kind: words | HINTS for kind, words in WORDS.items()}
_CONDITIONS: Final = frozenset({"if", "not", "dependentSchemas"})
_FEW: Final[Mapping[str, tuple[Json, ...]]] = {"null": (None,), "boolean": (False, True)}
_TELLING: Final = frozenset({"type", "enum", "const", UNKNOWN_BECAUSE})


class _Draft(NamedTuple):
    """
    A way that is not yet told to the end.

    Shape: a tuple that is made by position, since thousands are made a comparison.
    """

    kinds: tuple[str, ...] = _KINDS
    values: tuple[Json, ...] | None = None
    done: tuple[Group, ...] = ()
    facets: tuple[Mapping[str, Json], ...] = ()
    excluded: tuple[Node, ...] = ()
    unsaid: str = ""
    typed: bool = False
    origin: tuple[int, ...] = ()


@dataclass(slots=True)
class Expander:
    """
    Tells the shapes of nodes, each once.

    Shape: one that `thins` tells some of the shapes where there are more than the bounds allow,
    which will do for drawing values and for nothing else.
    """

    work: Work
    thins: bool = False
    _known: dict[NodeKey, tuple[Node, tuple[Shape, ...]]] = field(default_factory=dict)
    _made: list[Json] = field(default_factory=list)

    def shapes(self, node: Node) -> tuple[Shape, ...]:
        """
        The shapes of a node, those of the first alternatives first.

        Raises: Exhausted.
        """
        key = key_of(node)
        if key not in self._known:
            self._known[key] = (node, tuple(self._expanded(node)))
        return self._known[key][1]

    def _expanded(self, node: Node) -> Iterator[Shape]:
        drafts = [_Draft()]
        for world, parts in _by_world(node):
            for part in parts:
                drafts = self._applied(drafts, part.schema, world, 0)
            drafts = [_grouped(draft, world) for draft in drafts]
        for draft in drafts:
            yield from _finished(draft)

    def _applied(
        self, drafts: list[_Draft], schema: Json, world: World, depth: int
    ) -> list[_Draft]:
        self.work.spend()
        if depth > _IN_PLACE_DEPTH and self.thins:
            return []
        if depth > _IN_PLACE_DEPTH:
            raise Exhausted(f"schemas nested in place more than {_IN_PLACE_DEPTH} times")
        if schema is False or not drafts:
            return []
        if not is_mapping(schema):
            return drafts
        if "$ref" in schema:
            drafts = self._applied(drafts, world.resolve(schema["$ref"]), world, depth + 1)
        drafts = [draft for each in drafts if (draft := _with_words(each, schema, world))]
        for branch in sequence(schema["allOf"]) if "allOf" in schema else ():
            drafts = self._applied(drafts, branch, world, depth + 1)
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                drafts = self._forked(drafts, schema, keyword, world, depth)
        is_conditional = not _CONDITIONS.isdisjoint(schema)
        return self._conditional(drafts, schema, world, depth) if is_conditional else drafts

    def _forked(
        self,
        drafts: list[_Draft],
        schema: Mapping[str, Json],
        keyword: str,
        world: World,
        depth: int,
    ) -> list[_Draft]:
        branches = list(sequence(schema[keyword]))
        if self.thins:
            branches = self._bounded(branches)
        found: list[_Draft] = []
        for at, branch in enumerate(branches):
            ways = self._applied(drafts, branch, world, depth + 1)
            if keyword == "oneOf":
                others: list[Node] = [
                    (Part(each, world),) for i, each in enumerate(branches) if i != at
                ]
                ways = [_excluding(way, others) for way in ways]
            found.extend(ways)
            found = self._bounded(found)
        return found

    def _conditional(
        self, drafts: list[_Draft], schema: Mapping[str, Json], world: World, depth: int
    ) -> list[_Draft]:
        if "if" in schema:
            held = self._applied(drafts, schema["if"], world, depth + 1)
            held = self._applied(held, schema.get("then", True), world, depth + 1)
            other = self._applied(drafts, schema.get("else", True), world, depth + 1)
            without: list[Node] = [(Part(schema["if"], world),)]
            drafts = self._bounded([*held, *(_excluding(each, without) for each in other)])
        if "not" in schema:
            drafts = [_excluding(each, [(Part(schema["not"], world),)]) for each in drafts]
        for name, dependent in mapping(schema.get("dependentSchemas")).items():
            absent: Json = {"properties": {name: False}}
            present: Json = {"required": [name]}
            # Shapes tell schemas by their identity, which must not pass on to another.
            self._made += (absent, present)
            held = self._applied(drafts, present, world, depth + 1)
            held = self._applied(held, dependent, world, depth + 1)
            absent_too = self._applied(drafts, absent, world, depth + 1)
            drafts = self._bounded([*held, *absent_too])
        return drafts

    def _bounded(self, ways: list[_T]) -> list[_T]:
        """All ways where they are few, else some from each end to the other."""
        limit = self.work.bounds.alternatives
        if len(ways) <= limit:
            return ways
        if not self.thins:
            raise Exhausted(f"a schema can be met in more than {limit} ways")
        return [ways[at * len(ways) // limit] for at in range(limit)]


def _grouped(draft: _Draft, world: World) -> _Draft:
    """The way with what its facets say as one group."""
    kinds, values, done, facets, excluded, unsaid, typed, origin = draft
    group = Group(world, facets)
    return _Draft(kinds, values, (*done, group), (), excluded, unsaid, typed, origin)


def _by_world(node: Node) -> Iterator[tuple[World, list[Part]]]:
    """Parts of one closed world are closed together; others keep to themselves."""
    if len(node) == 1:
        yield node[0].world, [node[0]]
        return
    closed: dict[int, tuple[World, list[Part]]] = {}
    for part in node:
        if part.world.closed:
            closed.setdefault(id(part.world), (part.world, []))[1].append(part)
        else:
            yield part.world, [part]
    yield from closed.values()


def _with_words(draft: _Draft, schema: Mapping[str, Json], world: World) -> _Draft | None:
    """The way with what a schema says in its own keywords, or none where they contradict it."""
    kinds, values, done, facets, excluded, unsaid, typed, origin = draft
    if "type" in schema:
        named = schema["type"]
        types = {named} if isinstance(named, str) else {str(each) for each in sequence(named)}
        if "integer" in types and "number" not in types:
            types.add("number")
            facets = (*facets, _IS_INTEGER)
        kinds = tuple(kind for kind in kinds if kind in types)
    for keyword in ("const", "enum"):
        if keyword in schema:
            listed = [schema["const"]] if keyword == "const" else sequence(schema["enum"])
            values = _common(values, listed)
    if not kinds or values == ():
        return None
    words = {key: value for key, value in schema.items() if key in ALL_WORDS}
    said = schema.get(UNKNOWN_BECAUSE)
    if words or not _TELLING.isdisjoint(schema):
        origin = (*origin, id(schema))
    return _Draft(
        kinds,
        values,
        done,
        (*facets, words) if words else facets,
        excluded,
        unsaid or (said if isinstance(said, str) else ""),
        typed or "type" in schema or not world.closed,
        origin,
    )


def _common(known: tuple[Json, ...] | None, listed: Iterable[Json]) -> tuple[Json, ...]:
    if known is None:
        return tuple(listed)
    allowed = {frozen(each) for each in listed}
    return tuple(value for value in known if frozen(value) in allowed)


def _excluding(draft: _Draft, others: list[Node]) -> _Draft:
    told = tuple(id(part.schema) for node in others for part in node)
    origin = (*draft.origin, *told)
    return draft._replace(excluded=(*draft.excluded, *others), origin=origin)


def _finished(draft: _Draft) -> Iterator[Shape]:
    by_kind: dict[str, list[Json]] = {}
    for value in draft.values or ():
        by_kind.setdefault(kind_of_value(value), []).append(value)
    for kind in draft.kinds if draft.typed or draft.values is not None else _meant(draft):
        if draft.values is not None and kind not in by_kind:
            continue
        values = tuple(by_kind[kind]) if draft.values is not None else _FEW.get(kind)
        groups = tuple([_of_kind(group, kind) for group in draft.done])
        yield Shape(kind, values, groups, draft.excluded, draft.unsaid, draft.origin)


def _meant(draft: _Draft) -> tuple[str, ...]:
    """A writer that speaks only of objects, and names no type, means an object."""
    said = {word for group in draft.done for facet in group.facets for word in facet} - HINTS
    meant = tuple(kind for kind in draft.kinds if said & WORDS[kind])
    return meant if len(meant) == 1 else draft.kinds


def _of_kind(group: Group, kind: str) -> Group:
    kept = _KEPT[kind]
    if all(facet.keys() <= kept for facet in group.facets):
        return group
    facets = (
        {word: value for word, value in facet.items() if word in kept} for facet in group.facets
    )
    return Group(group.world, tuple(facet for facet in facets if facet))
