"""The index of integrations, and one of them with its pacts."""

from __future__ import annotations

from typing import Final

from harness.broker.semantics.deployability import Row
from harness.broker.semantics.rows import Publication, Version
from harness.broker.server import finding
from harness.broker.server.answers import Answer
from harness.broker.server.asking import Call
from harness.broker.server.bodies import Found
from harness.broker.server.pages import frame, newest, parts, started
from harness.broker.server.routing import Route, page, steady
from harness.broker.server.standing import Standing, standings, status, words
from harness.broker.store import contracts, versions
from harness.broker.store import integrations as stored
from harness.broker.store.integrations import Pair
from harness.pages.markup import Child, Markup, tag

_PAIR: Final = "provider/{provider}/consumer/{consumer}"


def index(call: Call) -> Answer:
    """Every pair, in parts, with how it stands; of an empty broker, how to begin."""
    part, text = parts.part_of(call), call.query("q")
    found, total = stored.every(call.db, part, text)
    if not found and not text and part.number == 1:
        return frame.page(call, "Getting started", started.steps(call))
    how = standings(call.db, found)
    rows = [_row(call, each, how[each.consumer_id, each.provider_id]) for each in found]
    heads = ("Consumer and provider", "State", "Newest pact", "More")
    return frame.page(
        call,
        "Integrations",
        parts.search(call, "Consumer or provider"),
        parts.table(heads, rows, empty=f"No name holds “{text}”."),
        parts.pager(call, part, total),
        lead=["Who consumes whom by their pacts, and what verifications and documents say."],
    )


def one(call: Call) -> Answer:
    """A pair: how it stands, and its pacts by consumer version, newest first."""
    meant = finding.pair(call)
    consumer, provider = call.names["consumer"], call.names["provider"]
    pairs = [
        each
        for each in stored.involving(call.db, [meant.consumer_id])
        if (each.consumer_id, each.provider_id) == (meant.consumer_id, meant.provider_id)
    ]
    if not pairs:
        finding.nothing(call)
    how = standings(call.db, pairs)[meant.consumer_id, meant.provider_id]
    part = parts.part_of(call)
    found = contracts.found(call.db, meant, part)
    links = call.links
    return frame.page(
        call,
        f"{consumer} consumes {provider}",
        frame.section("Newest pacts", newest.table(call, meant, how.publication))
        if how.publication and part.number == 1
        else None,
        frame.section(
            "Pacts by consumer version",
            _pacts(call, found),
            parts.pager(call, part, contracts.counted(call.db, meant)),
        ),
        frame.section("Badge", _badge(call, provider, consumer)),
        lead=[
            tag("p", parts.state(how.status), _newest(call, how)),
            parts.terms(
                ("consumer", parts.pacticipant(links, consumer)),
                ("provider", parts.pacticipant(links, provider)),
                ("results", parts.to(matrix_of(call, consumer, provider), "matrix")),
                ("webhooks", parts.to(links.pair(provider, consumer, "webhooks"), "told of it")),
                ("around it", parts.to(_network_of(call, consumer), "network")),
            ),
        ],
    )


def matrix_of(call: Call, consumer: str, provider: str) -> str:
    """The address of a pair's matrix."""
    return call.links.to("matrix", "provider", provider, "consumer", consumer)


def _network_of(call: Call, name: str) -> str:
    return call.links.to("pacticipants", name, "network")


def _row(call: Call, pair: Pair, how: Standing) -> list[Child]:
    links = call.links
    names = [
        parts.pacticipant(links, pair.consumer),
        tag("span", " consumes ", class_="quiet"),
        parts.pacticipant(links, pair.provider),
    ]
    own = links.to("dashboard", "provider", pair.provider, "consumer", pair.consumer)
    more = [
        parts.to(own, "versions"),
        " · ",
        parts.to(matrix_of(call, pair.consumer, pair.provider), "matrix"),
    ]
    ways = tag("span", more, class_="ways")
    return [names, [parts.state(how.status), _said(call, how)], _newest(call, how), ways]


def _said(call: Call, how: Standing) -> Markup | None:
    return parts.said(call, how.word) if how.word else None


def _newest(call: Call, how: Standing) -> Child:
    one = how.publication
    if one is None:
        return tag("span", "no pact is in force", class_="quiet")
    href = call.links.pact(one)
    told = tag("small", "published ", parts.moment(one.created_at))
    return [" ", parts.to(href, "version ", parts.numbered(one.version)), " ", told]


def _pacts(call: Call, found: list[Publication]) -> Markup:
    """Pacts with what is on their versions; what follows an equal one says so."""
    said = words(call.db, found)
    owners = versions.by_ids(call.db, {each.version_id for each in found})
    on = Found(call, list(owners.values()))
    older = [*found[1:], contracts.before(call.db, found[-1], is_distinct=False)] if found else []
    rows = [
        _pact(call, each, owners[each.version_id], on, said.get(each.content_id), before)
        for each, before in zip(found, older, strict=True)
    ]
    heads = ("Consumer version", "Where it is", "Pact", "State")
    return parts.table(heads, rows, empty="No pact is in force.")


def _pact(
    call: Call,
    one: Publication,
    owner: Version,
    on: Found,
    word: Row | None,
    before: Publication | None,
) -> list[Child]:
    if before is None:
        change = "first"
    else:
        change = "unchanged" if before.content_id == one.content_id else "changed"
    told = parts.said(call, word) if word else None
    return [
        parts.version(call.links, one.consumer, one.version),
        parts.chips(call, owner, on),
        [parts.to(call.links.pact(one), change), " ", tag("small", parts.moment(one.created_at))],
        [parts.state(status(word)), told],
    ]


def _badge(call: Call, provider: str, consumer: str) -> Child:
    own = call.links.pair(provider, consumer, "latest", "badge")
    return [
        tag("p", tag("img", src=own, alt="whether the newest pact holds")),
        parts.script(f"![pact]({own})"),
    ]


ROUTES: Final[tuple[Route, ...]] = steady(
    page("/", index),
    page("/integrations", index),
    page("/dashboard", index),
    page(f"/dashboard/{_PAIR}", one),
    page(f"/pacts/{_PAIR}", one),
    page(f"/pacts/{_PAIR}/versions", one),
)
