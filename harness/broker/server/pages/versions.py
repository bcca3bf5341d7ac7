"""One version: where it is, its pacts, and what it verified."""

from __future__ import annotations

from typing import Final

from harness.broker.semantics.rows import Version
from harness.broker.server import finding
from harness.broker.server.answers import Answer
from harness.broker.server.asking import Call
from harness.broker.server.bodies import Found
from harness.broker.server.pages import frame, parts
from harness.broker.server.routing import Route, page
from harness.broker.server.standing import outcome, status, words
from harness.broker.store import contracts, environments, results
from harness.pages.markup import Child, Markup, tag

_ONE: Final = "/pacticipants/{pacticipant}/versions/{version}"


def one(call: Call) -> Answer:
    """A version."""
    found = finding.version(call)
    links, on = call.links, Found(call, [found])
    return frame.page(
        call,
        f"{found.pacticipant} {found.number}",
        frame.section("May it be deployed?", _asking(call, found)),
        frame.section("Its pacts", _pacts(call, found)),
        frame.section("What it verified", _verified(call, found)),
        lead=parts.terms(
            ("pacticipant", parts.pacticipant(links, found.pacticipant)),
            ("version", parts.name(found.number)),
            ("where it is", parts.chips(call, found, on)),
            ("made", parts.moment(found.created_at)),
            ("build", parts.outward(found.build_url)),
        ),
    )


def _asking(call: Call, one: Version) -> Child:
    places = environments.every(call.db)
    shown = [
        tag(
            "li",
            parts.to(
                call.links.version(one, "can-i-deploy", "to-environment", each.name),
                "to ",
                parts.name(each.display_name),
            ),
        )
        for each in places
    ]
    return tag("ul", shown) if shown else tag("p", "No environment is known.", class_="quiet")


def _pacts(call: Call, one: Version) -> Markup:
    found = contracts.of_version(call.db, [one.id])
    said = words(call.db, found)
    rows: list[list[Child]] = []
    for each in found:
        last = said.get(each.content_id)
        told = parts.said(call, last) if last else None
        rows.append(
            [
                ["with ", parts.pacticipant(call.links, each.provider)],
                [parts.state(status(last)), told],
                parts.to(call.links.pact(each), "read it"),
            ]
        )
    return parts.table(("Pact", "State", "More"), rows, empty="It has published no pact.")


def _verified(call: Call, one: Version) -> Markup:
    rows: list[list[Child]] = []
    for pact, said in results.of_provider_version(call.db, one.id):
        href = call.links.content(pact, "verification-results", str(said.id))
        rows.append(
            [
                [
                    parts.pacticipant(call.links, pact.consumer),
                    " ",
                    parts.version(call.links, pact.consumer, pact.version),
                ],
                parts.state(outcome(success=said.success)),
                parts.to(href, parts.moment(said.created_at)),
            ]
        )
    heads = ("Consumer, its newest version with this pact", "Result", "When")
    return parts.table(heads, rows, empty="It has published no result.")


ROUTES: Final[tuple[Route, ...]] = (page(_ONE, one),)
