"""A body with one place changed to something else that its schema allows."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from harness.compat.possible.scalars import numbers_at_limits, texts_at_limits
from harness.compat.schemas.bounds import Bounds, Exhausted, Work
from harness.compat.schemas.expanding import Expander
from harness.compat.schemas.outcome import Any, path_text
from harness.compat.schemas.places import MISSING, Missing
from harness.compat.schemas.sampling import NoValue, Sampler
from harness.compat.schemas.shapes import Node, Shape, frozen, kind_of_value
from harness.compat.schemas.sides import Side
from harness.domain.json import Json, canonical, json_path, shortened

Place: TypeAlias = tuple[str | int, ...]

UNKNOWN_FIELD: Final = "field_of_a_later_version"
_DEEPEST: Final = 12
_MOST_MEMBERS: Final = 24
_MANY: Final = 20
_MOST_BRANCHES: Final = 12
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
    """Names the changes of bodies that one schema allows."""

    side: Side
    bounds: Bounds = field(default_factory=Bounds)
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

    def allowed(self, body: Json) -> Iterator[tuple[Variation, Json]]:
        """
        Every change that leaves a valid body valid, with the body that it makes.

        Shape: changes that make the same body are told once.
        """
        seen = {canonical(body)}
        for one in self._found(body):
            made = one.applied(body)
            if isinstance(made, Missing) or self.side.judge.accepts(made) is not True:
                continue
            text = canonical(made)
            if text not in seen:
                seen.add(text)
                yield one, made

    def _found(self, body: Json) -> Iterator[Variation]:
        try:
            yield from self._at(self.node, body, ())
        except (Exhausted, RecursionError):
            # What was found until then is what there is.
            return

    def _at(self, node: Node, value: Json, place: Place) -> Iterator[Variation]:
        """The changes of a value itself, and then those of what it holds."""
        if len(place) > _DEEPEST:
            return
        kind = kind_of_value(value)
        alike: list[Shape] = []
        for shape in itertools.islice(self.sampler.expander.shapes(node), _MOST_BRANCHES):
            if shape.kind == kind:
                alike.append(shape)
            else:
                yield from self._another_kind(shape, place)
        for at, shape in enumerate(alike):
            yield from self._itself(shape, value, place, is_one_of_many=len(alike) > 1, at=at)
        for shape in alike:
            yield from self._within(shape, value, place)

    def _another_kind(self, shape: Shape, place: Place) -> Iterator[Variation]:
        try:
            made = self.sampler.of_shape(shape)
        except NoValue:
            return
        yield Variation(place, "is null" if made is None else f"is {shortened(made)}", made)

    def _itself(
        self, shape: Shape, value: Json, place: Place, *, is_one_of_many: bool, at: int
    ) -> Iterator[Variation]:
        if shape.values is not None:
            for member in _some(shape.values):
                if frozen(member) != frozen(value):
                    yield Variation(place, f"is {shortened(member)}", member)
        elif shape.kind == "object":
            if is_one_of_many:
                yield from self._branch(shape, place, at)
        elif shape.kind == "array":
            yield from self._lengths(shape, value, place)
        elif shape.kind == "number":
            for what, number in numbers_at_limits(shape):
                yield Variation(place, what, number)
        elif shape.kind == "string":
            for what, text in texts_at_limits(shape):
                yield Variation(place, what, text)

    def _branch(self, shape: Shape, place: Place, at: int) -> Iterator[Variation]:
        try:
            yield Variation(place, f"is of form {at + 1}", self.sampler.of_shape(shape))
        except NoValue:
            return

    def _lengths(self, shape: Shape, value: Json, place: Place) -> Iterator[Variation]:
        items = list(value) if isinstance(value, list) else []
        yield Variation(place, "is empty", [])
        kept = items[:1] or self._first_item(shape)
        if kept:
            yield Variation(place, "holds one item", kept)
            for count in (2, _MANY):
                filled = list(itertools.islice(itertools.cycle(items or kept), count))
                yield Variation(place, f"holds {count} items", filled)

    def _first_item(self, shape: Shape) -> list[Json]:
        try:
            return [self.sampler.smallest(shape.item(0))]
        except NoValue:
            return []

    def _within(self, shape: Shape, value: Json, place: Place) -> Iterator[Variation]:
        if isinstance(value, Mapping):
            yield from self._fields(shape, value, place)
        elif isinstance(value, list) and value:
            yield from self._at(shape.item(0), value[0], (*place, 0))

    def _fields(self, shape: Shape, value: Mapping[str, Json], place: Place) -> Iterator[Variation]:
        required = frozenset(shape.required())
        for name in value:
            if name not in required:
                yield Variation((*place, name), "is absent", MISSING)
        for name in shape.declared():
            if name not in value:
                yield from self._added(shape, name, place)
        yield Variation((*place, UNKNOWN_FIELD), "is there, which nobody declares", _NEW)
        for name, held in value.items():
            yield from self._at(shape.child(name), held, (*place, name))

    def _added(self, shape: Shape, name: str, place: Place) -> Iterator[Variation]:
        """An optional field that the body lacks, in each of the kinds that it may be of."""
        for kind in itertools.islice(self.sampler.expander.shapes(shape.child(name)), 4):
            try:
                made = self.sampler.of_shape(kind)
            except NoValue:
                continue
            said = "is null" if made is None else f"is there: {shortened(made)}"
            yield Variation((*place, name), said, made)


def _some(values: tuple[Json, ...]) -> Iterable[Json]:
    """All members of an enum, or of an enormous one those at both ends."""
    if len(values) <= _MOST_MEMBERS:
        return values
    half = _MOST_MEMBERS // 2
    return (*values[:half], *values[-half:])


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
