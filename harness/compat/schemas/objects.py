"""Two shapes of objects, property by property."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from harness.compat.schemas.outcome import Any
from harness.compat.schemas.places import MISSING, Found, Missing, Off
from harness.compat.schemas.sampling import NoValue
from harness.compat.schemas.shapes import Node, Part, Shape, meet, numbers, says_nothing
from harness.compat.schemas.walker import Walker
from harness.compat.schemas.words import words_of
from harness.domain.fit import Kind
from harness.domain.json import Json, mapping, sequence, shortened

_NOT_SENT = "nothing"


def compare_objects(walk: Walker, writer: Shape, reader: Shape, depth: int) -> Found:
    """What of the objects that one shape sends another refuses."""
    return _Objects(walk, writer, reader, depth).found()


@dataclass(slots=True)
class _Objects:
    walk: Walker
    writer: Shape
    reader: Shape
    depth: int
    _kept: tuple[dict[str, Json], set[str]] | None = None

    def found(self) -> Found:
        found = Found()
        for part in (self._absent(), self._named(), self._unnamed(), self._sized()):
            found.add(part)
        found.add(self._dependent())
        found.add(self._names())
        if self._is_scoped():
            # Shapes forget which part refuses, so only whole values can show it.
            said = "an object of names that each part knows"
            found.off.append(Off((), Kind.MAY_BREAK, lambda: MISSING, "an object", said))
        return found

    def _is_scoped(self) -> bool:
        """Whether a part of the reader refuses names that another part may know."""
        return any(
            len(group.facets) > 1 and any("unevaluatedProperties" in each for each in group.facets)
            for group in self.reader.groups
        )

    def _absent(self) -> Found:
        """What the reader requires and the writer need not send."""
        found = Found()
        sure = set(self.writer.required())
        for name in self.reader.required():
            if name in sure:
                continue
            self.walk.expander.work.spend()
            child = self.writer.child(name)
            is_sent = not self.walk.empty.of(child)
            declared = any(group.declares(name) for group in self.writer.groups)
            hard = Kind.IMPOSSIBLE if declared else Kind.UNDECLARED
            kind = Kind.MAY_BREAK if is_sent else hard
            words = f"{words_of(self.walk.expander, child)} or nothing" if is_sent else _NOT_SENT
            accepted = words_of(self.walk.expander, self.reader.child(name))
            make = partial(self._made, {}, name)
            found.off.append(Off((name,), kind, make, words, accepted))
        return found

    def _named(self) -> Found:
        """The properties that either side names."""
        found = Found()
        for name in dict.fromkeys((*self.reader.declared(), *self._spoken_of())):
            theirs = self.reader.child(name)
            ours = self.writer.child(name)
            if says_nothing(theirs) or any(part.schema is False for part in ours):
                continue
            below = self.walk.compare(ours, theirs, self.depth + 1)
            if not below.covered:
                told = below.below(name, lambda value, at=name: self._with(at, value))  # type: ignore[misc]
                found.add(self._forbidden(told, name, theirs))
        return found

    def _forbidden(self, found: Found, name: str | None, theirs: Node) -> Found:
        """An extra that the writer may leave out breaks only the replies that have it."""
        refuses = any(part.schema is False for part in theirs)
        if not refuses or name in self.writer.required():
            return found
        found.off = [replace(off, kind=Kind.MAY_BREAK) for off in found.off]
        return found

    def _spoken_of(self) -> tuple[str, ...]:
        if says_nothing(self.reader.rest()) and not any(self.reader.patterned()):
            return ()
        return self.writer.spoken_of()

    def _unnamed(self) -> Found:
        """The properties that the writer may send under any name."""
        found = Found()
        for node, theirs in self._unnamed_pairs():
            if says_nothing(theirs) or self.walk.empty.of(node):
                continue
            below = self.walk.compare(node, theirs, self.depth + 1)
            told = self._forbidden(below.below(Any.VALUE, self._under_any_name), None, theirs)
            if told.off and any(self.reader.patterned()):
                # What a pattern asks was asked of every name: that proves, and refutes nothing.
                return self._searched("patterns of property names")
            found.add(told)
        return found

    def _unnamed_pairs(self) -> Iterator[tuple[Node, Node]]:
        """What the writer sends under other names, with all that the reader may ask of those."""
        ours, theirs = list(self.writer.patterned()), list(self.reader.patterned())
        rest, asked = self.reader.rest(), tuple(part for _, part in theirs)
        known = {pattern for pattern, _ in ours}
        beyond = all(pattern in known for pattern, _ in theirs)
        yield self.writer.rest(), rest if beyond else (*rest, *asked)
        names = {pattern for pattern, _ in theirs} if self._has_one_facet() else set()
        for pattern, part in ours:
            yield (part,), asked if pattern in names else (*rest, *asked)

    def _has_one_facet(self) -> bool:
        return sum(1 for _ in self.reader.facets()) == 1

    def _sized(self) -> Found:
        found = Found()
        least = self.reader.most("minProperties")
        count = len(self.writer.required())
        if least > max(count, self.writer.most("minProperties")):
            found.off.append(self._whole(f"at least {least} properties"))
        most = min(numbers(self.reader.words("maxProperties")), default=None)
        if most is None:
            return found
        names = self.writer.spoken_of()
        bound = min(numbers(self.writer.words("maxProperties")), default=None)
        is_open = not self.walk.empty.of(self.writer.rest()) or any(self.writer.patterned())
        if (bound is None or bound > most) and (is_open or len(names) > most):
            found.add(self._searched("the number of properties"))
        return found

    def _searched(self, reason: str) -> Found:
        return self.walk.searched(self.writer, [self.reader], reason)

    def _whole(self, accepted: str) -> Off:
        return Off((), Kind.MAY_BREAK, self._with_none, "an object", f"an object of {accepted}")

    def _dependent(self) -> Found:
        found = Found()
        sure = set(self.writer.required())
        for name, needed in _dependencies(self.reader):
            if self.walk.empty.of(self.writer.child(name)):
                continue
            promised = {each for key, each in _dependencies(self.writer) if key == name}
            if needed not in sure | promised:
                said = f"{shortened(needed)} beside {shortened(name)}"
                make = partial(self._made, {}, needed, name)
                found.off.append(Off((needed,), Kind.MAY_BREAK, make, "nothing", said))
        return found

    def _names(self) -> Found:
        found = Found()
        theirs = _name_node(self.reader)
        if says_nothing(theirs):
            return found
        any_text = Part({"type": "string"}, theirs[0].world)
        ways: list[tuple[str | None, Node]] = []
        for name in self.writer.spoken_of():
            if not self.walk.empty.of(self.writer.child(name)):
                ways.append((name, (Part({"const": name}, theirs[0].world),)))
        if not self.walk.empty.of(self.writer.rest()) or any(self.writer.patterned()):
            ways.append((None, (any_text, *_name_node(self.writer))))
        for known, node in ways:
            below = self.walk.compare(node, theirs, self.depth + 1)
            found.add(self._of_name(known, below))
        return found

    def _of_name(self, name: str | None, below: Found) -> Found:
        found = Found(doubts=[replace(doubt, path=()) for doubt in below.doubts])
        for off in below.off:
            path = (name,) if name is not None else (Any.VALUE,)
            accepted = f"a name that is {off.accepted}"
            found.off.append(
                Off(
                    path,
                    Kind.MAY_BREAK,
                    partial(self._named_by, off),
                    f"the name {off.sent}",
                    accepted,
                )
            )
        return found

    def _named_by(self, off: Off) -> Json | Missing:
        text = off.make()
        return self._made({}, None, also=text) if isinstance(text, str) else MISSING

    def _with(self, name: str, value: Json) -> Json | Missing:
        return self._made({name: value}, None)

    def _with_none(self) -> Json | Missing:
        try:
            return self.walk.sampler.object_of(self.writer, {})
        except NoValue:
            return MISSING

    def _under_any_name(self, value: Json) -> Json | Missing:
        for name in self._free_names():
            made = self._made({name: value}, None)
            if not isinstance(made, Missing):
                return made
        return MISSING

    def _free_names(self) -> Iterator[str]:
        taken = {*self.writer.declared(), *self.reader.declared()}
        names = _name_node(self.writer)
        if not says_nothing(names):
            texts = (*names, Part({"type": "string"}, names[0].world))
            yield from (name for name in self.walk.sampler.variants(texts) if isinstance(name, str))
        yield from (name for name in ("key", "another", "third") if name not in taken)

    def _made(
        self, given: dict[str, Json], without: str | None, also: str | None = None
    ) -> Json | Missing:
        """The smallest object with a place that is off, and all else as the reader wants it."""
        if self._is_counted():
            return self._composed(given, without, also)
        base, holes = self._base()
        if holes - given.keys() - {without}:
            return MISSING
        made = {**base, **given}
        if also is not None and also not in made:
            try:
                made[also] = self._wanted(also)
            except NoValue:
                return MISSING
        if without is not None:
            made.pop(without, None)
        return made

    def _is_counted(self) -> bool:
        """Whether properties depend on each other, so that no base does for all places."""
        words = ("minProperties", "dependentRequired")
        shapes = (self.writer, self.reader)
        return any(True for each in shapes for word in words for _ in each.words(word))

    def _base(self) -> tuple[dict[str, Json], set[str]]:
        """Each property as the reader wants it where it can be, else as the writer sends it."""
        if self._kept is None:
            base: dict[str, Json] = {}
            holes: set[str] = set()
            for name in dict.fromkeys((*self.writer.required(), *self.reader.required())):
                try:
                    base[name] = self._wanted(name)
                except NoValue:
                    if name in self.writer.required():
                        holes.add(name)
            self._kept = (base, holes)
        return self._kept

    def _wanted(self, name: str) -> Json:
        ours, theirs = self.writer.child(name), self.reader.child(name)
        if self.walk.compare(ours, theirs, self.depth + 1).covered:
            return self.walk.sampler.smallest(ours)
        return self._either((*ours, *theirs), ours)

    def _composed(
        self, given: dict[str, Json], without: str | None, also: str | None
    ) -> Json | Missing:
        both = meet(self.writer, self.reader)
        for shape in [*([both] if both is not None else []), self.writer]:
            try:
                held = dict(given)
                if also is not None:
                    held[also] = self.walk.sampler.smallest(shape.child(also))
                return self.walk.sampler.object_of(shape, held, without)
            except NoValue:
                continue
        return MISSING

    def _either(self, wanted: Node, sent: Node) -> Json:
        try:
            return self.walk.sampler.smallest(wanted)
        except NoValue:
            return self.walk.sampler.smallest(sent)


def _dependencies(shape: Shape) -> Iterator[tuple[str, str]]:
    for words in shape.words("dependentRequired"):
        for name, needed in mapping(words).items():
            yield from ((name, str(each)) for each in sequence(needed))


def _name_node(shape: Shape) -> Node:
    return tuple(
        Part(facet["propertyNames"], group.world)
        for group in shape.groups
        for facet in group.facets
        if "propertyNames" in facet
    )
