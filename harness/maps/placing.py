"""Where each service and each line lies on the page, in pixels."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from harness.maps.layering import Arc, Layers, Slot, layered
from harness.maps.texts import LINE_PX, lines, width

PORT_PX: Final = 16.0
"""From one line's end at a service to the next."""

_MARGIN: Final = 12.0
_NARROWEST: Final = 84.0
_WIDEST: Final = 190.0
_PAD: Final = 14.0
_BETWEEN: Final = 20.0
_PASSING: Final = 12.0
_COLUMN_GAP: Final = 130.0
_MOST_GAP: Final = 260.0
_ROW_PX: Final = 1000.0
_LOOP: Final = 3 * PORT_PX
_SWEEPS: Final = 10


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the page, from its upper left corner."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Box:
    """A service: its upper left corner, its size, and its name in lines."""

    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """
    A map laid out.

    Shape: `routes` lead from a consumer's box to its provider's by way of points between which a
    line leaves and arrives level; that of a service to itself has two points on its right side.
    """

    width: float
    height: float
    boxes: Mapping[str, Box]
    routes: Mapping[Arc, tuple[Point, ...]]


def laid_out(
    names: Iterable[str], arcs: Iterable[Arc], shown: Mapping[str, str] | None = None
) -> Layout:
    """
    Lay out services and lines: what is connected together, and what stands alone below it.

    Shape: `shown` are the texts that stand for names, where they are not drawn as they are.
    """
    all_arcs = sorted(set(arcs))
    every = sorted(set(names) | {name for arc in all_arcs for name in arc})
    texts = {name: (shown or {}).get(name, name) for name in every}
    groups = _groups(every, all_arcs)
    joined = [_connected(one, all_arcs, texts) for one in groups if len(one) > 1]
    alone = [_alone(one[0], all_arcs, texts) for one in groups if len(one) == 1]
    limit = max([_ROW_PX, *(part.width for part in joined)])
    below, parts = _on_shelves(joined, _MARGIN, limit)
    bottom, lone_parts = _on_shelves(alone, below, limit)
    placed = [*parts, *lone_parts]
    return Layout(
        max((box.x + box.width for part in placed for box in part.boxes.values()), default=0.0)
        + _MARGIN
        + (_LOOP if any(start == end for start, end in all_arcs) else 0.0),
        bottom,
        {name: box for part in placed for name, box in part.boxes.items()},
        {arc: route for part in placed for arc, route in part.routes.items()},
    )


def _on_shelves(parts: Iterable[Layout], top: float, limit: float) -> tuple[float, list[Layout]]:
    """Put parts beside each other, and below where a row is full; give where the next begins."""
    x, y, tallest = _MARGIN, top, 0.0
    placed: list[Layout] = []
    for part in parts:
        if x > _MARGIN and x + part.width > limit:
            x, y, tallest = _MARGIN, y + tallest + 2 * _BETWEEN, 0.0
        placed.append(_moved(part, x, y))
        x, tallest = x + part.width + 2 * _BETWEEN, max(tallest, part.height)
    return (y + tallest + 2 * _BETWEEN if placed else top), placed


def _moved(part: Layout, right: float, down: float) -> Layout:
    boxes = {
        name: Box(box.x + right, box.y + down, box.width, box.height, box.lines)
        for name, box in part.boxes.items()
    }
    routes = {
        arc: tuple(Point(one.x + right, one.y + down) for one in route)
        for arc, route in part.routes.items()
    }
    return Layout(part.width, part.height, boxes, routes)


def _alone(name: str, arcs: list[Arc], texts: Mapping[str, str]) -> Layout:
    """A service that nobody else is known to consume, and that consumes nobody else."""
    wide, high, told = _measured(texts[name])
    box = Box(0, 0, wide, high, told)
    loops = {(name, name): _loop(box, 0)} if (name, name) in arcs else {}
    return Layout(wide + (_LOOP if loops else 0.0), high, {name: box}, loops)


def _groups(names: list[str], arcs: list[Arc]) -> list[list[str]]:
    """What is connected, the largest first."""
    group_of = {name: [name] for name in names}
    for start, end in arcs:
        if group_of[start] is not group_of[end]:
            joined = group_of[start] + group_of[end]
            group_of |= dict.fromkeys(joined, joined)
    distinct = {id(group): sorted(group) for group in group_of.values()}
    return sorted(distinct.values(), key=lambda group: (-len(group), group[0]))


def _connected(group: list[str], all_arcs: list[Arc], texts: Mapping[str, str]) -> Layout:
    members = set(group)
    arcs = [arc for arc in all_arcs if arc[0] in members]
    layers = layered(group, arcs)
    loops = {start for start, end in arcs if start == end}
    boxes = {name: _sized(name, texts[name], layers, loops) for name in group}
    middles = _middles(layers, boxes)
    at = 0.0
    spans: list[tuple[float, float]] = []
    for number, column in enumerate(layers.columns):
        wide = max((boxes[slot.name].width for slot in column if not slot.line), default=0.0)
        for slot in (each for each in column if not each.line):
            box = boxes[slot.name]
            top = middles[slot] - box.height / 2
            boxes[slot.name] = Box(at, top, wide, box.height, box.lines)
        spans.append((at, at + wide))
        at += wide + _gap(layers, number)
    routes = _routes(layers, boxes, middles, spans, loops)
    routes |= {(one, one): _loop(boxes[one], _count_right(one, routes)) for one in sorted(loops)}
    lowest = max(box.y + box.height for box in boxes.values())
    passing = max((one.y for route in routes.values() for one in route), default=0.0)
    wide = spans[-1][1] + (_LOOP if loops else 0.0)
    return Layout(wide, max(lowest, passing + _PASSING / 2), boxes, routes)


def _measured(text: str) -> tuple[float, float, tuple[str, ...]]:
    """How wide and high a box must be for a name, and the name in lines."""
    told = lines(text, _WIDEST - 2 * _PAD, 3)
    wide = max(_NARROWEST, max(map(width, told)) + 2 * _PAD)
    return wide, len(told) * LINE_PX + 20, told


def _sized(name: str, text: str, layers: Layers, loops: Collection[str]) -> Box:
    wide, high, told = _measured(text)
    ends = [(chain[0].name, chain[-1].name) for chain in layers.chains.values()]
    leaving, arriving = (sum(1 for end in ends if end[side] == name) for side in (0, 1))
    ports = max(leaving + 2 * (name in loops), arriving)
    return Box(0, 0, wide, max(high, (ports + 0.5) * PORT_PX), told)


def _gap(layers: Layers, number: int) -> float:
    """More room where many lines change their height."""
    here = set(layers.columns[number])
    count = sum(1 for chain in layers.chains.values() for slot in chain[:-1] if slot in here)
    return min(_COLUMN_GAP + 4 * count, _MOST_GAP)


def _middles(layers: Layers, boxes: Mapping[str, Box]) -> dict[Slot, float]:
    """The height of every slot: level with its neighbours where there is room."""
    near: dict[Slot, list[Slot]] = {}
    for chain in layers.chains.values():
        for one, other in itertools.pairwise(chain):
            near.setdefault(one, []).append(other)
            near.setdefault(other, []).append(one)
    middles = {slot: y for column in layers.columns for slot, y in _stacked(column, boxes)}
    for sweep in range(_SWEEPS):
        for column in layers.columns[:: 1 if sweep % 2 == 0 else -1]:
            wanted = [_average([middles[other] for other in near[slot]]) for slot in column]
            middles |= zip(column, _apart(wanted, _distances(column, boxes)), strict=True)
    top = min(middles[slot] - _half(slot, boxes) for slot in middles)
    return {slot: y - top for slot, y in middles.items()}


def _stacked(column: Sequence[Slot], boxes: Mapping[str, Box]) -> Iterable[tuple[Slot, float]]:
    return zip(column, _apart([0.0] * len(column), _distances(column, boxes)), strict=True)


def _average(values: list[float]) -> float:
    return sum(values) / len(values)


def _half(slot: Slot, boxes: Mapping[str, Box]) -> float:
    return _PASSING / 2 if slot.line else boxes[slot.name].height / 2


def _distances(column: Sequence[Slot], boxes: Mapping[str, Box]) -> list[float]:
    """How far apart the middles of neighbours must be."""
    return [
        _half(one, boxes)
        + _half(other, boxes)
        + (_PASSING if one.line and other.line else _BETWEEN)
        for one, other in itertools.pairwise(column)
    ]


def _apart(wanted: Sequence[float], distances: Sequence[float]) -> list[float]:
    """
    Give the heights closest to those wanted that keep their order and distances.

    Shape: least squares, by pooling neighbours that would come too close.
    """
    offsets = [0.0]
    for distance in distances:
        offsets.append(offsets[-1] + distance)
    pools: list[tuple[float, int]] = []
    for want, offset in zip(wanted, offsets, strict=True):
        mean, count = want - offset, 1
        while pools and pools[-1][0] > mean:
            before, size = pools.pop()
            mean = (before * size + mean * count) / (size + count)
            count += size
        pools.append((mean, count))
    levels = [mean for mean, count in pools for _ in range(count)]
    return [level + offset for level, offset in zip(levels, offsets, strict=True)]


def _routes(
    layers: Layers,
    boxes: Mapping[str, Box],
    middles: Mapping[Slot, float],
    spans: Sequence[tuple[float, float]],
    loops: Collection[str],
) -> dict[Arc, tuple[Point, ...]]:
    leaving = _ports(layers, middles, boxes, 0, loops)
    arriving = _ports(layers, middles, boxes, -1, ())
    column_of = {slot: at for at, column in enumerate(layers.columns) for slot in column}
    routes: dict[Arc, tuple[Point, ...]] = {}
    for arc, chain in layers.chains.items():
        start, end = boxes[chain[0].name], boxes[chain[-1].name]
        passed = [Point(x, middles[slot]) for slot in chain[1:-1] for x in spans[column_of[slot]]]
        route = (
            Point(start.x + start.width, leaving[arc]),
            *passed,
            Point(end.x, arriving[arc]),
        )
        routes[arc] = route[::-1] if arc in layers.turned else route
    return routes


def _ports(
    layers: Layers,
    middles: Mapping[Slot, float],
    boxes: Mapping[str, Box],
    side: int,
    loops: Collection[str],
) -> dict[Arc, float]:
    """
    The heights at which lines leave (side 0) or arrive (side -1), in the order they come in.

    Shape: below those that leave a service in `loops` is room for its line to itself.
    """
    at: dict[str, list[tuple[float, Arc]]] = {}
    for arc, chain in layers.chains.items():
        beside = chain[1] if side == 0 else chain[-2]
        at.setdefault(chain[side].name, []).append((middles[beside], arc))
    found: dict[Arc, float] = {}
    for name, ends in at.items():
        first = _first_port(boxes[name], len(ends) + 2 * (name in loops))
        for number, (_, arc) in enumerate(sorted(ends)):
            found[arc] = first + number * PORT_PX
    return found


def _first_port(box: Box, count: int) -> float:
    return box.y + (box.height - (count - 1) * PORT_PX) / 2


def _count_right(name: str, routes: Mapping[Arc, tuple[Point, ...]]) -> int:
    """How many lines end on the right side of a service."""
    leaving = sum(1 for arc, route in routes.items() if arc[0] == name and _is_rightward(route))
    return leaving + sum(
        1 for arc, route in routes.items() if arc[1] == name and not _is_rightward(route)
    )


def _is_rightward(route: tuple[Point, ...]) -> bool:
    return route[0].x < route[-1].x


def _loop(box: Box, above: int) -> tuple[Point, ...]:
    """Lead a line from the right side of a service back to it, below the lines that end there."""
    right, first = box.x + box.width, _first_port(box, above + 2) + above * PORT_PX
    return (Point(right, first), Point(right, first + PORT_PX))
