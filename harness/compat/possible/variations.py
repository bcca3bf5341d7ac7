"""A body with one place changed to something else that its schema allows."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from harness.compat.possible.forms import admits, formats_of, is_told
from harness.compat.possible.ordering import Rank
from harness.compat.possible.scalars import at_limits
from harness.compat.schemas.bounds import Bounds, Exhausted, Work
from harness.compat.schemas.expanding import Expander
from harness.compat.schemas.outcome import Any, path_text
from harness.compat.schemas.places import MISSING, Missing
from harness.compat.schemas.sampling import NoValue, Sampler
from harness.compat.schemas.shapes import (
    Node,
    Shape,
    frozen,
    kind_of_value,
    numbers,
    says_nothing,
)
from harness.compat.schemas.shrinking import is_small
from harness.compat.schemas.sides import Side
from harness.domain.json import Json, json_path, mapping, sequence, shortened

Place: TypeAlias = tuple[str | int, ...]

UNKNOWN_FIELD: Final = "field_of_a_later_version"
_DEEPEST: Final = 12
_MOST_FOUND: Final = 20_000
_MOST_MEMBERS: Final = 24
_MOST_LISTED: Final = 1_000
_MOST_BRANCHES: Final = 12
_MOST_KINDS: Final = 4
_MOST_KEYS: Final = 2
_MANY: Final = 20
_ODD_KEY: Final = "key with a blank, a dot. and \u6f22"
_NEW: Final[Json] = "new"


@dataclass(frozen=True, slots=True)
class Variation:
    """
    A change at one place of a body.

    Shape: `place` is the keys and positions that lead there, `scion` what stands there now.
    """

    place: Place
    what: str
    scion: Json | Missing
    rank: Rank = Rank.ANOTHER_VALUE

    def applied(self, body: Json) -> Json | Missing:
        """The body with the change; missing where it has no such place."""
        return _put(body, self.place, self.scion)

    @property
    def path(self) -> str:
        """The place as the engine names it, any item of a list for each."""
        return path_text(tuple(Any.ITEM if isinstance(at, int) else at for at in self.place))

    @property
    def sentence(self) -> str:
        """The change in words: `$.items[0].name is null`."""
        return f"{json_path(self.place)} {self.what}"


@dataclass(slots=True)
class Variations:
    """
    Names the changes of bodies that one schema allows.

    Shape: `unknown` says why a place was passed over, the first of several, or nothing.
    """

    side: Side
    bounds: Bounds = field(default_factory=Bounds)
    unknown: str = ""
    sampler: Sampler = field(init=False)

    def __post_init__(self) -> None:
        self.sampler = Sampler(Expander(Work(self.bounds)))

    @property
    def node(self) -> Node:
        """What a whole body must meet."""
        return (self.side.part,)

    def refresh(self) -> None:
        """Begin to count steps anew."""
        self.sampler.expander.work.spent = 0

    def of(self, body: Json) -> list[Variation]:
        """
        The changes of a valid body, those first that break most code.

        Shape: within a class what is near the root comes first. Most of them leave the body valid;
        what words beside a place ask of it is not looked at, and is for a judge of whole bodies.
        """
        found = itertools.islice(self._told(self._found(body)), _MOST_FOUND)
        return sorted(found, key=lambda one: (one.rank, len(one.place)))

    def _found(self, body: Json) -> Iterator[Variation]:
        for shape in self.sampler.expander.shapes(self.node):
            self.unknown = self.unknown or shape.unsaid
        yield from self._told(self._together(body))
        yield from self._at(self.node, body, ())

    def _told(self, found: Iterator[Variation]) -> Iterator[Variation]:
        """What is found at one place until a limit is reached, which others need not reach."""
        try:
            yield from found
        except (Exhausted, RecursionError) as limit:
            self.unknown = self.unknown or str(limit) or "nested too deeply"

    def _together(self, body: Json) -> Iterator[Variation]:
        """The barest and the fullest form of a body."""
        for shape in self._shapes(self.node) if isinstance(body, Mapping) else ():
            if not admits(self.sampler.expander, shape, body):
                continue
            held, required = mapping(body), frozenset(shape.required())
            barest: Json = {name: each for name, each in held.items() if name in required}
            yield Variation((), "holds only what it must", barest, Rank.EMPTY)
            full = dict(held)
            for name in shape.declared():
                for one in self._added(shape, name, ()) if name not in held else ():
                    if one.scion is not None and not isinstance(one.scion, Missing):
                        full[name] = one.scion
                        break
            yield Variation((), "holds all that it may", full, Rank.ANOTHER_VALUE)
            return

    def _shapes(self, node: Node) -> list[Shape]:
        """The ways to meet a node, none where it says nothing or cannot be told."""
        if says_nothing(node):
            return []
        found = itertools.islice(self.sampler.expander.shapes(node), _MOST_BRANCHES)
        return [shape for shape in found if not shape.unsaid]

    def _at(self, node: Node, value: Json, place: Place) -> Iterator[Variation]:
        """The changes of a value itself, and then those of what it holds."""
        if len(place) > _DEEPEST:
            return
        kind = kind_of_value(value)
        shapes = self._shapes(node)
        alike = [shape for shape in shapes if shape.kind == kind]
        for shape in shapes:
            if shape.kind != kind:
                yield from self._brought(node, shape, place, "is", Rank.ANOTHER_FORM)
        formats = tuple(formats_of(node))
        for at, shape in enumerate(alike):
            if len(alike) > 1 and kind == "object":
                made = self._made(node, shape)
                yield Variation(place, f"is of form {at + 1}", made, Rank.ANOTHER_FORM)
            else:
                yield from self._itself(shape, value, place, formats)
        own = alike
        if len(alike) > 1:
            own = [shape for shape in alike if admits(self.sampler.expander, shape, value)]
        for shape in own or alike:
            yield from self._within(shape, value, place)

    def _brought(
        self, node: Node, shape: Shape, place: Place, verb: str, rank: Rank
    ) -> Iterator[Variation]:
        """What may stand at a place where nothing of its kind stood."""
        if shape.kind in ("null", "boolean") and shape.values is not None:
            for member in shape.values:
                its_rank = Rank.NULL if member is None else rank
                yield Variation(place, f"is {shortened(member)}", member, its_rank)
            return
        made = self._made(node, shape)
        if isinstance(made, Missing):
            return
        yield Variation(place, f"{verb} {shortened(made)}", made, rank)
        barest = self._barest(shape, made)
        if barest != made:
            yield Variation(place, f"{verb} {shortened(barest)}", barest, rank)

    def _made(self, node: Node, shape: Shape) -> Json | Missing:
        try:
            made = self.sampler.of_shape(shape)
        except NoValue:
            return MISSING
        is_small_enough = is_small(made, self.bounds.parts)
        is_shown = is_small_enough and is_told(self.sampler.expander, node, made)
        return made if is_shown else MISSING

    def _barest(self, shape: Shape, made: Json) -> Json:
        """A value that was made, with null wherever its own keys may be null."""
        return {
            name: None if self._is_nullable(shape.child(name)) else held
            for name, held in mapping(made).items()
        } or made

    def _is_nullable(self, node: Node) -> bool:
        return any(shape.kind == "null" for shape in self._shapes(node))

    def _itself(
        self, shape: Shape, value: Json, place: Place, formats: tuple[str, ...]
    ) -> Iterator[Variation]:
        if shape.values is not None:
            for at, member in enumerate(_some(shape.values)):
                rank = Rank.ANOTHER_VALUE if at < _MOST_MEMBERS else Rank.ONE_OF_VERY_MANY
                if frozen(member) != frozen(value):
                    yield Variation(place, f"is {shortened(member)}", member, rank)
        elif shape.kind == "array":
            yield from self._lengths(shape, sequence(value), place)
        elif shape.kind in ("number", "string"):
            for rank, what, scalar in at_limits(shape, formats):
                yield Variation(place, what, scalar, rank)

    def _lengths(self, shape: Shape, items: Sequence[Json], place: Place) -> Iterator[Variation]:
        yield Variation(place, "is empty", [], Rank.EMPTY)
        first = list(items[:1])
        if items[1:]:
            yield Variation(place, "holds one item", first, Rank.ANOTHER_FORM)
        node = shape.item(0)
        for kind in self._shapes(node)[:_MOST_KINDS] if not items else ():
            for one in self._brought(node, kind, (), "holds one item:", Rank.ANOTHER_FORM):
                first = first or _listed(one.scion)
                yield replace(one, place=place, scion=_listed(one.scion))
        words = ("minItems", "maxItems")
        named = {int(n) for word in words for n in numbers(shape.words(word)) if 1 < n <= _MANY}
        for count in sorted({2, _MANY, *named}) if first else ():
            filled = self._filled(shape, items or first, count)
            rank = Rank.ANOTHER_VALUE if count == 2 else Rank.AT_A_LIMIT
            yield Variation(place, f"holds {count} items", filled, rank)

    def _filled(self, shape: Shape, items: Sequence[Json], count: int) -> list[Json]:
        """The items again and again, or others beside them where no two may be the same."""
        if True not in shape.words("uniqueItems"):
            return list(itertools.islice(itertools.cycle(items), count))
        known = {frozen(item): item for item in items[:count]}
        for other in self.sampler.variants(shape.item(None), 1):
            if len(known) >= count or not is_small(other, self.bounds.parts):
                break
            known.setdefault(frozen(other), other)
        return list(known.values())

    def _within(self, shape: Shape, value: Json, place: Place) -> Iterator[Variation]:
        if isinstance(value, Mapping):
            yield from self._fields(shape, value, place)
        elif isinstance(value, list) and value:
            own = min(shape.positions(), len(value)) or 1
            for at in range(min(own, _MOST_BRANCHES)):
                yield from self._at(shape.item(at), value[at], (*place, at))
            if len(value) > own:
                # Code that looks at more than the first item meets there what first ones had.
                last = len(value) - 1
                for one in self._at(shape.item(last), value[last], (*place, last)):
                    if one.rank <= Rank.NULL:
                        yield one

    def _fields(self, shape: Shape, value: Mapping[str, Json], place: Place) -> Iterator[Variation]:
        required, declared = frozenset(shape.required()), shape.declared()
        # Of the keys of a map one is like the other.
        named = required.union(declared)
        others = (name for name in value if name not in named)
        kept = (
            *(name for name in value if name in named),
            *itertools.islice(others, _MOST_KEYS),
        )
        for name in kept:
            if name not in required:
                yield Variation((*place, name), "is absent", MISSING, Rank.ABSENT)
        for name in declared:
            if name not in value:
                yield from self._told(self._added(shape, name, place))
        yield from self._told(self._undeclared(shape, value, place, is_map=not declared))
        for name in kept:
            yield from self._told(self._at(shape.child(name), value[name], (*place, name)))

    def _undeclared(
        self, shape: Shape, value: Mapping[str, Json], place: Place, *, is_map: bool
    ) -> Iterator[Variation]:
        """Keys that no schema names: those of maps, and those of later versions."""
        try:
            held = self.sampler.smallest(shape.rest()) if shape.rest() else _NEW
        except NoValue:
            held = _NEW
        if is_map:
            if value:
                yield Variation(place, "is empty", {}, Rank.EMPTY)
            yield Variation((*place, _ODD_KEY), "is there", held, Rank.AT_A_LIMIT)
        else:
            what = "is there, which nobody declares"
            yield Variation((*place, UNKNOWN_FIELD), what, held, Rank.ADDED)

    def _added(self, shape: Shape, name: str, place: Place) -> Iterator[Variation]:
        """An optional field that the body lacks, in each of the kinds that it may be of."""
        node = shape.child(name)
        for kind in self._shapes(node)[:_MOST_KINDS]:
            yield from self._brought(node, kind, (*place, name), "is there:", Rank.ADDED)


def _listed(item: Json | Missing) -> list[Json]:
    return [] if isinstance(item, Missing) else [item]


def _some(values: tuple[Json, ...]) -> tuple[Json, ...]:
    """All members of an enum, those at both ends first where they are many."""
    half = _MOST_MEMBERS // 2
    if len(values) <= _MOST_MEMBERS:
        return values
    return (*values[:half], *values[-half:], *values[half:-half][:_MOST_LISTED])


def _put(value: Json, place: Place, scion: Json | Missing) -> Json | Missing:
    if not place:
        return scion
    step, rest = place[0], place[1:]
    if isinstance(value, Mapping) and isinstance(step, str):
        made = _put(value.get(step), rest, scion)
        if isinstance(made, Missing):
            return {key: held for key, held in value.items() if key != step}
        return {**value, step: made}
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        made = _put(value[step], rest, scion)
        after = () if isinstance(made, Missing) else (made,)
        return [*value[:step], *after, *value[step + 1 :]]
    return MISSING
