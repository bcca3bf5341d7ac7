"""Laws of the layout, whatever the system looks like."""

from __future__ import annotations

from itertools import combinations, pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.maps.layering import layered
from harness.maps.placing import PORT_PX, Box, Layout, Point, laid_out
from harness.maps.texts import LINE_PX, lines, width
from tests.maps.graphs import NAMES, random_arcs

SHORT = st.sampled_from([*"abcdefgh", *NAMES])
ARCS = st.frozensets(st.tuples(SHORT, SHORT), max_size=25)


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes have a part in common."""
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def check(layout: Layout, names: set[str], arcs: frozenset[tuple[str, str]]) -> None:
    """Hold a layout against all that a reader relies on."""
    assert set(layout.boxes) == names
    assert set(layout.routes) == set(arcs)
    for one, other in combinations(layout.boxes.values(), 2):
        assert not overlap(one, other)
    for name, box in layout.boxes.items():
        assert box.x >= 0
        assert box.x + box.width <= layout.width
        assert box.y >= 0
        assert box.y + box.height <= layout.height
        assert max(map(width, box.lines)) <= box.width, name
        assert len(box.lines) * LINE_PX <= box.height
    ends: list[tuple[float, float]] = []
    for (start, end), route in layout.routes.items():
        assert all(0 <= one.x <= layout.width and 0 <= one.y <= layout.height for one in route)
        ends += [(route[0].x, route[0].y), (route[-1].x, route[-1].y)]
        for name, point in ((start, route[0]), (end, route[-1])):
            box = layout.boxes[name]
            assert point.x in (box.x, box.x + box.width)
            assert box.y < point.y < box.y + box.height
        for stretch in pairwise(route):
            assert not any(runs_through(stretch, box) for box in layout.boxes.values())
    for one_end, other_end in pairwise(sorted(ends)):
        is_beside = one_end[0] == other_end[0]
        assert not is_beside or other_end[1] - one_end[1] > PORT_PX - 0.01


def runs_through(stretch: tuple[Point, Point], box: Box) -> bool:
    """Whether a line between two points may touch a box: it stays between their heights."""
    one, other = stretch
    low, high = sorted((one.x, other.x))
    is_level = max(one.y, other.y) <= box.y or min(one.y, other.y) >= box.y + box.height
    return not (is_level or high <= box.x or low >= box.x + box.width)


@settings(deadline=None, max_examples=60)
@given(st.frozensets(SHORT, max_size=8), ARCS)
def test_nothing_lies_upon_another(alone: frozenset[str], arcs: frozenset[tuple[str, str]]) -> None:
    """Boxes hold their names and overlap nothing; no line runs through one."""
    names = {*alone, *(name for arc in arcs for name in arc)}

    check(laid_out(alone, arcs), names, arcs)


@pytest.mark.parametrize(("size", "count"), [(5, 6), (20, 30), (60, 110), (60, 300)])
def test_systems_of_every_size(size: int, count: int) -> None:
    """What holds for small systems holds for those of sixty services."""
    names = tuple(f"service-{at}" for at in range(size))
    arcs = random_arcs(names, count, Random(size))

    check(laid_out(names, arcs), set(names), arcs)


@settings(deadline=None)
@given(ARCS, st.randoms(use_true_random=False))
def test_the_same_system_is_drawn_the_same(
    arcs: frozenset[tuple[str, str]], chance: Random
) -> None:
    """In whichever order services and links are named."""
    shuffled = list(arcs)
    chance.shuffle(shuffled)

    assert laid_out((), shuffled) == laid_out(sorted({n for a in arcs for n in a}), sorted(arcs))


@settings(deadline=None)
@given(ARCS)
def test_consumers_stand_left_of_their_providers(arcs: frozenset[tuple[str, str]]) -> None:
    """But for links that close a circle, of which some must lead back."""
    names = sorted({name for arc in arcs for name in arc})
    found = layered(names, arcs)
    column = {slot: at for at, slots in enumerate(found.columns) for slot in slots}

    assert set(found.chains) == {arc for arc in arcs if arc[0] != arc[1]}
    for arc, chain in found.chains.items():
        assert [column[slot] for slot in chain] == list(
            range(column[chain[0]], column[chain[0]] + len(chain))
        )
        assert (chain[-1].name, chain[0].name)[:: 1 if arc in found.turned else -1] == arc
    rest = {arc for arc in found.chains if arc not in found.turned}
    assert not found.turned or _has_circle(rest | found.turned)


def _has_circle(arcs: set[tuple[str, str]] | frozenset[tuple[str, str]]) -> bool:
    """Whether some of the arcs lead in a circle: taking away what nobody consumes leaves some."""
    left = set(arcs)
    while left:
        kept = {arc for arc in left if any(arc[0] == other[1] for other in left)}
        if kept == left:
            return True
        left = kept
    return False


def test_a_chain_is_drawn_as_a_line() -> None:
    """What could stand level does."""
    layout = laid_out((), [("a", "b"), ("b", "c"), ("c", "d")])

    assert len({box.y for box in layout.boxes.values()}) == 1
    assert [layout.boxes[name].x for name in "abcd"] == sorted(
        box.x for box in layout.boxes.values()
    )


def test_few_lines_cross() -> None:
    """Two stars that are named in the wrong order are drawn without a crossing."""
    layout = laid_out((), [("a", "y"), ("b", "x"), ("a", "z"), ("b", "w")])
    tops = {name: layout.boxes[name].y for name in "abwxyz"}

    assert (tops["a"] < tops["b"]) == (max(tops["y"], tops["z"]) < min(tops["x"], tops["w"]))


def test_small_systems_stand_beside_each_other() -> None:
    """Pairs that have nothing to do with each other do not make one long column."""
    layout = laid_out((), [(f"a{at}", f"b{at}") for at in range(12)])
    rows = {box.y for box in layout.boxes.values()}

    assert 3 <= len(rows) <= 6
    assert layout.width < 1100


def test_a_box_holds_what_is_shown_for_a_name() -> None:
    """A name that is drawn as escapes has a box as wide as these."""
    plain = laid_out(["\x1b"], ()).boxes["\x1b"]
    shown = laid_out(["\x1b"], (), {"\x1b": r"\x1b\x1b\x1b\x1b\x1b"}).boxes["\x1b"]

    assert "".join(shown.lines) == r"\x1b\x1b\x1b\x1b\x1b"
    assert shown.width > plain.width


def test_nothing_is_drawn_of_nothing() -> None:
    """An empty system has an empty map."""
    layout = laid_out((), ())

    assert (dict(layout.boxes), dict(layout.routes)) == ({}, {})
    assert layout.width > 0


@given(st.text(max_size=60))
def test_a_name_is_cut_into_lines_that_fit(name: str) -> None:
    """No line is wider than asked, none is empty, and nothing is left out unless it is said."""
    found = lines(name, 162, 3)

    assert 1 <= len(found) <= 3
    assert all(found)
    assert all(width(line) <= 162 for line in found)
    whole = "".join("".join(found).split())
    assert found[-1].endswith("…") or whole in ("(noname)", "".join(name.split()))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("orders", ("orders",)),
        ("payment-reconciliation-service", ("payment-", "reconciliation-", "service")),
        ("", ("(no name)",)),
    ],
)
def test_a_name_is_broken_where_it_is_read_apart(name: str, told: tuple[str, ...]) -> None:
    """Behind a hyphen, not within a word."""
    assert lines(name, 162, 3) == told
