"""The edges of a page: the map, and the table of legs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from harness.domain.edge import EdgeReport, Leg, LegReport, Pair
from harness.domain.verdict import Verdict
from harness.maps.gathering import of_verdict
from harness.pages.markup import Markup, tag
from harness.pages.plain import one_line
from harness.reports import map_svg
from harness.reports.anchors import edge_anchor, edge_filter, pair_anchor
from harness.reports.palette import LEG_TITLES, LEGS
from harness.reports.words import LEGEND, counted, leg_words

_SLICE = " A part of the system was asked for: what was not looked at has no arrow."


def picture(verdict: Verdict) -> Markup:
    """Draw the map, with the count of errors at each service that they are about."""
    drawn = of_verdict(verdict)
    if not drawn.participants:
        return tag("p", "No service is known.", class_="quiet")
    errors = Counter(one.flaw.service for one in verdict.findings if one.fails)
    caption = tag(
        "figcaption",
        "An arrow leads from a consumer to its provider. Its lines and signs are the three legs: ",
        ", ".join(LEG_TITLES[leg] for leg in Leg),
        ". An arrow leads to its edges, a service to its findings.",
        _SLICE if verdict.is_slice else None,
        _signs(),
    )
    image = tag(
        "div",
        map_svg.inline(drawn, errors),
        class_="wide",
        tabindex=0,
        role="region",
        aria_label="Map of services",
    )
    return tag("figure", image, caption)


def _signs() -> Markup:
    return tag(
        "ul",
        [
            tag("li", tag("span", sign, class_=f"sign {colour}", aria_hidden="true"), status.value)
            for status, (colour, sign) in LEGS.items()
        ],
        class_="signs",
    )


def table(verdict: Verdict) -> Markup:
    """Write every edge with its legs, one group for each consumer and provider."""
    if not verdict.edges:
        return tag("p", "There is no edge: nobody is known to consume anybody.", class_="quiet")
    counts = Counter(one.edge for one in verdict.findings if one.edge)
    head = tag(
        "thead",
        tag(
            "tr",
            tag("th", "edge", scope="col"),
            [tag("th", LEG_TITLES[leg.leg], scope="col") for leg in verdict.edges[0].legs],
            tag("th", "findings", scope="col"),
        ),
    )
    groups = [
        tag(
            "tbody",
            _heading(pair, verdict),
            [_row(one, counts[one.edge]) for one in edges],
            id=pair_anchor(pair),
        )
        for pair, edges in groupby(verdict.edges, key=lambda report: report.edge.pair)
    ]
    return tag(
        "div",
        tag("table", head, groups, class_="edges"),
        tag("p", LEGEND, class_="quiet"),
    )


def _heading(pair: Pair, verdict: Verdict) -> Markup:
    name = tag("bdi", one_line(pair.consumer)), " → ", tag("bdi", one_line(pair.provider))
    span = len(verdict.edges[0].legs) + 2
    return tag("tr", tag("th", name, colspan=span, scope="rowgroup"), class_="pair")


def _row(report: EdgeReport, count: int) -> Markup:
    edge = report.edge
    operation = one_line(edge.operation) or "(no operation known)"
    shown = tag("a", counted(count, "finding"), href=f"#{edge_filter(edge.pair)}")
    return tag(
        "tr",
        tag("th", tag("bdi", operation), scope="row"),
        [_leg(leg) for leg in report.legs],
        tag(
            "td", shown if count else "none", data_label="findings", class_="" if count else "quiet"
        ),
        id=edge_anchor(edge),
    )


def _leg(leg: LegReport) -> Markup:
    return tag("td", list(_told(leg)), data_label=LEG_TITLES[leg.leg])


def _told(leg: LegReport) -> Iterator[Markup | str]:
    colour, sign = LEGS[leg.status]
    yield tag("span", sign, class_=f"sign {colour}", aria_hidden="true")
    yield f" {leg_words(leg)}"
    if leg.reason:
        yield " "
        yield tag("small", one_line(leg.reason))
