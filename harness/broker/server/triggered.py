"""What webhooks had to tell: the trail, and what becomes of it; and webhooks that are tried out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from harness.broker.semantics.parameters import parameters
from harness.broker.semantics.rows import Publication, Verification
from harness.broker.semantics.terms import FAILURE, NOT_RUN, RETRYING, SUCCESS
from harness.broker.server import answers, finding, happening, triggering, webhook_bodies, webhooks
from harness.broker.server.answers import TEXT, Answer, Refused
from harness.broker.server.asking import Call
from harness.broker.server.delivering import HIDDEN, Outcome, attempted
from harness.broker.server.links import link
from harness.broker.server.needs import administering
from harness.broker.server.routing import JSON_BODY, Route, get
from harness.broker.store import contracts, deliveries, pacticipants
from harness.broker.store import webhooks as stored
from harness.broker.store.deliveries import TABLE, Delivery
from harness.domain.json import Json, mapping

_PAIR: Final = "/pacts/provider/{provider}/consumer/{consumer}"
_SHOWN: Final = {SUCCESS: "successful", FAILURE: "failed", RETRYING: "retrying", NOT_RUN: "notRun"}


def logs(call: Call) -> Answer:
    """What was logged at each try."""
    found = deliveries.find(call.db, call.names["uuid"]) or finding.nothing(call)
    return answers.text("\n".join(deliveries.logs(call.db, found.id)))


def told_of_version(call: Call, one: Publication) -> list[Delivery]:
    """What webhooks had to tell of the pact of a consumer version."""
    where = (TABLE.c.version_id == one.version_id, TABLE.c.provider_id == one.provider_id)
    return deliveries.found(call.db, *where, TABLE.c.verification_id.is_(None))


def told_of_result(call: Call, made: Verification) -> list[Delivery]:
    """What webhooks had to tell of a verification result."""
    return deliveries.found(call.db, TABLE.c.verification_id == made.id)


def of_version(call: Call) -> Answer:
    """What was told of the pact of a consumer version."""
    number = call.names["version"]
    title = f"Webhooks triggered by the publication of the pact of version {number}"
    return _listed(call, told_of_version(call, finding.publication(call)), title)


def of_result(call: Call) -> Answer:
    """What was told of a verification result."""
    title = f"Webhooks triggered by verification result {call.names['number']}"
    return _listed(call, told_of_result(call, finding.result(call)[1]), title)


def of_webhook(call: Call) -> Answer:
    """What a webhook had to tell."""
    one = stored.find(call.db, call.names["uuid"]) or finding.nothing(call)
    found = deliveries.found(call.db, TABLE.c.webhook_id == one.id)
    return _listed(call, found, f"What {triggering.description(one)} had to tell")


def status(call: Call) -> Answer:
    """Of each webhook what it told last of the newest pact of a pair."""
    meant = finding.pair(call)
    newest = contracts.found(call.db, meant)
    version_ids = [each.version_id for each in newest[:1]]
    found = deliveries.newest_of_each_webhook(call.db, version_ids, meant.provider_id)
    counts = Counter(each.status for each in found)
    links, (provider, consumer) = call.links, (call.names["provider"], call.names["consumer"])
    failed = [each for each in found if each.status in (FAILURE, RETRYING)]
    pact = {"pb:pact-version": link(links.pact(newest[0]), title="Pact")} if newest else {}
    return answers.hal(
        {
            "summary": {name: counts[key] for key, name in _SHOWN.items()},
            "_embedded": {
                "triggeredWebhooks": [webhook_bodies.triggered(call, each) for each in found]
            },
            "_links": {
                "self": link(call.url, title="Webhooks status"),
                "pb:error-logs": [
                    link(
                        webhook_bodies.logs_of(call, each),
                        title="Error logs",
                        name=each.description,
                    )
                    for each in failed
                ],
                "pb:pact-webhooks": link(
                    links.pair(provider, consumer, "webhooks"),
                    title=f"Webhooks for the pact between {consumer} and {provider}",
                ),
                **pact,
                "pb:consumer": link(links.pacticipant(consumer), title="Consumer", name=consumer),
                "pb:provider": link(links.pacticipant(provider), title="Provider", name=provider),
                "curies": links.curies(),
            },
        }
    )


def execute(call: Call) -> Answer:
    """Try a webhook out at once, with the newest pact of whom it is for."""
    one = stored.find(call.db, call.names["uuid"]) or finding.nothing(call)
    request = json.loads(one.request)
    keys = (one.consumer_id or 0, one.provider_id or 0)
    url = webhook_bodies.own(call, one.uuid)
    return _executed(call, request, keys, {"webhook": link(url)})


def execute_unsaved(call: Call) -> Answer:
    """Try a webhook out that is not kept."""
    given = call.object()
    wrong = webhooks.faults(call, given)
    if wrong:
        raise Refused(answers.errors(wrong, kind=call.kind))
    named = (mapping(given.get(side)).get("name") for side in ("consumer", "provider"))
    owners = (pacticipants.find(call.db, str(name)) if name else None for name in named)
    consumer_id, provider_id = (owner.id if owner else 0 for owner in owners)
    return _executed(call, mapping(given.get("request")), (consumer_id, provider_id), {})


def _executed(
    call: Call, request: Mapping[str, Json], keys: tuple[int, int], links: Mapping[str, Any]
) -> Answer:
    values = parameters(happening.tested(call, *keys))
    # What was read is not held on to while another host is waited for.
    call.db.rollback()
    found = attempted(request, values, "", call.terms, call.now)
    again = link(call.url, title="Execute the webhook again")
    return answers.hal({**_outcome(found), "_links": {**links, "try-again": again}})


def _outcome(found: Outcome) -> dict[str, Any]:
    asked, received = found.request, found.received
    told: dict[str, Any] = {
        "request": {
            "method": asked.method,
            "url": asked.url,
            "headers": dict(asked.headers),
            "body": _readable(asked.body or b""),
        }
    }
    if received is None:
        told["error"] = {"message": found.fault}
    elif received.is_shown:
        told["response"] = {
            "status": received.status,
            "headers": dict(received.headers),
            "body": _readable(received.body),
        }
    else:
        told["message"] = HIDDEN
    return {**told, "logs": found.logs, "success": found.success}


def _readable(body: bytes) -> Any:
    text = body.decode("utf-8", "replace")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _listed(call: Call, found: list[Delivery], title: str) -> Answer:
    shown = [webhook_bodies.triggered(call, each) for each in found]
    links = {"self": link(call.url, title=title), "curies": call.links.curies()}
    return answers.hal({"_embedded": {"triggeredWebhooks": shown}, "_links": links})


def _trial(path: str, handler: Any) -> Route:
    """A route that changes nothing here: it waits for another host, where no writer should wait."""
    return Route("POST", path, handler, administering(), JSON_BODY, is_reading=True)


ROUTES: Final[tuple[Route, ...]] = (
    _trial("/webhooks/execute", execute_unsaved),
    _trial("/webhooks/{uuid}/execute", execute),
    get("/webhooks/{uuid}/triggered-webhooks", of_webhook),
    get("/triggered-webhooks/{uuid}/logs", logs, TEXT),
    get(f"{_PAIR}/webhooks/status", status),
    get(f"{_PAIR}/version/{{version}}/triggered-webhooks", of_version),
    get(
        f"{_PAIR}/pact-version/{{sha}}/verification-results/{{number}}/triggered-webhooks",
        of_result,
    ),
)
