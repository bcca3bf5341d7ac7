"""Compares what one side may send with what the other accepts."""

from __future__ import annotations

from harness.compat.schemas.bounds import Bounds, Exhausted, Work
from harness.compat.schemas.outcome import (
    Broken,
    Comparison,
    Path,
    Proven,
    Unknown,
    Witness,
    path_text,
)
from harness.compat.schemas.places import Doubt, Found, Missing, Trial
from harness.compat.schemas.searching import Search, touches
from harness.compat.schemas.sides import Side, side
from harness.compat.schemas.walking import Walk
from harness.domain.json import Json


def compare(writer: Json, reader: Json, *, bounds: Bounds | None = None) -> Comparison:
    """
    Whether a reader accepts everything that a writer may send.

    Shape: objects of the writer have the properties that their schema names and no others, unless
    it says something of others (`additionalProperties`, `patternProperties`).
    """
    return compare_sides(side(writer, closed=True), side(reader, closed=False), bounds=bounds)


def compare_sides(writer: Side, reader: Side, *, bounds: Bounds | None = None) -> Comparison:
    """The same for sides that are used in more than one comparison."""
    work = Work(bounds or Bounds())
    walk = Walk(work)
    try:
        found = walk.compare((writer.part,), (reader.part,))
        if found.covered:
            return _vacuous(walk, writer)
    except (Exhausted, RecursionError) as limit:
        found = Found(doubts=[Doubt((), str(limit) or "nested too deeply")])
    work.spent = 0
    return _checked(Search(work.bounds, writer, reader, found))


def shows(
    writer: Side, reader: Side, value: Json, path: Path, *, by_a_part_of_it: bool = True
) -> bool:
    """
    Whether a value may be sent and is refused for what it holds at a place.

    Shape: `by_a_part_of_it` counts what is refused deeper in it as well, which may be another's
    fault.
    """
    if not writer.judge.accepts(value) or not reader.refuses(value):
        return False
    return any(
        touches(at, path) and (by_a_part_of_it or len(at) <= len(path))
        for at, _ in reader.judge.faults(value)
    )


def _vacuous(walk: Walk, writer: Side) -> Comparison:
    """A schema that nothing meets is covered by everything, which shows nothing."""
    if writer.part.schema is False or walk.empty.of((writer.part,)):
        return Unknown(0, "no value meets the writer's schema")
    return Proven()


def _checked(search: Search) -> Comparison:
    """Only what both validators confirm is a witness."""
    found, limit = search.found, search.bounds.witnesses
    witnesses: list[Witness] = []
    left: list[Doubt] = []
    for off in found.off[:limit]:
        value = search.confirmed(off)
        if isinstance(value, Missing):
            left.append(search.unconfirmed(off))
        else:
            path, others = path_text(off.path), search.others(off, value)
            witnesses.append(
                Witness(path, value, off.sent, off.accepted, off.kind, off.path, others)
            )
    beyond = [Doubt(off.path, f"more than {limit} places are off") for off in found.off[limit:]]
    shown, doubts = _settled(search, limit - len(found.off))
    witnesses += shown
    unknown = tuple(
        Unknown(each.tried, each.reason, path_text(each.path)) for each in (*doubts, *beyond, *left)
    )
    if witnesses:
        return Broken(tuple(witnesses), unknown)
    return unknown[0] if unknown else Unknown(0, "nothing was compared")


def _settled(search: Search, most: int) -> tuple[list[Witness], list[Doubt]]:
    """What drawn values show of the places in doubt: at most some witnesses, and what is left."""
    untold = [each.path for each in search.found.doubts if each.trial is Trial.NOTHING]
    told = [*(off.path for off in search.found.off), *untold]
    shown: list[Witness] = []
    left: list[Doubt] = []
    for at, doubt in enumerate(search.found.doubts):
        is_looked_at = at < search.bounds.witnesses and len(shown) < most
        settled = search.settled(doubt, told) if is_looked_at else doubt
        if isinstance(settled, Witness):
            shown.append(settled)
            told.append(settled.place)
        else:
            left.append(settled)
    return shown, left
