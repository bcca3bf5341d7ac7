"""The map of services as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from harness.domain.service_map import Link, Participant, ServiceMap
from harness.pages.colours import variables
from harness.pages.markup import Markup, joined, tag
from harness.pages.pictures import STYLE, Line, Node, picture
from harness.reports.anchors import pair_anchor, service_filter
from harness.reports.palette import LEG_TITLES, LEGS
from harness.reports.words import counted

_UNKNOWN: Final = {True: "known", False: "none"}
"""How a link is drawn of which no run is known: whether there is a contract at all."""


def render(drawn: ServiceMap) -> str:
    """Write the picture as a file of its own, which holds its colours for light and dark."""
    head = tag("style", Markup(f"\n{variables()}{STYLE}"))
    back = tag("rect", class_="back", width="100%", height="100%")
    nodes = [_node(one, 0, is_linked=False) for one in drawn.participants]
    lines = [_line(one, is_linked=False) for one in drawn.links]
    return joined([picture(_title(drawn), nodes, lines, [head, back]), "\n"])


def inline(drawn: ServiceMap, errors: Mapping[str, int]) -> Markup:
    """
    Write the picture as a part of a page, whose style it takes, with links into the page.

    Shape: `errors` counts those of each service.
    """
    nodes = [_node(one, errors.get(one.name, 0), is_linked=True) for one in drawn.participants]
    return picture(_title(drawn), nodes, [_line(one, is_linked=True) for one in drawn.links])


def told(link: Link) -> str:
    """Say what a link is in words: the legs that it has, or that nothing is known of them."""
    legs = "; ".join(f"{LEG_TITLES[leg]}: {status.value}" for leg, status in link.legs)
    contracts = counted(link.interactions, "interaction") if link.interactions else "no contract"
    return f"{link.pair}: {legs or contracts}"


def _title(drawn: ServiceMap) -> str:
    return (
        f"{counted(len(drawn.participants), 'service')} and {counted(len(drawn.links), 'link')} "
        "from consumers to their providers"
    )


def _line(link: Link, *, is_linked: bool) -> Line:
    signs = tuple(LEGS[status] for _, status in link.legs)
    return Line(
        link.pair.consumer,
        link.pair.provider,
        told(link),
        tuple(colour for colour, _ in signs) or (_UNKNOWN[link.interactions > 0],),
        signs,
        f"#{pair_anchor(link.pair)}" if is_linked else "",
    )


def _node(one: Participant, errors: int, *, is_linked: bool) -> Node:
    owner = f", owned by {one.owner}" if one.owner else ""
    title = f"{one.name}{owner}{'' if one.is_member else ', which lives elsewhere'}"
    if errors:
        title += f": {counted(errors, 'error')}"
    href = f"#{service_filter(one.name)}" if is_linked else ""
    return Node(one.name, title, href, one.is_member, errors)
