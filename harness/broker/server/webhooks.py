"""Webhooks as they are declared: made, shown, changed and removed; secrets are never shown."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from harness.broker.semantics.destinations import SCHEMES
from harness.broker.semantics.events import EVENTS
from harness.broker.semantics.secrecy import masks, restored
from harness.broker.server import answers, finding, webhook_bodies
from harness.broker.server.answers import Answer, Refused
from harness.broker.server.asking import Call
from harness.broker.server.links import link
from harness.broker.server.needs import administering
from harness.broker.server.routing import Route, change, get
from harness.broker.store import pacticipants
from harness.broker.store import webhooks as stored
from harness.broker.store.webhooks import TABLE, Webhook
from harness.domain.json import Json, is_mapping, mapping, sequence

_HEADER: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_UUID: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")
_METHODS: Final = ("POST", "PUT", "PATCH", "GET", "DELETE")
_SIDES: Final = ("consumer", "provider")


def meant(call: Call) -> list[Webhook]:
    """All webhooks, or those that are for a provider or consumer that the path names."""
    where = []
    for side in _SIDES:
        if side in call.names:
            owner = finding.pacticipant(call, side)
            column = TABLE.c.consumer_id if side == "consumer" else TABLE.c.provider_id
            where.append((column == owner.id) | column.is_(None))
    return stored.every(call.db, *where)


def listed(call: Call) -> Answer:
    """All webhooks, or those of a provider or consumer."""
    found = meant(call)
    links = [
        link(webhook_bodies.own(call, each.uuid), title=each.description, name=each.uuid)
        for each in found
    ]
    shown = [webhook_bodies.webhook(call, each) for each in found]
    rel = {"self": link(call.url), "pb:webhooks": links, "curies": call.links.curies()}
    return answers.hal({"_embedded": {"webhooks": shown}, "_links": rel})


def one(call: Call) -> Answer:
    """A webhook."""
    found = stored.find(call.db, call.names["uuid"])
    return answers.hal(webhook_bodies.webhook(call, found or finding.nothing(call)))


def create(call: Call) -> Answer:
    """Declare a webhook."""
    made = _put(call, secrets.token_urlsafe(16))
    return answers.hal(
        webhook_bodies.webhook(call, made), 201, {"location": webhook_bodies.own(call, made.uuid)}
    )


def put(call: Call) -> Answer:
    """Declare a webhook under an identifier, or declare the one that is there anew."""
    uuid = call.names["uuid"]
    if not _UUID.fullmatch(uuid):
        said = "must be at least 16 characters of A-Z, a-z, 0-9, _ and -"
        raise Refused(answers.errors({"uuid": [said]}, kind=call.kind))
    is_new = stored.find(call.db, uuid) is None
    return answers.hal(webhook_bodies.webhook(call, _put(call, uuid)), 201 if is_new else 200)


def remove(call: Call) -> Answer:
    """Remove a webhook."""
    if not stored.remove(call.db, call.names["uuid"]):
        finding.nothing(call)
    return answers.empty()


def _put(call: Call, uuid: str) -> Webhook:
    given, old = call.object(), stored.find(call.db, uuid)
    path = {
        side: {"name": finding.pacticipant(call, side).name}
        for side in _SIDES
        if side in call.names
    }
    given = {**given, **path}
    request = mapping(given.get("request"))
    if old and _is_address(str(request.get("url"))):
        given = {**given, "request": restored(request, json.loads(old.request))}
    wrong = faults(call, given)
    if wrong:
        raise Refused(answers.errors(wrong, kind=call.kind))
    values: dict[str, object] = {
        "description": given.get("description"),
        "enabled": given.get("enabled") is not False,
        "events": json.dumps([mapping(each)["name"] for each in sequence(given.get("events"))]),
        "request": json.dumps(given["request"]),
    }
    for side in _SIDES:
        whose = mapping(given.get(side))
        owner = pacticipants.find(call.db, str(whose["name"])) if "name" in whose else None
        values[f"{side}_id"] = owner.id if owner else None
        values[f"{side}_label"] = whose.get("label")
    return stored.put(call.db, uuid, values, call.now)


def faults(call: Call, given: Mapping[str, Json]) -> dict[str, list[str]]:
    """What is wrong with a webhook, by its place."""
    wrong: dict[str, list[str]] = {}
    if not isinstance(given.get("description"), str | None):
        wrong["description"] = ["must be a string"]
    if not isinstance(given.get("enabled"), bool | None):
        wrong["enabled"] = ["must be one of: true, false"]
    names = [mapping(each).get("name") for each in sequence(given.get("events"))]
    if not names:
        wrong["events"] = ["must be filled"]
    elif any(each not in EVENTS for each in names):
        wrong["events"] = [f"each name must be one of: {', '.join(EVENTS)}"]
    for side in _SIDES:
        _check_side(call, given, side, wrong)
    request = given.get("request")
    if is_mapping(request):
        _check_request(call, request, wrong)
    else:
        wrong["request"] = ["must be filled"]
    return wrong


def _check_side(
    call: Call, given: Mapping[str, Json], side: str, wrong: dict[str, list[str]]
) -> None:
    whose = mapping(given.get(side))
    name, label = whose.get("name"), whose.get("label")
    if name is not None and label is not None:
        wrong[side] = ["cannot specify both name and label"]
    if not isinstance(label, str | None):
        wrong[f"{side}.label"] = ["must be a string"]
    if name is None:
        return
    if not isinstance(name, str) or pacticipants.find(call.db, name) is None:
        wrong[f"{side}.name"] = [f"does not match an existing pacticipant: {name}"]


def _check_request(call: Call, request: Mapping[str, Json], wrong: dict[str, list[str]]) -> None:
    method, url = request.get("method"), request.get("url")
    if not isinstance(method, str) or method.upper() not in _METHODS:
        wrong["request.method"] = [f"must be one of: {', '.join(_METHODS)}"]
    if not isinstance(url, str) or not url.strip():
        wrong["request.url"] = ["must be filled"]
    elif not _is_address(url):
        wrong["request.url"] = ["must be an http or https URL whose host holds no parameters"]
    else:
        refused = call.terms.destinations.refusal(url)
        if refused:
            wrong["request.url"] = [refused]
    headers = request.get("headers") or {}
    if not is_mapping(headers):
        wrong["request.headers"] = ["must be an object"]
    elif not all(_HEADER.fullmatch(name) and _is_line(text) for name, text in headers.items()):
        wrong["request.headers"] = ["must each have a name and a text of one line"]
    for name in ("username", "password"):
        if not isinstance(request.get(name), str | None):
            wrong[f"request.{name}"] = ["must be a string"]
    for name in masks(request):
        said = "holds a mask: a secret must be given again when the host changes"
        wrong.setdefault(f"request.{name}", [said])


def _is_line(text: Json) -> bool:
    return isinstance(text, str) and text.isprintable()


def _is_address(url: str) -> bool:
    try:
        parts, port = urlsplit(url), urlsplit(url).port
    except ValueError:
        return False
    return (
        parts.scheme in SCHEMES and port != 0 and bool(parts.hostname) and "$" not in parts.netloc
    )


_PAIR: Final = "/webhooks/provider/{provider}/consumer/{consumer}"

ROUTES: Final[tuple[Route, ...]] = (
    get("/webhooks", listed),
    change("POST", "/webhooks", create, administering()),
    get("/webhooks/{uuid}", one),
    change("PUT", "/webhooks/{uuid}", put, administering()),
    change("DELETE", "/webhooks/{uuid}", remove, administering()),
    *(
        route
        for path in (_PAIR, "/webhooks/provider/{provider}", "/webhooks/consumer/{consumer}")
        for route in (get(path, listed), change("POST", path, create, administering()))
    ),
    get("/pacts/provider/{provider}/consumer/{consumer}/webhooks", listed),
)
