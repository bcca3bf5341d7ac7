"""Places where the words do not fit, gathered while two schemas are walked side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TypeAlias

from harness.compat.schemas.outcome import Any, Path, Step
from harness.domain.fit import Kind
from harness.domain.json import Json


class Missing:
    """Stands for a value that was not found."""


MISSING = Missing()
Make: TypeAlias = Callable[[], Json | Missing]


def made(value: Json | Missing) -> Make:
    """A value that is at hand."""
    return lambda: value


@dataclass(frozen=True, slots=True)
class Off:
    """
    A place that does not fit.

    Shape: `make` gives what the writer may send for the value at which the walk stands, with only
    this place of it refused, or `MISSING` where none is found; it is called for what is reported.
    """

    path: Path
    kind: Kind
    make: Make
    sent: str
    accepted: str

    def below(self, step: Step, wrap: Callable[[Json], Json | Missing]) -> Off:
        """The same as seen from the value that holds this one."""
        make = _wrapped(self.make, wrap)
        return Off((step, *self.path), self.kind, make, self.sent, self.accepted)


class Trial(Enum):
    """What a value can show of a place that is in doubt."""

    ANYTHING = "it is judged as any other"
    REFUSAL = "the reader cannot be judged by in full, so that what it accepts shows nothing"
    NOTHING = "nobody can tell what is sent, or what was asked beyond what is proven"


@dataclass(frozen=True, slots=True)
class Doubt:
    """
    A place of which nothing could be shown.

    Units: `tried` is the number of generated values that the reader accepted.
    """

    path: Path
    reason: str
    tried: int = 0
    trial: Trial = Trial.ANYTHING


@dataclass(slots=True)
class Found:
    """What a walk found: nothing at all when the reader covers the writer."""

    off: list[Off] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    @property
    def covered(self) -> bool:
        """Whether it is proven that the reader accepts everything."""
        return not self.off and not self.doubts

    def add(self, other: Found) -> None:
        """Take in what was found beside."""
        self.off.extend(other.off)
        self.doubts.extend(other.doubts)

    def below(self, step: Step, wrap: Callable[[Json], Json | Missing]) -> Found:
        """The same as seen from the value that holds this one."""
        return Found(
            [
                Off(
                    (step, *each.path),
                    each.kind,
                    _wrapped(each.make, wrap),
                    each.sent,
                    each.accepted,
                )
                for each in self.off
            ],
            [replace(each, path=(step, *each.path)) for each in self.doubts],
        )


def at_most(found: Found, limit: int) -> Found:
    """The same where it has few places, else those that lie least deep."""
    count = len(found.off) + len(found.doubts)
    if count <= limit:
        return found
    off = sorted(found.off, key=_depth)[:limit]
    doubts = sorted(found.doubts, key=_depth)[: limit - len(off)]
    return Found(off, [*doubts, Doubt((), f"more than {limit} places are off or unknown")])


def _depth(place: Off | Doubt) -> int:
    return len(place.path)


_HARDNESS = {Kind.MAY_BREAK: 0, Kind.UNDECLARED: 1, Kind.IMPOSSIBLE: 2}


def one_each(found: Found) -> Found:
    """One entry for each place: the hardest, or the first of several."""
    best: dict[Path, Off] = {}
    for off in found.off:
        known = best.get(off.path)
        if known is None or _HARDNESS[off.kind] > _HARDNESS[known.kind]:
            best[off.path] = off
    doubts = {doubt.path: doubt for doubt in reversed(found.doubts)}
    kept = [doubt for path, doubt in reversed(doubts.items()) if path not in best]
    return Found(list(best.values()), kept)


def of_alternatives(parts: list[tuple[str, Found]]) -> Found:
    """
    What alternatives of a writer come to together, each with its kind of value.

    Shape: a place is hard only if it is so in every alternative that has the place at all.
    """
    if len(parts) == 1:
        return one_each(parts[0][1])
    doubts = [doubt for _, found in parts for doubt in found.doubts]
    gathered: dict[Path, list[Off]] = {}
    for _, found in parts:
        for off in one_each(found).off:
            gathered.setdefault(off.path, []).append(off)
    of_kind = Counter(kind for kind, _ in parts)
    merged = [
        _merged(offs, of_kind[_holder(path[0])] if path else len(parts))
        for path, offs in gathered.items()
    ]
    return one_each(Found(merged, doubts))


def _merged(offs: list[Off], having: int) -> Off:
    """One entry of those for a place that some of the alternatives have."""
    everywhere = len(offs) >= having and all(off.kind is not Kind.MAY_BREAK for off in offs)
    if len(offs) == 1 and (everywhere or offs[0].kind is Kind.MAY_BREAK):
        return offs[0]
    kind = max((off.kind for off in offs), key=_HARDNESS.__getitem__)
    sent = " or ".join(dict.fromkeys(off.sent for off in offs))
    return replace(
        offs[0],
        make=_first([off.make for off in offs]),
        kind=kind if everywhere else Kind.MAY_BREAK,
        sent=sent,
    )


def _wrapped(make: Make, wrap: Callable[[Json], Json | Missing]) -> Make:
    def made_around() -> Json | Missing:
        inner = make()
        return inner if isinstance(inner, Missing) else wrap(inner)

    return made_around


def _first(makers: list[Make]) -> Make:
    if len(makers) == 1:
        return makers[0]

    def first_made() -> Json | Missing:
        values = (make() for make in makers)
        return next((each for each in values if not isinstance(each, Missing)), MISSING)

    return first_made


def _holder(step: Step) -> str:
    is_item = isinstance(step, int) or step is Any.ITEM
    return "array" if is_item else "object"
