"""Can I deploy: the answer, what is missing for a yes, and the commands that supply it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from harness.broker.semantics import reasons
from harness.broker.semantics.deployability import Considered, Row
from harness.broker.semantics.queries import Named, Query, deploying
from harness.broker.server import cross_contracts, matrix
from harness.broker.server.answers import Answer
from harness.broker.server.asking import Call
from harness.broker.server.pages import frame, judged, parts
from harness.broker.server.pages.matrix import PROPOSED
from harness.broker.server.routing import Route, page
from harness.broker.store import environments, judging, pacticipants
from harness.broker.store.statements import Page
from harness.pages.markup import Child, Markup, tag

_TITLE: Final = "Can I deploy?"
_SOMEWHERE: Final = "ENVIRONMENT"
_SOME: Final = "VERSION"


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
    wrong = matrix.wrong(call, query)
    if wrong:
        told = tag("ul", [tag("li", each, class_="bad") for each in wrong])
        return frame.page(call, _TITLE, told, _form(call, query), status=400)
    found = judging.judged(call.db, query)
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
    for row in found.counted:
        if row.success is not True:
            yield _of_row(call, found, row, place or _SOMEWHERE)
    for each in found.missing:
        yield _step(
            f"{reasons.of_missing(found, each)}.",
            "Publish the consumer's pact and verify it.",
        )


def _step(*children: Child) -> Markup:
    return tag(
        "li",
        [
            tag("p", each) if isinstance(each, str) and not isinstance(each, Markup) else each
            for each in children
        ],
    )


def _publishing(named: Named) -> list[Child]:
    return [
        "If it is a consumer, publish its pacts:",
        parts.command(
            "pact", "broker", "publish", "pacts", "--consumer-app-version", named.version or _SOME
        ),
        "If it only provides, verify its consumers' pacts and publish the results:",
        _verifying_all(named),
    ]


def _verifying_all(named: Named) -> Markup:
    return parts.command(
        *("pact", "verifier", "--provider-name", named.pacticipant),
        *("--publish", "--provider-version", named.version or _SOME),
    )


def _of_row(call: Call, found: Considered, row: Row, place: str) -> Markup:
    one, why = row.publication, " ".join(f"{each}." for each in reasons.of_row(found, row))
    if row.provider_version is None:
        return _step(
            why,
            f"Deploy a version of {one.provider} there that has verified this pact, and say so:",
            parts.command(
                *("pact", "broker", "record-deployment", "--pacticipant", one.provider),
                *("--version", _SOME, "--environment", place),
            ),
        )
    verify = parts.command(
        *("pact", "verifier", "--url", call.links.content(one)),
        *("--provider-name", one.provider, "--hostname", "localhost"),
        *("--publish", "--provider-version", row.provider_version[1]),
    )
    if row.fit and row.fit.success is False:
        told = parts.to(cross_contracts.address(call.links, one, row.fit), "why it does not")
        return _step(why, tag("p", "Read ", told, ", and mend the document or the pact."))
    if row.verification is None:
        ask = f"Verify the pact with version {row.provider_version[1]} of {one.provider}:"
        return _step(why, ask, verify)
    result = call.links.content(one, "verification-results", str(row.verification.id))
    read = tag(
        "p", "Read ", parts.to(result, "which interaction failed"), ", mend it, and verify again:"
    )
    return _step(why, read, verify)


_OWNER: Final = "/pacticipants/{pacticipant}"
_TO: Final = "can-i-deploy/to-environment/{environment}"

ROUTES: Final[tuple[Route, ...]] = (
    page("/can-i-deploy", asked),
    page(f"{_OWNER}/versions/{{version}}/can-i-deploy/to/{{to}}", of_path),
    page(f"{_OWNER}/versions/{{version}}/{_TO}", of_path),
    page(f"{_OWNER}/branches/{{branch}}/latest-version/{_TO}", of_path),
)
