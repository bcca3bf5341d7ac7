"""A map as a picture: boxes, and lines between them, in SVG."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from harness.maps.placing import Box, Layout, Point, laid_out
from harness.maps.texts import LINE_PX
from harness.pages.markup import Markup, number, tag
from harness.pages.plain import one_line

STYLE: Final = """
.map{font:14px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
.map path{fill:none;stroke-width:2}
.map .hit{stroke:transparent;stroke-width:14}
.map .proven{stroke:var(--proven)}.map .good{stroke:var(--good)}.map .bad{stroke:var(--bad)}
.map .open{stroke:var(--open)}.map .none{stroke:var(--none)}
.map path.proven,.map path.bad{stroke-width:2.6}
.map .known{stroke:var(--quiet)}
.map path.open{stroke-dasharray:8 5}.map path.none{stroke-dasharray:2 5}
.map circle{fill:var(--back);stroke-width:1.4}
.map .sign{font-size:10px;font-weight:700;text-anchor:middle;stroke:none;fill:var(--ink)}
.map .sign.proven{fill:var(--proven)}.map .sign.good{fill:var(--good)}
.map .sign.bad{fill:var(--bad)}.map .sign.open{fill:var(--open)}.map .sign.none{fill:var(--none)}
.map .tip{fill:var(--quiet);stroke:none}
.map rect{fill:var(--panel);stroke:var(--quiet);stroke-width:1.2}
.map .back{fill:var(--back);stroke:none}
.map .elsewhere rect{stroke-dasharray:5 4}
.map .name{text-anchor:middle;fill:var(--ink);stroke:none}
.map .count rect{fill:var(--bad);stroke:none}
.map .count text{fill:var(--back);font-size:11px;font-weight:700;text-anchor:middle}
.map a:hover .hit,.map a:focus .hit{stroke:var(--mark)}
.map a:hover rect,.map a:focus rect{stroke:var(--accent);stroke-width:2.4}
.map a:focus{outline:none}
"""

_STRANDS_PX: Final = 3.4
_SIGN_PX: Final = 12.0
_TIP_PX: Final = 8.0


@dataclass(frozen=True, slots=True)
class Node:
    """
    A box of the map.

    Shape: `title` is told of it in words; `href` is where a click leads, nowhere where empty;
    `errors` are counted at its corner; what is not `is_member` is drawn dashed.
    """

    name: str
    title: str
    href: str = ""
    is_member: bool = True
    errors: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """
    A line from a consumer's box to its provider's.

    Shape: it has a strand for each of `strands`, which are classes of the style, and at its end
    each of `signs`: a class and a character.
    """

    start: str
    end: str
    title: str
    strands: tuple[str, ...]
    signs: tuple[tuple[str, str], ...] = ()
    href: str = ""


def picture(
    title: str, nodes: Sequence[Node], lines: Sequence[Line], head: Iterable[Markup] = ()
) -> Markup:
    """
    Draw a map.

    Shape: `head` stands before what is drawn; with links the picture is a group of them for those
    who hear it, else an image.
    """
    arcs = {(one.start, one.end): one for one in lines}
    names = [one.name for one in nodes]
    layout = laid_out(names, arcs, {name: one_line(name) for name in names})
    is_linked = any(one.href for one in nodes) or any(one.href for one in lines)
    return tag(
        "svg",
        tag("title", title),
        *head,
        [_line(line, layout.routes[arc]) for arc, line in arcs.items()],
        [_node(one, layout) for one in nodes],
        xmlns="http://www.w3.org/2000/svg",
        class_="map",
        width=number(layout.width),
        height=number(layout.height),
        viewBox=f"0 0 {number(layout.width)} {number(layout.height)}",
        role="group" if is_linked else "img",
        aria_label=title,
    )


def _line(line: Line, route: tuple[Point, ...]) -> Markup:
    parts = [tag("title", line.title), tag("path", class_="hit", d=_curve(route, 0))]
    for at, strand in enumerate(line.strands):
        shift = (at - (len(line.strands) - 1) / 2) * _STRANDS_PX
        parts.append(tag("path", class_=strand, d=_curve(route, shift)))
    parts += _end(route, line.signs)
    if not line.href:
        return tag("g", parts)
    return tag("a", parts, href=line.href, aria_label=line.title)


def _curve(route: tuple[Point, ...], shift: float) -> str:
    """Lead a line through its points, level at each."""
    first = route[0]
    if first.x == route[-1].x:
        last, far = route[-1], first.x + 36 - shift
        return (
            f"M{number(first.x)} {number(first.y + shift)}C{number(far)} {number(first.y + shift)} "
            f"{number(far)} {number(last.y - shift)} {number(last.x)} {number(last.y - shift)}"
        )
    parts = [f"M{number(first.x)} {number(first.y + shift)}"]
    for one, other in pairwise(route):
        middle = number((one.x + other.x) / 2)
        parts.append(
            f"C{middle} {number(one.y + shift)} {middle} {number(other.y + shift)} "
            f"{number(other.x)} {number(other.y + shift)}"
        )
    return "".join(parts)


def _end(route: tuple[Point, ...], signs: Sequence[tuple[str, str]]) -> Iterator[Markup]:
    """Draw the tip at the provider, and before it the signs in their order."""
    end = route[-1]
    back = 1 if route[0].x >= end.x else -1
    base = end.x + back * _TIP_PX
    yield tag(
        "path",
        class_="tip",
        d=f"M{number(end.x)} {number(end.y)}L{number(base)} {number(end.y - 4.5)}"
        f"L{number(base)} {number(end.y + 4.5)}Z",
    )
    for at, (colour, sign) in enumerate(signs if back > 0 else signs[::-1]):
        x = base + back * (at + 0.5) * _SIGN_PX
        yield tag("circle", class_=colour, cx=number(x), cy=number(end.y), r=5.5)
        yield tag("text", sign, class_=f"sign {colour}", x=number(x), y=number(end.y + 3.5))


def _node(one: Node, layout: Layout) -> Markup:
    box = layout.boxes[one.name]
    parts = [
        tag("title", one.title),
        tag("rect", x=box.x, y=box.y, width=box.width, height=box.height, rx=7),
        list(_name(box)),
        _count(box, one.errors) if one.errors else None,
    ]
    kind = "service" if one.is_member else "service elsewhere"
    if not one.href:
        return tag("g", parts, class_=kind)
    return tag("a", parts, class_=kind, href=one.href, aria_label=one.title)


def _name(box: Box) -> Iterator[Markup]:
    first = box.y + box.height / 2 - (len(box.lines) - 1) * LINE_PX / 2 + 5
    for at, line in enumerate(box.lines):
        x, y = number(box.x + box.width / 2), number(first + at * LINE_PX)
        yield tag("text", line, class_="name", x=x, y=y)


def _count(box: Box, count: int) -> Markup:
    text = f"✕ {count:,}"
    wide = 14 + 6.5 * len(text)
    x, y = box.x + box.width - wide + 6, box.y - 9
    rect = tag("rect", x=x, y=y, width=wide, height=16, rx=8)
    return tag("g", rect, tag("text", text, x=x + wide / 2, y=y + 12), class_="count")
