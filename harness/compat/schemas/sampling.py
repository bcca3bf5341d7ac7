"""Values that meet shapes: the smallest one, those at each choice, and some by chance."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from harness.compat.schemas import oracle, scalars
from harness.compat.schemas.bounds import Exhausted
from harness.compat.schemas.expanding import Expander
from harness.compat.schemas.outcome import Any, Path, Step
from harness.compat.schemas.shapes import (
    Node,
    NodeKey,
    Part,
    Shape,
    is_met_plainly,
    key_of,
    numbers,
    says_nothing,
)
from harness.domain.json import Json, mapping, sequence

_MOST_ITEMS = 50
_MOST_POOLED = 64
_PER_STEP = 10
_POOL_SEED = 1
_SIMPLE_FIRST = {"string": 0, "number": 0, "boolean": 0, "array": 1, "object": 1, "null": 2}


class NoValue(Exception):
    """No value was found; that says nothing of whether there is one."""


@dataclass(slots=True)
class Sampler:
    """Makes values of nodes; the smallest value of each is made once."""

    expander: Expander
    _known: dict[NodeKey, Json] = field(default_factory=dict)
    _under_way: set[NodeKey] = field(default_factory=set)
    _pools: dict[int, tuple[Shape, list[Json]]] = field(default_factory=dict)

    def smallest(self, node: Node) -> Json:
        """
        A small value that meets a node.

        Raises: NoValue, Exhausted.
        """
        key = key_of(node)
        if key in self._known:
            return self._known[key]
        # A smallest value never holds another value of the same node.
        levels = self.expander.work.bounds.levels
        if key in self._under_way or len(self._under_way) >= levels:
            raise NoValue
        self._under_way.add(key)
        try:
            shapes = sorted(self.expander.shapes(node), key=lambda each: _SIMPLE_FIRST[each.kind])
            self._known[key] = self._first(shapes)
        finally:
            self._under_way.discard(key)
        return self._known[key]

    def _first(self, shapes: list[Shape]) -> Json:
        for shape in shapes:
            try:
                return self.of_shape(shape)
            except NoValue:
                continue
        raise NoValue

    def of_shape(self, shape: Shape) -> Json:
        """
        A small value that meets a shape.

        Raises: NoValue, Exhausted.
        """
        if shape.values is not None or shape.kind in ("string", "number"):
            for value in scalars.fitting(shape, seed=1):
                return value
            raise NoValue
        return self.list_of(shape, []) if shape.kind == "array" else self.object_of(shape, {})

    def object_of(self, shape: Shape, given: dict[str, Json], without: str | None = None) -> Json:
        """
        A small object that holds what is given, and of the rest what it must.

        Raises: NoValue, Exhausted.
        """
        names = dict.fromkeys((*shape.required(), *given))
        self._spend_on(shape, len(names))
        made: dict[str, Json] = {}
        for name in names:
            if name != without:
                made[name] = given[name] if name in given else self.smallest(shape.child(name))
        for name in self._needed_beside(shape, made):
            if name != without:
                made[name] = self.smallest(shape.child(name))
        self._fill(shape, made, without)
        return made

    def _spend_on(self, shape: Shape, names: int) -> None:
        """Each part of a shape is asked for each name."""
        asked = names * sum(1 for _ in shape.facets())
        self.expander.work.spend(1 + max(names, asked) // _PER_STEP)

    def _needed_beside(self, shape: Shape, made: dict[str, Json]) -> Iterator[str]:
        for words in shape.words("dependentRequired"):
            for name, others in mapping(words).items():
                if name in made:
                    yield from (str(other) for other in sequence(others) if other not in made)

    def _fill(self, shape: Shape, made: dict[str, Json], without: str | None) -> None:
        least = shape.most("minProperties")
        others = (f"key{at}" for at in range(1, int(min(least, _MOST_ITEMS)) + 1))
        for name in (*shape.declared(), *others):
            if len(made) >= least:
                return
            if name not in made and name != without:
                try:
                    made[name] = self.smallest(shape.child(name))
                except NoValue:
                    continue

    def list_of(self, shape: Shape, given: list[Json], at: int = 0, count: int = 0) -> Json:
        """
        A small list that holds what is given from a position on.

        Raises: NoValue, Exhausted.
        """
        self.expander.work.spend()
        least = int(max(shape.most("minItems"), count, at + len(given)))
        contained = [part for part in shape.words("contains") if part is not None]
        if least > _MOST_ITEMS:
            raise NoValue
        made: list[Json] = []
        distinct = any(word is True for word in shape.words("uniqueItems"))
        for position in range(least):
            if at <= position < at + len(given):
                made.append(given[position - at])
            else:
                made.append(self._item(shape, position, made if distinct else []))
        if contained and not given and not made:
            made.append(self._contained(shape))
        return made

    def _contained(self, shape: Shape) -> Json:
        parts = [
            Part(facet["contains"], group.world)
            for group in shape.groups
            for facet in group.facets
            if "contains" in facet
        ]
        return self.smallest((*shape.item(0), *parts[:1]))

    def _item(self, shape: Shape, position: int, others: list[Json]) -> Json:
        node = shape.item(position)
        if not others:
            return self.smallest(node)
        for value in self.variants(node, 1):
            if value not in others:
                return value
        raise NoValue

    def variants(self, node: Node, depth: int = 3) -> Iterator[Json]:
        """Values that take every choice of a node once: unions, enums, absence, lengths."""
        for shape in self.expander.shapes(node):
            try:
                yield from self.variants_of(shape, depth)
            except NoValue:
                continue

    def variants_of(self, shape: Shape, depth: int = 3) -> Iterator[Json]:
        """Values that take every choice of a shape once."""
        if shape.values is not None or shape.kind in ("string", "number"):
            yield from (value for value, _ in zip(scalars.fitting(shape), range(12), strict=False))
        elif shape.kind == "array":
            yield from self._lists(shape, depth)
        else:
            yield from self._objects(shape, depth)

    def _lists(self, shape: Shape, depth: int) -> Iterator[Json]:
        yield self.list_of(shape, [])
        most = min(numbers(shape.words("maxItems")), default=3)
        for value in self.variants(shape.item(0), depth - 1) if depth > 0 and most > 0 else ():
            yield self.list_of(shape, [value])
        for count in (2, 3):
            if count <= most:
                yield self.list_of(shape, [], count=count)

    def _objects(self, shape: Shape, depth: int) -> Iterator[Json]:
        yield self.object_of(shape, {})
        if depth <= 0:
            return
        required = shape.required()
        for name in dict.fromkeys((*required, *shape.declared(), "another")):
            for value in self.variants(shape.child(name), depth - 1):
                try:
                    yield self.object_of(shape, {name: value})
                except NoValue:
                    break

    def random(self, node: Node, chance: Random, depth: int = 4) -> Json:
        """
        A value by chance.

        Raises: NoValue, Exhausted.
        """
        shapes = list(self.expander.shapes(node))
        chance.shuffle(shapes)
        for shape in shapes:
            try:
                return self._random_of(shape, chance, depth)
            except NoValue:
                continue
        raise NoValue

    def towards(self, node: Node, path: Path, chance: Random) -> Json:
        """
        A value by chance that holds something at a path.

        Raises: NoValue, Exhausted.
        """
        if not path:
            return self.random(node, chance)
        self.expander.work.spend()
        step = path[0]
        kind = "array" if isinstance(step, int) or step is Any.ITEM else "object"
        shapes = [shape for shape in self.expander.shapes(node) if shape.kind == kind]
        chance.shuffle(shapes)
        for shape in shapes:
            try:
                return self._holding(shape, step, path[1:], chance)
            except NoValue:
                continue
        raise NoValue

    def _holding(self, shape: Shape, step: Step, rest: Path, chance: Random) -> Json:
        if shape.kind == "array":
            at = step if isinstance(step, int) else shape.positions()
            return self.list_of(shape, [self.towards(shape.item(at), rest, chance)], at)
        name = step if isinstance(step, str) else "another"
        return self.object_of(shape, {name: self.towards(shape.child(name), rest, chance)})

    def random_of(self, shape: Shape, chance: Random) -> Json:
        """
        A value of a shape by chance.

        Raises: NoValue, Exhausted.
        """
        return self._random_of(shape, chance, 4)

    def _random_of(self, shape: Shape, chance: Random, depth: int) -> Json:
        self.expander.work.spend()
        if depth <= 0:
            return self.of_shape(shape)
        if shape.values is not None or shape.kind in ("string", "number"):
            return chance.choice(self._pool(shape))
        if shape.kind == "array":
            return self._random_list(shape, chance, depth)
        return self._random_object(shape, chance, depth)

    def _pool(self, shape: Shape) -> list[Json]:
        """The scalars of a shape to choose from, gathered once."""
        known = self._pools.get(id(shape))
        if known is None:
            found = itertools.islice(scalars.fitting(shape, seed=_POOL_SEED), _MOST_POOLED)
            known = self._pools[id(shape)] = (shape, list(found))
        if not known[1]:
            raise NoValue
        return known[1]

    def _random_list(self, shape: Shape, chance: Random, depth: int) -> Json:
        least = int(shape.most("minItems"))
        most = min(numbers(shape.words("maxItems")), default=least + 3)
        count = chance.randint(least, max(least, int(min(most, least + 3))))
        if count > _MOST_ITEMS:
            raise NoValue
        return [self.random(shape.item(at), chance, depth - 1) for at in range(count)]

    def _random_object(self, shape: Shape, chance: Random, depth: int) -> Json:
        given: dict[str, Json] = {}
        required = shape.required()
        names = dict.fromkeys((*required, *shape.declared(), "another"))
        self._spend_on(shape, len(names))
        for name in names:
            if name in required or chance.random() < 0.4:
                try:
                    given[name] = self.random(shape.child(name), chance, depth - 1)
                except NoValue:
                    if name in required:
                        raise
        return self.object_of(shape, given)


@dataclass(slots=True)
class Emptiness:
    """Proves that nodes have no value; what is under way counts as having one."""

    expander: Expander
    _known: dict[NodeKey, bool] = field(default_factory=dict)

    def of(self, node: Node, depth: int = 0) -> bool:
        """Whether it is proven that no value meets a node."""
        if any(part.schema is False for part in node):
            return True
        if says_nothing(node) or is_met_plainly(node):
            return False
        key = key_of(node)
        if key not in self._known:
            self._known[key] = False
            try:
                self.expander.work.check_depth(depth)
                shapes = self.expander.shapes(node)
                self._known[key] = all(self.of_shape(shape, depth) for shape in shapes)
            except Exhausted:
                return False
        return self._known[key]

    def of_shape(self, shape: Shape, depth: int = 0) -> bool:
        """Whether it is proven that no value meets a shape."""
        if shape.values is not None and shape.kind in ("string", "number"):
            judge = oracle.judge(oracle.scalar_schema(shape))
            return all(judge.accepts(value) is False for value in shape.values)
        if shape.kind in ("string", "number"):
            groups = [group for group in shape.groups if group.facets]
            return bool(groups) and oracle.unsatisfiable(oracle.scalar_schema(shape))
        if shape.kind == "object":
            return self._objects(shape, depth)
        return shape.kind == "array" and self._lists(shape, depth)

    def _objects(self, shape: Shape, depth: int) -> bool:
        required = shape.required()
        most = min(numbers(shape.words("maxProperties")), default=None)
        if most is not None and max(len(required), shape.most("minProperties")) > most:
            return True
        return any(self.of(shape.child(name), depth + 1) for name in required)

    def _lists(self, shape: Shape, depth: int) -> bool:
        least = shape.most("minItems")
        most = min(numbers(shape.words("maxItems")), default=None)
        if most is not None and least > most:
            return True
        positions = range(int(min(least, shape.positions() + 1, _MOST_ITEMS)))
        return any(self.of(shape.item(at), depth + 1) for at in positions)
