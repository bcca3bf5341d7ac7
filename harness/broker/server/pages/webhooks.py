"""Webhooks without their secrets, and what became of what they had to tell."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from harness.broker.semantics.rows import Publication, Verification
from harness.broker.semantics.terms import FAILURE, NOT_RUN, RETRYING, SUCCESS
from harness.broker.server import finding, triggered, webhook_bodies, webhooks
from harness.broker.server.answers import Answer
from harness.broker.server.asking import Call
from harness.broker.server.pages import frame, parts
from harness.broker.server.routing import Route, page
from harness.broker.store import deliveries
from harness.broker.store import webhooks as stored
from harness.broker.store.deliveries import Delivery
from harness.broker.store.webhooks import Webhook
from harness.pages.markup import Child, Markup, tag

_NEWEST: Final = 20
_HOW: Final = {
    SUCCESS: ("good", "✓", "delivered"),
    FAILURE: ("bad", "✕", "failed"),
    RETRYING: ("open", "?", "will be tried again"),
    NOT_RUN: ("none", "–", "not tried yet"),
}


def listed(call: Call) -> Answer:
    """All webhooks, or those of a provider or consumer."""
    found = webhooks.meant(call)
    rows = [_row(call, each) for each in found]
    heads = ("Webhook", "For", "Events", "State")
    return frame.page(
        call,
        "Webhooks",
        parts.table(heads, rows, empty="None is declared."),
        lead=tag("p", "What tells others that something was published or verified."),
    )


def one(call: Call) -> Answer:
    """A webhook, and what it had to tell, newest first."""
    found = stored.find(call.db, call.names["uuid"]) or finding.nothing(call)
    told = deliveries.found(call.db, deliveries.TABLE.c.webhook_id == found.id)
    body = webhook_bodies.webhook(call, found)
    request = json.dumps(body["request"], indent=2, ensure_ascii=False)
    all_of_it = call.links.to("webhooks", found.uuid, "triggered-webhooks")
    return frame.page(
        call,
        body["description"],
        frame.section("What it sends", tag("pre", request, tabindex=0)),
        frame.section(
            "What it had to tell",
            _told(call, told[:_NEWEST]),
            tag("p", parts.to(all_of_it, f"all of it ({len(told):,})")) if told else None,
        ),
        lead=parts.terms(
            ("for", _whose(call, body)),
            ("events", ", ".join(each["name"] for each in body["events"])),
            ("state", _state(found)),
            ("declared", parts.moment(found.created_at)),
        ),
    )


def of_version(call: Call) -> Answer:
    """What was told of the pact of a consumer version."""
    return _page_of(call, triggered.told_of_version(call, finding.publication(call)))


def of_result(call: Call) -> Answer:
    """What was told of a verification result."""
    return _page_of(call, triggered.told_of_result(call, finding.result(call)[1]))


def of_webhook(call: Call) -> Answer:
    """All that a webhook had to tell."""
    found = stored.find(call.db, call.names["uuid"]) or finding.nothing(call)
    return _page_of(call, deliveries.found(call.db, deliveries.TABLE.c.webhook_id == found.id))


def of_pact_if_any(call: Call, one: Publication) -> Markup | None:
    """The way to what was told of the pact of a consumer version, where anything was."""
    told = triggered.told_of_version(call, one)
    return _if_any(told, call.links.pact(one, "triggered-webhooks"))


def of_result_if_any(call: Call, one: Publication, made: Verification) -> Markup | None:
    """The way to what was told of a verification result, where anything was."""
    told = triggered.told_of_result(call, made)
    own = ("verification-results", str(made.id), "triggered-webhooks")
    return _if_any(told, call.links.content(one, *own))


def logs(call: Call) -> Answer:
    """What was logged at each try."""
    found = deliveries.find(call.db, call.names["uuid"]) or finding.nothing(call)
    text = "\n".join(deliveries.logs(call.db, found.id))
    return frame.page(
        call,
        f"What became of {found.description}",
        tag("pre", text, tabindex=0) if text else tag("p", "It was not tried yet.", class_="quiet"),
        lead=tag("p", parts.signed(*_HOW[found.status]), " ", parts.moment(found.created_at)),
    )


def _if_any(told: Sequence[Delivery], href: str) -> Markup | None:
    return parts.to(href, f"what they told of it ({len(told):,})") if told else None


def _page_of(call: Call, found: list[Delivery]) -> Answer:
    part = parts.part_of(call)
    some = found[part.skipped : part.skipped + part.size]
    pager = parts.pager(call, part, len(found))
    return frame.page(call, "What webhooks had to tell", _told(call, some), pager)


def _row(call: Call, one: Webhook) -> list[Child]:
    body = webhook_bodies.webhook(call, one)
    events = [tag("div", each["name"]) for each in body["events"]]
    href = webhook_bodies.own(call, one.uuid)
    return [
        parts.to(href, parts.name(body["description"])),
        _whose(call, body),
        events,
        _state(one),
    ]


def _whose(call: Call, body: Mapping[str, Any]) -> Child:
    """Whom a webhook is for."""
    told: list[Child] = []
    for side in ("consumer", "provider"):
        meant = body.get(side, {})
        if "name" in meant:
            told.append([f"{side} ", parts.pacticipant(call.links, meant["name"]), " "])
        elif "label" in meant:
            told.append([f"{side}s labelled ", parts.name(meant["label"]), " "])
    return told or "everybody"


def _state(one: Webhook) -> str:
    return "enabled" if one.enabled else "disabled"


def _told(call: Call, found: Sequence[Delivery]) -> Markup:
    rows: list[list[Child]] = [
        [
            parts.moment(each.created_at),
            each.event,
            parts.signed(*_HOW[each.status]),
            f"{each.tries:,}",
            parts.to(webhook_bodies.logs_of(call, each), "logs"),
        ]
        for each in found
    ]
    heads = ("When", "Event", "State", "Tries", "More")
    return parts.table(heads, rows, empty="Nothing yet.")


_PAIR: Final = "/pacts/provider/{provider}/consumer/{consumer}"
_RESULT: Final = f"{_PAIR}/pact-version/{{sha}}/verification-results/{{number}}"

ROUTES: Final[tuple[Route, ...]] = (
    page("/webhooks", listed),
    page("/webhooks/{uuid}", one),
    page("/webhooks/{uuid}/triggered-webhooks", of_webhook),
    page("/triggered-webhooks/{uuid}/logs", logs),
    page(f"{_PAIR}/webhooks", listed),
    page(f"{_PAIR}/version/{{version}}/triggered-webhooks", of_version),
    page(f"{_RESULT}/triggered-webhooks", of_result),
)
