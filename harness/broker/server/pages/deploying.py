"""Can I deploy: the answer, what is missing for a yes, and the commands that supply it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from harness.broker.semantics import reasons
from harness.broker.semantics.deployability import Considered, Row
from harness.broker.semantics.queries import Named, Query, deploying
from harness.broker.semantics.rows import Version
from harness.broker.server import cross_contracts, matrix
from harness.broker.server.answers import Answer
from harness.broker.server.asking import Call
from harness.broker.server.bodies import Found
from harness.broker.server.pages import commands, frame, judged, parts
from harness.broker.server.pages.matrix import PROPOSED
from harness.broker.server.routing import Route, page, steady
from harness.broker.store import environments, pacticipants, versions
from harness.broker.store.statements import Page
from harness.pages.markup import Child, Markup, tag
from harness.pages.plain import abbreviated

_TITLE: Final = "Can I deploy?"
_SOMEWHERE: Final = "ENVIRONMENT"


@dataclass(frozen=True, slots=True)
class _Known:
    """The consumers' versions of some rows, and what is on them."""

    versions: dict[int, Version]
    on: Found


def asked(call: Call) -> Answer:
    """The form, and below it the answer where something is asked."""
    query = deploying(call.nested())
    if not query.selectors[0].pacticipant:
        return frame.page(
            call,
            _TITLE,
            _form(call, query),
            lead=tag("p", "Whether a version fits all that runs where it is to go."),
        )
    return _answered(call, query)


def of_path(call: Call) -> Answer:
    """The same of a version that the path names."""
    return _answered(call, matrix.path_query(call))


def _answered(call: Call, query: Query) -> Answer:
    found = matrix.judged(call, query)
    if isinstance(found, list):
        told = tag("ul", [tag("li", each, class_="bad") for each in found])
        return frame.page(call, _TITLE, told, _form(call, query), status=400)
    rows = matrix.shown_rows(found)
    steps = list(_steps(call, found))
    return frame.page(
        call,
        _asking(query),
        judged.verdict(found, len(steps)),
        _vacuous(found),
        frame.section("What is missing", tag("ol", steps, class_="next")) if steps else None,
        frame.section(
            "What was looked at", judged.table(call, found, rows, "No pact is between them.")
        )
        if rows
        else None,
        frame.section("Ask for another", _form(call, query)),
        lead=tag("p", judged.counts(rows)) if rows else None,
    )


def _asking(query: Query) -> str:
    one, target = query.selectors[0], query.target
    where = f" to {target.environment or target.tag}" if target.environment or target.tag else ""
    return f"Can I deploy {reasons.described(one)}{where}?"


def _vacuous(found: Considered) -> Markup | None:
    if found.deployable is not True or found.counted:
        return None
    said = (
        "Nothing that runs there is known to consume it or to be consumed by it. "
        "So nothing is in the way, and nothing was verified either."
    )
    return tag("p", said, class_="open")


def _form(call: Call, query: Query) -> Markup:
    one = query.selectors[0]
    names = [each.name for each in pacticipants.every(call.db, Page(1, PROPOSED))[0]]
    places = [
        ("", "nowhere named"),
        *((each.name, each.display_name) for each in environments.every(call.db)),
    ]
    return tag(
        "form",
        parts.datalist("names", names),
        parts.field(
            "Pacticipant", "pacticipant", one.pacticipant, list="names", required="required"
        ),
        parts.field("Version", "version", one.version, required="required"),
        parts.choice("To environment", "environment", query.target.environment, places),
        tag("button", "Ask", type="submit"),
        method="get",
        action=call.links.to("can-i-deploy"),
        class_="fields",
    )


def _steps(call: Call, found: Considered) -> Iterator[Markup]:
    """What stands in the way of a yes, each with what supplies it."""
    place = found.query.target.environment
    for named in found.absent:
        yield _step(f"{reasons.absent(named)}.", *_publishing(named))
    if found.absent:
        return
    rows = [row for row in found.counted if row.success is not True]
    owners = versions.by_ids(call.db, {row.publication.version_id for row in rows})
    known = _Known(owners, Found(call, list(owners.values())))
    for row in rows:
        yield _of_row(call, found, row, known, place or _SOMEWHERE)
    for each in found.missing:
        yield _step(
            f"{reasons.of_missing(found, each)}.",
            "Publish the consumer's pact and verify it.",
        )


def _step(*children: Child) -> Markup:
    return tag(
        "li",
        [
            tag("p", abbreviated(each))
            if isinstance(each, str) and not isinstance(each, Markup)
            else each
            for each in children
        ],
    )


def _publishing(named: Named) -> list[Child]:
    return [
        "If it is a consumer, publish its pacts in its repository:",
        *commands.publishing(named),
        "If it only provides, verify its consumers' pacts there and publish the results:",
        *commands.verifying_all(named),
    ]


def _of_row(call: Call, found: Considered, row: Row, known: _Known, place: str) -> Markup:
    one, why = row.publication, " ".join(f"{each}." for each in reasons.of_row(found, row))
    if row.provider_version is None:
        return _step(
            why,
            f"Deploy a version of {one.provider} there that has verified this pact, and say so:",
            *commands.recording(one.provider, place),
        )
    if row.fit and row.fit.success is False:
        told = parts.to(cross_contracts.address(call.links, one, row.fit), "why it does not")
        return _step(why, tag("p", "Read ", told, ", and mend the document or the pact."))
    consumer, number = known.versions[one.version_id], row.provider_version[1]
    if row.verification is None:
        ask = f"Verify the pact with version {number} of {one.provider}, in its repository:"
        return _step(why, ask, *commands.verifying(call, row, consumer, known.on, number))
    result = call.links.content(one, "verification-results", str(row.verification.id))
    told = parts.to(result, "which interaction failed")
    read = tag("p", "Read ", told, ", mend it, and verify the version that does:")
    return _step(why, read, *commands.verifying(call, row, consumer, known.on, ""))


_OWNER: Final = "/pacticipants/{pacticipant}"
_TO: Final = "can-i-deploy/to-environment/{environment}"

ROUTES: Final[tuple[Route, ...]] = steady(
    page("/can-i-deploy", asked),
    page(f"{_OWNER}/versions/{{version}}/can-i-deploy/to/{{to}}", of_path),
    page(f"{_OWNER}/versions/{{version}}/{_TO}", of_path),
    page(f"{_OWNER}/branches/{{branch}}/latest-version/{_TO}", of_path),
)
