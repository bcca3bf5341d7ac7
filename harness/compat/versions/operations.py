"""Which operations of two versions are the same, and what changed in each as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from harness.compat.versions.base_paths import base_paths, shape, wholes
from harness.compat.versions.bodies import replies, request_bodies
from harness.compat.versions.comparing import Comparing
from harness.compat.versions.lifecycle import Lifetime, ends, is_unstable, removal, stability
from harness.compat.versions.parameters import parameters
from harness.compat.versions.security import global_security, requirements, same
from harness.compat.versions.telling import Spot
from harness.domain.change import Breaks, Change
from harness.domain.document import Document, Operation

_Pairs = list[tuple[Operation | None, Operation | None]]


def matched(old: Sequence[Operation], new: Sequence[Operation]) -> _Pairs:
    """
    Operations that belong together, in the order of the earlier document.

    Shape: by method and the shape of the path, else by the whole path with what servers put before
    it, which may have moved from there into the path.
    """
    waiting: dict[tuple[str, str], list[Operation]] = {}
    for each in new:
        waiting.setdefault(shape(each), []).append(each)
    found: list[tuple[Operation, Operation | None]] = []
    for each in old:
        same_shape = waiting.get(shape(each), [])
        best = next((other for other in same_shape if other.path == each.path), None)
        best = best or next(iter(same_shape), None)
        if best is not None:
            same_shape.remove(best)
        found.append((each, best))
    left = {whole: each for rest in waiting.values() for each in rest for whole in wholes(each)}
    moved: set[int] = set()
    pairs: _Pairs = []
    for before, after in found:
        other = after or next((left[each] for each in wholes(before) if each in left), None)
        fresh = other if other is None or id(other) not in moved else None
        moved.add(id(fresh))
        pairs.append((before, fresh))
    rest = [each for each in new if id(each) not in moved]
    return [*pairs, *((None, each) for each in rest)]


def _promised_nothing(change: Change) -> Change:
    if change.breaks is Breaks.HARMLESS or "stability" in change.rule:
        return change
    return replace(change, breaks=Breaks.HARMLESS, oasdiff="")


class Operations:
    """Compares the operations of two documents."""

    def __init__(
        self, base: Document, head: Document, comparing: Comparing, today: date | None
    ) -> None:
        self._base, self._head = base, head
        self._comparing = comparing
        self._today = today
        self._paths = {shape(each)[1] for each in head.operations}
        self._asked = global_security(base), global_security(head)

    def changes(self) -> Iterator[Change]:
        """Every difference of the operations, in the order of the earlier document."""
        pairs = matched(self._base.operations, self._head.operations)
        yield from base_paths([(old, new) for old, new in pairs if old and new])
        for old, new in pairs:
            if old is None and new is not None:
                yield Spot(new.label).told("operation-added")
            elif new is None and old is not None:
                gone = self._removed(old)
                yield _promised_nothing(gone) if is_unstable(old.extensions) else gone
            elif old is not None and new is not None:
                yield from self._changed(old, new)

    def _removed(self, old: Operation) -> Change:
        gone = "operation" if shape(old)[1] in self._paths else "path"
        ending = removal(Lifetime(old.deprecated, old.extensions), self._today)
        return Spot(old.label).told(f"{gone}-removed{ending}")

    def _changed(self, old: Operation, new: Operation) -> Iterator[Change]:
        found = self._differences(old, new)
        # What was promised to nobody breaks nobody.
        yield from map(_promised_nothing, found) if is_unstable(old.extensions) else found

    def _differences(self, old: Operation, new: Operation) -> Iterator[Change]:
        spot = Spot(old.label)
        yield from self._whole(old, new, spot)
        yield from self._security(old, new, spot)
        if old.unknown != new.unknown:
            yield spot.told("operation-undecided", old.unknown, new.unknown)
        yield from parameters(self._comparing, old, new, self._head, spot, self._today)
        yield from request_bodies(self._comparing, old, new, spot)
        yield from replies(self._comparing, old, new, spot)

    def _whole(self, old: Operation, new: Operation, spot: Spot) -> Iterator[Change]:
        was, now = (Lifetime(each.deprecated, each.extensions) for each in (old, new))
        for key, before, after in (
            *ends(was, now, self._today),
            *stability(old.extensions, new.extensions),
        ):
            yield spot.told(f"operation-{key}", before, after)
        if old.operation_id != new.operation_id:
            added, removed = not old.operation_id, not new.operation_id
            key = "added" if added else "removed" if removed else "changed"
            yield spot.told(f"operation-id-{key}", old.operation_id, new.operation_id)
        for tag in dict.fromkeys((*old.tags, *new.tags)):
            if tag not in new.tags:
                yield spot.told("operation-tag-removed", tag, "")
            elif tag not in old.tags:
                yield spot.told("operation-tag-added", "", tag)

    def _security(self, old: Operation, new: Operation, spot: Spot) -> Iterator[Change]:
        inherits = [
            same(each.security, asked) for each, asked in zip((old, new), self._asked, strict=True)
        ]
        # What the document asks of all operations is told once, for the document.
        if not all(inherits):
            yield from requirements(old.security, new.security, spot, "security")
