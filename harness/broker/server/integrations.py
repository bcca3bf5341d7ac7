"""Which pacticipants are integrated, and how they stand: lists, a graph and the dashboard."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import func, select

from harness.broker.semantics.deployability import Row
from harness.broker.semantics.networks import connected
from harness.broker.semantics.rows import Publication
from harness.broker.server import answers, bodies, finding
from harness.broker.server.answers import HAL, JSON, Answer
from harness.broker.server.asking import Call
from harness.broker.server.links import link
from harness.broker.server.matrix import result
from harness.broker.server.needs import administering
from harness.broker.server.routing import Route, change, get, steady
from harness.broker.server.standing import Standing, standings, status, words
from harness.broker.store import contracts, tables
from harness.broker.store import integrations as stored
from harness.broker.store.choosing import Among
from harness.broker.store.integrations import Pair

_CSV: Final = "text/csv"
_GRAPH: Final = "text/vnd.graphviz"
_COUNTED: Final = {
    "pacticipants": tables.pacticipants,
    "pacticipantVersions": tables.versions,
    "pactPublications": tables.publications,
    "pactVersions": tables.contents,
    "verificationResults": tables.verifications,
    "integrations": tables.integrations,
    "environments": tables.environments,
    "webhooks": tables.webhooks,
    "branches": tables.branches,
    "tags": tables.tags,
}


def listed(call: Call) -> Answer:
    """All pairs, as a list or as a graph."""
    if call.asked.names(_GRAPH):
        return answers.text(_graph(stored.every(call.db)[0]), _GRAPH)
    page = call.page()
    found, total = stored.every(call.db, page, call.query("q"))
    told, around = bodies.paging(call, page, total)
    how = standings(call.db, found)
    shown = [_entry(call, each, how[each.consumer_id, each.provider_id]) for each in found]
    links = {"self": link(call.url, title="All integrations"), **around}
    return answers.hal(
        {
            "_embedded": {"integrations": shown},
            **told,
            "_links": {**links, "curies": call.links.curies()},
        }
    )


def remove(call: Call) -> Answer:
    """Remove a pair with all pacts and results between them."""
    meant = finding.pair(call)
    stored.remove(call.db, [(meant.consumer_id, meant.provider_id)])
    return answers.empty()


def remove_all(call: Call) -> Answer:
    """Remove every pair with all pacts and results."""
    found = stored.every(call.db)[0]
    stored.remove(call.db, [(each.consumer_id, each.provider_id) for each in found])
    return answers.empty()


def relationships(call: Call) -> Answer:
    """All pairs as a table."""
    return _table((each.consumer, each.provider) for each in stored.every(call.db)[0])


def group(call: Call) -> Answer:
    """The pairs that are connected with a pacticipant, near or far, as a table."""
    start = finding.pacticipant(call)
    around = connected(start.id, stored.every(call.db)[0])
    return _table((each.consumer, each.provider) for each in around)


def dashboard(call: Call) -> Answer:
    """The newest pact of each pair with the last word on it; of one pair every version's."""
    is_pair = "consumer" in call.names
    meant = finding.pair(call) if is_pair else Among(is_head=True)
    found = contracts.found(call.db, meant, call.page())
    said = words(call.db, found)
    items = [_item(call, each, said.get(each.content_id)) for each in found]
    return answers.hal({"items": items, "_links": {"self": link(call.url)}})


def metrics(call: Call) -> Answer:
    """How much is kept."""
    counts = {
        name: {"count": call.db.execute(select(func.count()).select_from(table)).scalar()}
        for name, table in _COUNTED.items()
    }
    return answers.hal({**counts, "_links": {"self": link(call.url)}})


def _entry(call: Call, pair: Pair, how: Standing) -> dict[str, Any]:
    links = call.links
    more: dict[str, Any] = {}
    if how.publication:
        own = links.pair(pair.provider, pair.consumer)
        more = {"pb:latest-pact": link(f"{own}/latest")}
    return {
        "consumer": bodies.short_pacticipant(links, pair.consumer),
        "provider": bodies.short_pacticipant(links, pair.provider),
        "createdAt": bodies.shown(pair.created_at),
        "contractDataUpdatedAt": bodies.shown(pair.updated_at),
        "verificationStatus": how.status,
        "_links": {
            "pb:dashboard": link(
                links.to("dashboard", "provider", pair.provider, "consumer", pair.consumer)
            ),
            "pb:matrix": link(
                links.to("matrix", "provider", pair.provider, "consumer", pair.consumer)
            ),
            "pb:group": link(links.to("groups", pair.consumer)),
            **more,
        },
    }


def _item(call: Call, one: Publication, word: Row | None) -> dict[str, Any]:
    links = call.links
    said = word.provider_version if word else None
    version = {
        "number": one.version,
        "_links": {"self": link(links.pacticipant(one.consumer, "versions", one.version))},
    }
    return {
        "consumer": {**bodies.short_pacticipant(links, one.consumer), "version": version},
        "provider": {
            **bodies.short_pacticipant(links, one.provider),
            "version": {"number": said[1]} if said else None,
        },
        "pact": {
            "createdAt": bodies.shown(one.created_at),
            "_links": {"self": link(links.pact(one))},
        },
        "latestVerificationResult": result(call, word) if word else None,
        "verificationStatus": status(word),
        "pseudoBranchVerificationStatus": status(word),
    }


def _graph(pairs: Iterable[Pair]) -> str:
    arrows = (f"  {json.dumps(each.consumer)} -> {json.dumps(each.provider)}" for each in pairs)
    return "\n".join(("digraph {", "  ranksep=3", "  ratio=auto", "  overlap=false", *arrows, "}"))


def _table(rows: Iterable[tuple[str, str]]) -> Answer:
    text = io.StringIO()
    # A name from outside that begins like a formula is one to a spreadsheet.
    safe = ([f"'{each}" if each[:1] in "=+-@" else each for each in row] for row in rows)
    csv.writer(text).writerows([("source", "target", "weight"), *((*row, 1) for row in safe)])
    return answers.text(text.getvalue(), _CSV)


_PAIR: Final = "provider/{provider}/consumer/{consumer}"

ROUTES: Final[tuple[Route, ...]] = (
    *steady(
        get("/integrations", listed, HAL, JSON, _GRAPH),
        get("/dashboard", dashboard),
        get(f"/dashboard/{_PAIR}", dashboard),
    ),
    change("DELETE", "/integrations", remove_all, administering()),
    change("DELETE", f"/integrations/{_PAIR}", remove, administering("consumer", "provider")),
    get("/relationships", relationships, _CSV),
    get("/groups/{pacticipant}", group, _CSV),
    get("/metrics", metrics),
)
