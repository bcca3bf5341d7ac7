"""The map of services as a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from harness.domain.edge import LegStatus
from harness.domain.service_map import Link, Participant, ServiceMap
from harness.maps.placing import Box, Layout, Point, laid_out
from harness.maps.texts import LINE_PX
from harness.reports.anchors import pair_anchor, service_filter
from harness.reports.markup import Markup, joined, number, tag
from harness.reports.palette import LEG_TITLES, LEGS, variables
from harness.reports.plain import one_line
from harness.reports.words import counted

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
_UNKNOWN: Final = {True: "known", False: "none"}
"""How a link is drawn of which no run is known: whether there is a contract at all."""

_SIGN_PX: Final = 12.0
_TIP_PX: Final = 8.0


def render(drawn: ServiceMap) -> str:
    """Write the picture as a file of its own, which holds its colours for light and dark."""
    head = tag("style", Markup(f"\n{variables()}{STYLE}"))
    back = tag("rect", class_="back", width="100%", height="100%")
    picture = _picture(drawn, [head, back], {}, is_linked=False)
    return joined([picture, "\n"])


def inline(drawn: ServiceMap, errors: Mapping[str, int]) -> Markup:
    """
    Write the picture as a part of a page, whose style it takes, with links into the page.

    Shape: `errors` counts those of each service.
    """
    return _picture(drawn, [], errors, is_linked=True)


def _picture(
    drawn: ServiceMap, head: list[Markup], errors: Mapping[str, int], *, is_linked: bool
) -> Markup:
    names = [one.name for one in drawn.participants]
    arcs = {(link.pair.consumer, link.pair.provider): link for link in drawn.links}
    layout = laid_out(names, arcs, {name: one_line(name) for name in names})
    title = (
        f"{counted(len(names), 'service')} and {counted(len(arcs), 'link')} "
        "from consumers to their providers"
    )
    return tag(
        "svg",
        tag("title", title),
        *head,
        [_link(link, layout.routes[arc], is_linked=is_linked) for arc, link in arcs.items()],
        [_box(one, layout, errors, is_linked=is_linked) for one in drawn.participants],
        xmlns="http://www.w3.org/2000/svg",
        class_="map",
        width=number(layout.width),
        height=number(layout.height),
        viewBox=f"0 0 {number(layout.width)} {number(layout.height)}",
        role="group" if is_linked else "img",
        aria_label=title,
    )


def _link(link: Link, route: tuple[Point, ...], *, is_linked: bool) -> Markup:
    parts = [tag("title", told(link)), tag("path", class_="hit", d=_curve(route, 0))]
    if not link.legs:
        parts.append(tag("path", class_=_UNKNOWN[link.interactions > 0], d=_curve(route, 0)))
    for at, (_, status) in enumerate(link.legs):
        shift = (at - (len(link.legs) - 1) / 2) * _STRANDS_PX
        parts.append(tag("path", class_=LEGS[status][0], d=_curve(route, shift)))
    parts += _end(route, [status for _, status in link.legs])
    if not is_linked:
        return tag("g", parts)
    return tag("a", parts, href=f"#{pair_anchor(link.pair)}", aria_label=told(link))


def told(link: Link) -> str:
    """Say what a link is in words: the legs that it has, or that nothing is known of them."""
    legs = "; ".join(f"{LEG_TITLES[leg]}: {status.value}" for leg, status in link.legs)
    contracts = counted(link.interactions, "interaction") if link.interactions else "no contract"
    return f"{link.pair}: {legs or contracts}"


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


def _end(route: tuple[Point, ...], statuses: list[LegStatus]) -> Iterator[Markup]:
    """Draw the tip at the provider, and before it the sign of each leg in their order."""
    end = route[-1]
    back = 1 if route[0].x >= end.x else -1
    base = end.x + back * _TIP_PX
    yield tag(
        "path",
        class_="tip",
        d=f"M{number(end.x)} {number(end.y)}L{number(base)} {number(end.y - 4.5)}"
        f"L{number(base)} {number(end.y + 4.5)}Z",
    )
    ordered = statuses if back > 0 else statuses[::-1]
    for at, status in enumerate(ordered):
        x = base + back * (at + 0.5) * _SIGN_PX
        colour, sign = LEGS[status]
        yield tag("circle", class_=colour, cx=number(x), cy=number(end.y), r=5.5)
        yield tag("text", sign, class_=f"sign {colour}", x=number(x), y=number(end.y + 3.5))


def _box(one: Participant, layout: Layout, errors: Mapping[str, int], *, is_linked: bool) -> Markup:
    box = layout.boxes[one.name]
    owner = f", owned by {one.owner}" if one.owner else ""
    title = f"{one.name}{owner}{'' if one.is_member else ', which lives elsewhere'}"
    count = errors.get(one.name, 0)
    if count:
        title += f": {counted(count, 'error')}"
    parts = [
        tag("title", title),
        tag("rect", x=box.x, y=box.y, width=box.width, height=box.height, rx=7),
        list(_name(box)),
        _count(box, count) if count else None,
    ]
    kind = "service" if one.is_member else "service elsewhere"
    if not is_linked:
        return tag("g", parts, class_=kind)
    return tag("a", parts, class_=kind, href=f"#{service_filter(one.name)}", aria_label=title)


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
