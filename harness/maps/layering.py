"""Which column a service stands in, and in which order: consumers left of their providers."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

Arc = tuple[str, str]

_SWEEPS: Final = 16


@dataclass(frozen=True, slots=True)
class Slot:
    """
    A place in a column: that of a service, or one that a line passes through.

    Shape: `line` is empty for a service, else the arc that passes.
    """

    name: str
    line: Arc | None = None


@dataclass(frozen=True, slots=True)
class Layers:
    """
    Columns from left to right, each with its slots from top to bottom.

    Shape: `chains` maps each arc to the slots along it from left to right, both ends included;
    `turned` are the arcs that lead from right to left.
    """

    columns: tuple[tuple[Slot, ...], ...]
    chains: Mapping[Arc, tuple[Slot, ...]]
    turned: frozenset[Arc]


def layered(names: Sequence[str], arcs: Iterable[Arc]) -> Layers:
    """
    Give every service a column and a place in it, so that few lines cross.

    Shape: `names` and `arcs` decide alone: the same graph gives the same layers. An arc from a
    service to itself is left out. Of the arcs of a circle, some are turned.
    """
    straight = sorted({(start, end) for start, end in arcs if start != end})
    order = {name: at for at, name in enumerate(_in_order(sorted(names), straight))}
    turned = frozenset(arc for arc in straight if order[arc[0]] > order[arc[1]])
    ends = {arc: arc[::-1] if arc in turned else arc for arc in straight}
    ranks = _ranks(sorted(order, key=order.__getitem__), sorted(set(ends.values())))
    chains = {arc: _chain(arc, *ends[arc], ranks) for arc in straight}
    columns: list[list[Slot]] = [[] for _ in range(max(ranks.values(), default=-1) + 1)]
    for name in sorted(names):
        columns[ranks[name]].append(Slot(name))
    for chain in chains.values():
        for rank, slot in enumerate(chain[1:-1], ranks[chain[0].name] + 1):
            columns[rank].append(slot)
    return Layers(_with_few_crossings(columns, chains.values()), chains, turned)


def _in_order(names: list[str], arcs: list[Arc]) -> list[str]:
    """
    Order the services so that few arcs lead back.

    Shape: the greedy order of Eades, Lin and Smyth: what nobody consumes goes left, what consumes
    nobody goes right, and of a circle whoever consumes most beyond what it is consumed.
    """
    after = {name: {end for start, end in arcs if start == name} for name in names}
    before = {name: {start for start, end in arcs if end == name} for name in names}
    left: list[str] = []
    right: list[str] = []
    rest = list(names)
    while rest:
        if found := [name for name in rest if not after[name]]:
            right[:0] = found
        elif found := [name for name in rest if not before[name]]:
            left += found
        else:
            found = [max(rest, key=lambda name: len(after[name]) - len(before[name]))]
            left += found
        for name in found:
            rest.remove(name)
            for other in after.pop(name):
                before[other].discard(name)
            for other in before.pop(name):
                after[other].discard(name)
    return left + right


def _ranks(names: list[str], arcs: list[Arc]) -> dict[str, int]:
    """Number the columns: each service right of its consumers, and first ones close to theirs."""
    ranks = dict.fromkeys(names, 0)
    for name in names:
        ranks[name] = max((ranks[start] + 1 for start, end in arcs if end == name), default=0)
    for name in reversed(names):
        is_first = not any(end == name for _, end in arcs)
        nearest = min((ranks[end] for start, end in arcs if start == name), default=1)
        if is_first:
            ranks[name] = nearest - 1
    return ranks


def _chain(arc: Arc, start: str, end: str, ranks: Mapping[str, int]) -> tuple[Slot, ...]:
    passed = (Slot(f"{rank}", arc) for rank in range(ranks[start] + 1, ranks[end]))
    return (Slot(start), *passed, Slot(end))


def _with_few_crossings(
    columns: list[list[Slot]], chains: Iterable[tuple[Slot, ...]]
) -> tuple[tuple[Slot, ...], ...]:
    """Order each column by where its neighbours lie, to and fro, and keep the best order seen."""
    links = [pair for chain in chains for pair in itertools.pairwise(chain)]
    left = _neighbours((end, start) for start, end in links)
    right = _neighbours(links)
    best, fewest = [list(column) for column in columns], _crossings(columns, right)
    for sweep in range(_SWEEPS):
        neighbours, order = (left, columns) if sweep % 2 == 0 else (right, columns[::-1])
        for beside, column in itertools.pairwise(order):
            places = {slot: at for at, slot in enumerate(beside)}
            was = {slot: float(at) for at, slot in enumerate(column)}
            means = {s: _mean(neighbours.get(s, ()), places, was[s]) for s in column}
            column.sort(key=means.__getitem__)
        if (count := _crossings(columns, right)) < fewest:
            best, fewest = [list(column) for column in columns], count
    return tuple(tuple(column) for column in best)


def _neighbours(links: Iterable[tuple[Slot, Slot]]) -> dict[Slot, list[Slot]]:
    found: dict[Slot, list[Slot]] = {}
    for start, end in links:
        found.setdefault(start, []).append(end)
    return found


def _mean(slots: Iterable[Slot], places: Mapping[Slot, int], default: float) -> float:
    found = [places[slot] for slot in slots if slot in places]
    return sum(found) / len(found) if found else default


def _crossings(columns: Sequence[Sequence[Slot]], right: Mapping[Slot, list[Slot]]) -> int:
    """Count the pairs of lines that cross between columns."""
    count = 0
    for column, following in itertools.pairwise(columns):
        places = {slot: at for at, slot in enumerate(following)}
        ends = [sorted(places[end] for end in right.get(slot, ())) for slot in column]
        flat = [end for one in ends for end in one]
        count += sum(1 for at, end in enumerate(flat) for later in flat[at + 1 :] if later < end)
    return count
