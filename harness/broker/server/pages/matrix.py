"""The matrix: what is known between versions, asked for by selectors."""

from __future__ import annotations

from typing import Final

from harness.broker.semantics.queries import LATEST_BY, Named, Query, query_of
from harness.broker.server import matrix
from harness.broker.server.answers import Answer
from harness.broker.server.asking import Call
from harness.broker.server.pages import frame, judged, parts
from harness.broker.server.routing import Route, page, steady
from harness.broker.store import environments, pacticipants
from harness.broker.store.statements import Page
from harness.pages.markup import Child, Markup, tag

PROPOSED: Final = 500
"""How many names a field proposes at most."""

_LATEST_BY: Final = {
    "": "every result",
    "cvpv": "the last of each two versions",
    "cvp": "the last of each consumer version",
    "cp": "the last of each pair",
}
_ROWS: Final = 200


def asked(call: Call) -> Answer:
    """The matrix of a question, or the form to ask one."""
    query = query_of(call.nested())
    named = tuple(each for each in query.selectors if each != Named(""))
    return _answered(
        call, Query(named, query.ignored, query.target, query.latest_by, query.outcomes)
    )


def of_pair(call: Call) -> Answer:
    """The matrix of all versions of a pair."""
    return _answered(call, matrix.pair_query(call))


def _answered(call: Call, query: Query) -> Answer:
    form = _form(call, query)
    if not query.selectors:
        lead = "Choose one pacticipant or two, and which of their versions are meant."
        return frame.page(call, "Matrix", form, lead=tag("p", lead))
    found = matrix.judged(call, query)
    if isinstance(found, list):
        told = tag("ul", [tag("li", each, class_="bad") for each in found])
        return frame.page(call, "Matrix", told, form, status=400)
    rows = matrix.shown_rows(found)
    part = call.page() or Page(1, _ROWS)
    first = (part.number - 1) * part.size
    some = rows[first : first + part.size]
    return frame.page(
        call,
        "Matrix",
        tag("details", tag("summary", "Ask otherwise"), form),
        judged.verdict(found) if query.target.is_given else None,
        judged.table(call, found, some, "No pact is between these versions."),
        parts.pager(call, part, len(rows)),
        lead=tag("p", judged.counts(found.rows)),
    )


def _form(call: Call, query: Query) -> Markup:
    names = [each.name for each in pacticipants.every(call.db, Page(1, PROPOSED))[0]]
    places = [
        ("", "anywhere"),
        *((each.name, each.display_name) for each in environments.every(call.db)),
    ]
    sides = [*query.selectors, Named(""), Named("")][: max(2, len(query.selectors))]
    target = query.target.environment
    return tag(
        "form",
        parts.datalist("names", names),
        [_side(each, at, places) for at, each in enumerate(sides, 1)],
        tag(
            "fieldset",
            tag("legend", "Against"),
            parts.choice("What runs in", "environment", target, places),
            parts.choice(
                "Shown",
                "latestby",
                query.latest_by,
                [(key, _LATEST_BY[key]) for key in ("", *LATEST_BY)],
            ),
            tag("button", "Show", type="submit"),
            class_="fields",
        ),
        method="get",
        action=call.links.to("matrix"),
    )


def _side(one: Named, at: int, places: list[tuple[str, str]]) -> Markup:
    """The fields of one selector: what is left empty says nothing."""
    fields: list[Child] = [
        parts.field("Pacticipant", "q[][pacticipant]", one.pacticipant, list="names"),
        parts.field("Version", "q[][version]", one.version),
        parts.field("Branch", "q[][branch]", one.branch),
        parts.field("Tag", "q[][tag]", one.tag),
        parts.choice("In environment", "q[][environment]", one.environment, places),
        parts.choice(
            "Which",
            "q[][latest]",
            "true" if one.is_latest else "",
            [("", "all of these"), ("true", "the newest of these")],
        ),
        parts.choice(
            "Main branch",
            "q[][mainBranch]",
            "true" if one.main_branch else "",
            [("", "any branch"), ("true", "the main branch")],
        ),
    ]
    return tag("fieldset", tag("legend", f"Pacticipant {at}"), fields, class_="fields")


ROUTES: Final[tuple[Route, ...]] = steady(
    page("/matrix", asked),
    page("/matrix/provider/{provider}/consumer/{consumer}", of_pair),
)
