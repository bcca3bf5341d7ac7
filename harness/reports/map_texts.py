"""The map of services for tools that draw: DOT and Mermaid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from harness.domain.edge import LegStatus
from harness.domain.service_map import Link, ServiceMap
from harness.pages.colours import LIGHT
from harness.pages.plain import one_line
from harness.reports.map_svg import told
from harness.reports.palette import LEGS

_UNSAFE: Final = re.compile(r"[^\w /.\-✓✕≡–]|^-|\.(?= )")


def dot(drawn: ServiceMap) -> str:
    """Write a graph in Graphviz's language."""
    return "\n".join(_dot(drawn)) + "\n"


def _dot(drawn: ServiceMap) -> Iterator[str]:
    yield "digraph services {"
    yield '  graph [rankdir="LR", tooltip="services"];'
    yield '  node [shape="box", style="rounded", fontname="sans-serif"];'
    yield '  edge [fontname="sans-serif", fontsize="10"];'
    for one in drawn.participants:
        owner = f", owned by {one.owner}" if one.owner else ""
        style = "rounded" if one.is_member else "rounded,dashed"
        tooltip = _quoted(f"{one.name}{owner}")
        yield f'  {_quoted(one.name)} [tooltip={tooltip}, style="{style}"];'
    for link in drawn.links:
        ends = f"{_quoted(link.pair.consumer)} -> {_quoted(link.pair.provider)}"
        look = {
            "label": signs(link),
            "color": LIGHT[LEGS[link.status][0]],
            "style": _STYLES[_shown(link)],
            "tooltip": told(link),
        }
        yield f"  {ends} [{', '.join(f'{key}={_quoted(text)}' for key, text in look.items())}];"
    yield "}"


def mermaid(drawn: ServiceMap) -> str:
    """Write a flow chart in Mermaid's language."""
    return "\n".join(_mermaid(drawn)) + "\n"


def _mermaid(drawn: ServiceMap) -> Iterator[str]:
    yield "flowchart LR"
    ids = {one.name: f"s{at}" for at, one in enumerate(drawn.participants)}
    for one in drawn.participants:
        yield f'  {ids[one.name]}["{_entities(one.name)}"]'
    for link in drawn.links:
        label = f'|"{_entities(signs(link))}"|' if link.legs else ""
        yield f"  {ids[link.pair.consumer]} -->{label} {ids[link.pair.provider]}"
    for at, link in enumerate(drawn.links):
        colour, dashes = LIGHT[LEGS[link.status][0]], _DASHES[_shown(link)]
        yield f"  linkStyle {at} stroke:{colour},stroke-width:2px{dashes}"
    if elsewhere := [ids[one.name] for one in drawn.participants if not one.is_member]:
        yield "  classDef elsewhere stroke-dasharray:5 4"
        yield f"  class {','.join(elsewhere)} elsewhere"


def signs(link: Link) -> str:
    """The signs of a link's legs in their order, nothing where none are known."""
    return " ".join(LEGS[status][1] for _, status in link.legs)


def _shown(link: Link) -> LegStatus:
    """How a link is drawn: one of which no run is known is solid where it has a contract."""
    return LegStatus.TESTED if link.interactions and not link.legs else link.status


def _quoted(text: str) -> str:
    """
    A text as DOT takes it.

    Shape: a backslash would begin an escape of labels, so that it is doubled.
    """
    return '"' + one_line(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _entities(text: str) -> str:
    """A text in which no sign means anything to Mermaid: those that may are written by number."""
    return _UNSAFE.sub(lambda sign: f"#{ord(sign[0])};", one_line(text)) or " "


_STYLES: Final = {
    LegStatus.PROVEN: "bold",
    LegStatus.TESTED: "solid",
    LegStatus.FAILED: "bold",
    LegStatus.MISSING: "dashed",
    LegStatus.NOT_LOOKED_AT: "dotted",
}
_DASHES: Final = {
    LegStatus.PROVEN: "",
    LegStatus.TESTED: "",
    LegStatus.FAILED: "",
    LegStatus.MISSING: ",stroke-dasharray:8 5",
    LegStatus.NOT_LOOKED_AT: ",stroke-dasharray:2 5",
}
