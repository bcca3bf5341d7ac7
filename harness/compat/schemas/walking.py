"""Walks a writer and a reader side by side, along what the reader names."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from harness.compat.schemas import oracle
from harness.compat.schemas.assuming import Assumptions
from harness.compat.schemas.bounds import Exhausted, Work
from harness.compat.schemas.expanding import Expander
from harness.compat.schemas.judging import Judge
from harness.compat.schemas.leaves import compare_listed, compare_scalars
from harness.compat.schemas.lists import compare_lists
from harness.compat.schemas.objects import compare_objects
from harness.compat.schemas.places import (
    MISSING,
    Doubt,
    Found,
    Missing,
    Off,
    Trial,
    at_most,
    made,
    of_alternatives,
    one_each,
)
from harness.compat.schemas.rendering import shape_schema, union_schema
from harness.compat.schemas.sampling import Emptiness, NoValue, Sampler
from harness.compat.schemas.shapes import (
    Group,
    Node,
    Shape,
    covers_plainly,
    frozen,
    key_of,
    meet,
    says_nothing,
    settled,
)
from harness.compat.schemas.words import either, words_of, words_of_shape
from harness.domain.fit import Kind
from harness.domain.json import Json

_MOST_SPLITS = 64
_FEW = 3
_COST_OF_SEARCH = 200
_PLACES_PER_STEP = 5


@dataclass(slots=True)
class Walk:
    """One comparison under way."""

    work: Work
    expander: Expander = field(init=False)
    sampler: Sampler = field(init=False)
    empty: Emptiness = field(init=False)
    _pairs: Assumptions = field(default_factory=Assumptions)

    def __post_init__(self) -> None:
        self.expander = Expander(self.work)
        self.sampler = Sampler(self.expander)
        self.empty = Emptiness(self.expander)

    def compare(self, writer: Node, reader: Node, depth: int = 0) -> Found:
        """What does not fit between two nodes."""
        writer, reader = settled(writer), settled(reader)
        if says_nothing(reader) or covers_plainly(reader, writer):
            return Found()
        pair = (key_of(writer), key_of(reader))
        walk = partial(self._walked, writer, reader, depth)
        return self._pairs.found(pair, (writer, reader), walk)

    def _walked(self, writer: Node, reader: Node, depth: int) -> Found:
        self.work.spend()
        self.work.check_depth(depth)
        found = at_most(self._compared(writer, reader, depth), self.work.bounds.places)
        try:
            self.work.spend(len(found.off) // _PLACES_PER_STEP)
        except Exhausted as limit:
            found.doubts.append(Doubt((), str(limit)))
        return found

    def _compared(self, writer: Node, reader: Node, depth: int) -> Found:
        readers = self.expander.shapes(reader)
        parts: list[tuple[str, Found]] = []
        for shape in self.expander.shapes(writer):
            found = self._of_shape(shape, reader, readers, depth)
            if found.covered or not self.empty.of_shape(shape):
                parts.append((shape.kind, found))
        return self._told(of_alternatives(parts), writer) if parts else Found()

    def _told(self, found: Found, writer: Node) -> Found:
        """What is refused whole is told in the words of the whole."""
        for at, off in enumerate(found.off):
            if not off.path and (off.kind is Kind.IMPOSSIBLE or off.sent.count(" or ") > 3):
                found.off[at] = replace(off, sent=words_of(self.expander, writer))
        return found

    def _of_shape(self, shape: Shape, reader: Node, readers: Iterable[Shape], depth: int) -> Found:
        same = [each for each in readers if each.kind == shape.kind]
        if not same and shape.unsaid:
            return Found(doubts=[Doubt((), shape.unsaid, trial=Trial.NOTHING)])
        if not same:
            accepted = words_of(self.expander, reader)
            return Found([self.off_at(shape, Kind.IMPOSSIBLE, accepted)])
        return self.against_any(shape, same, depth)

    def off_at(self, shape: Shape, kind: Kind, accepted: str) -> Off:
        """The whole of what a shape sends is refused."""
        return Off((), kind, partial(self.any_value, shape), words_of_shape(shape), accepted)

    def any_value(self, shape: Shape) -> Json | Missing:
        """A value of a shape, if one is found."""
        try:
            return self.sampler.of_shape(shape)
        except NoValue:
            return MISSING

    def against_any(self, shape: Shape, readers: list[Shape], depth: int, splits: int = 0) -> Found:
        """What of one shape fits none of some shapes of its kind."""
        if len(readers) == 1:
            return self._against(shape, readers[0], depth)
        readers = self._of_its_tag(shape, readers) if len(readers) > _FEW else readers
        tried: list[tuple[Shape, Found]] = []
        for each in readers:
            found = self._against(shape, each, depth)
            if found.covered:
                return found
            tried.append((each, found))
        if shape.values is not None:
            return compare_listed(shape, readers)
        near = [(each, found) for each, found in tried if self._may_meet(shape, each)]
        if len(near) == 1:
            return near[0][1]
        if not near:
            return min((found for _, found in tried), key=lambda found: len(found.off))
        return self._of_union(shape, [each for each, _ in near], depth, splits)

    def _of_its_tag(self, shape: Shape, readers: list[Shape]) -> list[Shape]:
        """The readers that a property with few values does not tell apart from the shape."""
        for name in shape.required() if shape.kind == "object" else ():
            mine = {frozen(value) for value in self._few_values(shape.child(name))}
            left = [each for each in readers if self._shares(each, name, mine)]
            if mine and left and len(left) < len(readers):
                return left
        return readers

    def _shares(self, reader: Shape, name: str, values: set[object]) -> bool:
        theirs = self._few_values(reader.child(name))
        return not theirs or any(frozen(each) in values for each in theirs)

    def _may_meet(self, one: Shape, other: Shape) -> bool:
        both = meet(one, other)
        return both is not None and not self.empty.of_shape(both)

    def _of_union(self, shape: Shape, readers: list[Shape], depth: int, splits: int) -> Found:
        if shape.kind == "object" and splits < 3:
            ways = self._split(shape, readers)
            if ways:
                parts = [
                    (shape.kind, self._narrowed(each, readers, depth, splits + 1)) for each in ways
                ]
                return of_alternatives(parts)
        union = union_schema(readers)
        obliged = any(each.excluded or each.unsaid for each in readers)
        if not obliged and oracle.covers(union, shape_schema(shape)):
            return Found()
        return self.searched(shape, readers, "the writer fits none of several alternatives alone")

    def _narrowed(self, shape: Shape, readers: list[Shape], depth: int, splits: int) -> Found:
        near = [each for each in readers if self._may_meet(shape, each)]
        return self.against_any(shape, near or readers, depth, splits)

    def _split(self, shape: Shape, readers: list[Shape]) -> list[Shape]:
        """The shape once for each value of a property that tells the readers apart."""
        for name in shape.required():
            values = self._few_values(shape.child(name))
            told = [self._few_values(each.child(name)) for each in readers]
            if len(values) > 1 and any(told) and len(values) <= _MOST_SPLITS:
                return [_with_value(shape, name, value) for value in values]
        return []

    def _few_values(self, node: Node) -> tuple[Json, ...]:
        shapes = self.expander.shapes(node)
        if any(each.values is None for each in shapes):
            return ()
        return tuple(value for each in shapes for value in each.values or ())

    def _against(self, shape: Shape, reader: Shape, depth: int) -> Found:
        pair = (shape.kind, shape.origin, reader.origin)
        if not shape.origin or not reader.origin:
            return self._of_pair(shape, reader, depth)
        return self._pairs.once(pair, partial(self._of_pair, shape, reader, depth))

    def _of_pair(self, shape: Shape, reader: Shape, depth: int) -> Found:
        found = Found()
        unsaid = shape.unsaid or reader.unsaid
        free = reader.values is None and not any(reader.facets()) and not reader.excluded
        if reader.unsaid or (unsaid and not free):
            trial = Trial.NOTHING if shape.unsaid else Trial.REFUSAL
            return Found(doubts=[Doubt((), unsaid, trial=trial)])
        if shape.values is not None:
            found.add(compare_listed(shape, [reader]))
        elif reader.values is not None and shape.kind in ("array", "object"):
            found.add(self.as_a_whole(shape, reader, "few values are accepted"))
        elif shape.kind in ("string", "number"):
            found.add(compare_scalars(shape, reader, self.work.bounds.seed))
        elif shape.kind == "array":
            found.add(compare_lists(self, shape, reader, depth))
        elif shape.kind == "object":
            found.add(compare_objects(self, shape, reader, depth))
        for other in reader.excluded if found.covered else ():
            found.add(self._outside(shape, reader, other))
        return one_each(found)

    def _outside(self, shape: Shape, reader: Shape, other: Node) -> Found:
        """What the reader accepts must not be met by what it excludes."""
        self.work.spend()
        meets = [meet(shape, each) for each in self.expander.shapes(other)]
        left = [both for both in meets if both is not None and not self.empty.of_shape(both)]
        if not left:
            return Found()
        return self.searched(shape, [reader], "the reader excludes other alternatives", left)

    def as_a_whole(self, shape: Shape, reader: Shape, reason: str) -> Found:
        """What a reader asks of no part of a value alone is judged by the whole."""
        if oracle.covers(shape_schema(reader), shape_schema(shape)):
            return Found()
        return self.searched(shape, [reader], reason)

    def searched(
        self, shape: Shape, readers: list[Shape], reason: str, first: Iterable[Shape] = ()
    ) -> Found:
        """Look for a value that the readers refuse, where nothing could be proven."""
        self.work.spend(_COST_OF_SEARCH)
        accepts, sends = Judge(union_schema(readers)), Judge(shape_schema(shape))
        if accepts.fault or sends.fault:
            return Found(doubts=[Doubt((), accepts.fault or sends.fault)])
        tried = 0
        for value in self._candidates(shape, first):
            is_accepted = accepts.accepts(value) if sends.accepts(value) else None
            tried += is_accepted is True
            if is_accepted is False:
                accepted = either(dict.fromkeys(words_of_shape(each) for each in readers))
                off = Off((), Kind.MAY_BREAK, made(value), words_of_shape(shape), accepted)
                return Found([off])
        return Found(doubts=[Doubt((), reason, tried)])

    def _variants(self, shape: Shape) -> Iterator[Json]:
        try:
            yield from self.sampler.variants_of(shape)
        except NoValue:
            return

    def _candidates(self, shape: Shape, first: Iterable[Shape]) -> Iterable[Json]:
        limit = self.work.bounds.tries
        for each in (*first, shape):
            yield from itertools.islice(self._variants(each), limit // 2)
        chance = random.Random(self.work.bounds.seed)
        for _ in range(limit // 2):
            try:
                yield self.sampler.random_of(shape, chance)
            except NoValue:
                continue


def _with_value(shape: Shape, name: str, value: Json) -> Shape:
    only: Json = {"const": value}
    world = shape.groups[0].world
    group = Group(world, ({"properties": {name: only}, "additionalProperties": True},))
    origin = (*shape.origin, id(group))
    groups = (*shape.groups, group)
    return Shape(shape.kind, shape.values, groups, shape.excluded, shape.unsaid, origin)
