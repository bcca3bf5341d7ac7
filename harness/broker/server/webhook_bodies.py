"""What is shown of webhooks, and of what they had to tell."""

from __future__ import annotations

import json
from typing import Any

from harness.broker.semantics.secrecy import masked
from harness.broker.server import bodies
from harness.broker.server.asking import Call
from harness.broker.server.links import link
from harness.broker.server.triggering import description
from harness.broker.store import pacticipants
from harness.broker.store.deliveries import Delivery
from harness.broker.store.webhooks import Webhook


def own(call: Call, uuid: str, *more: str) -> str:
    """The address of a webhook, or of what is below it."""
    return call.links.to("webhooks", uuid, *more)


def webhook(call: Call, one: Webhook) -> dict[str, Any]:
    """A webhook without its secrets."""
    links = call.links
    ids = {"consumer": one.consumer_id, "provider": one.provider_id}
    owners = pacticipants.by_ids(call.db, [each for each in ids.values() if each is not None])
    whose: dict[str, Any] = {}
    more: dict[str, Any] = {}
    for side, label in (("consumer", one.consumer_label), ("provider", one.provider_label)):
        key = ids[side]
        if key is not None:
            whose[side] = {"name": owners[key].name}
            more[f"pb:{side}"] = link(links.pacticipant(owners[key].name), name=owners[key].name)
        elif label is not None:
            whose[side] = {"label": label}
    if one.consumer_id is not None and one.provider_id is not None:
        pair = links.pair(whose["provider"]["name"], whose["consumer"]["name"])
        more["pb:pact-webhooks"] = link(f"{pair}/webhooks")
    return {
        "uuid": one.uuid,
        "description": one.description or "Webhook",
        "enabled": one.enabled,
        **whose,
        "events": [{"name": each} for each in json.loads(one.events)],
        "request": masked(json.loads(one.request)),
        "createdAt": bodies.shown(one.created_at),
        "updatedAt": bodies.shown(one.updated_at),
        "_links": {
            "self": link(own(call, one.uuid), title=description(one)),
            "pb:execute": link(
                own(call, one.uuid, "execute"),
                title="Test the execution of the webhook with the latest matching pact (POST)",
            ),
            "pb:webhooks": link(links.to("webhooks"), title="All webhooks"),
            "pb:triggered-webhooks": link(
                own(call, one.uuid, "triggered-webhooks"), title="What it had to tell"
            ),
            **more,
            "curies": links.curies(),
        },
    }


def triggered(call: Call, one: Delivery) -> dict[str, Any]:
    """What a webhook had to tell, and how far it came."""
    logs = logs_of(call, one)
    more = {}
    if one.webhook_uuid:
        url = own(call, one.webhook_uuid)
        more = {"pb:webhook": link(url, title="Webhook", name=one.description)}
    return {
        "uuid": one.uuid,
        "name": one.description,
        "status": one.status,
        "attemptsMade": one.tries,
        "attemptsRemaining": call.terms.left(one.tries, one.status),
        "nextAttemptAt": bodies.shown(one.due_at or "") or None,
        "triggerType": "resource_creation",
        "eventName": one.event,
        "triggeredAt": bodies.shown(one.created_at),
        "_links": {
            "pb:logs": link(logs, title="Webhook execution logs", name=one.description),
            "logs": link(logs, title="DEPRECATED - Use pb:logs", name=one.description),
            **more,
        },
    }


def logs_of(call: Call, one: Delivery) -> str:
    """The address of what was logged."""
    return call.links.to("triggered-webhooks", one.uuid, "logs")
