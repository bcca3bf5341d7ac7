"""Pacticipants and labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from harness.broker.semantics.rows import Pacticipant
from harness.broker.server import answers, bodies, finding
from harness.broker.server.answers import Answer, Refused
from harness.broker.server.asking import MERGE_PATCH, Call
from harness.broker.server.links import link
from harness.broker.server.needs import administering, in_body, publishing
from harness.broker.server.routing import JSON_BODY, Route, change, get
from harness.broker.store import pacticipants as stored
from harness.broker.store import versions
from harness.domain.json import Json

_COLUMNS: Final = {
    "displayName": "display_name",
    "repositoryUrl": "repository_url",
    "repository_url": "repository_url",
    "repositoryName": "repository_name",
    "repositoryNamespace": "repository_namespace",
    "mainBranch": "main_branch",
}
_PATCH: Final = JSON_BODY | {MERGE_PATCH}


def listed(call: Call) -> Answer:
    """All pacticipants, or those of a label, or whose name holds `q`."""
    page, text = call.page(), call.query("q")
    found, total = stored.every(call.db, page, call.names.get("label", ""), text)
    ids = [each.id for each in found]
    labels, latest = stored.labels(call.db, ids), versions.latest_of_each(call.db, ids)
    shown = [
        bodies.pacticipant(call, each, labels.get(each.id, ()), latest.get(each.id))
        for each in found
    ]
    told, around = bodies.paging(call, page, total)
    links = [link(call.links.pacticipant(each.name), title=each.name) for each in found]
    rel = {"self": link(call.url), "pb:pacticipants": links, "pacticipants": links, **around}
    return answers.hal(
        {
            "_embedded": {"pacticipants": shown},
            "pacticipants": shown,
            **told,
            "_links": {**rel, "curies": call.links.curies()},
        }
    )


def one(call: Call) -> Answer:
    """A pacticipant."""
    return answers.hal(_body(call, finding.pacticipant(call)))


def create(call: Call) -> Answer:
    """Make a pacticipant, or set what is told of the one of that name."""
    given = call.object()
    name = given.get("name")
    _valid(call, given)
    if not isinstance(name, str) or not name.strip():
        raise Refused(answers.errors({"name": ["can't be blank"]}, kind=call.kind))
    made = _put(call, name, given)
    headers = {"location": call.links.pacticipant(name)}
    return answers.hal(_body(call, made), 201, headers)


def replace(call: Call) -> Answer:
    """Set all that is told of a pacticipant that is there."""
    finding.pacticipant(call)
    given = {name: None for name in _COLUMNS if name != "repository_url"} | dict(call.object())
    _valid(call, given)
    return answers.hal(_body(call, _put(call, call.names["pacticipant"], given)))


def update(call: Call) -> Answer:
    """Set some of what is told of a pacticipant, which is made where it is new."""
    given = call.object()
    _valid(call, given)
    is_new = stored.find(call.db, call.names["pacticipant"]) is None
    made = _put(call, call.names["pacticipant"], given)
    return answers.hal(_body(call, made), 201 if is_new else 200)


def remove(call: Call) -> Answer:
    """Remove a pacticipant with all that is of it."""
    stored.remove(call.db, finding.pacticipant(call).id)
    return answers.empty()


def labels(call: Call) -> Answer:
    """The names of all labels."""
    page = call.page()
    found, total = stored.every_label(call.db, page)
    told, around = bodies.paging(call, page, total)
    listed_labels = [
        {"name": each, "_links": {"pb:pacticipants-with-label": link(_with_label(call, each))}}
        for each in found
    ]
    rel = {"self": link(call.url), **around, "curies": call.links.curies()}
    return answers.hal({"_embedded": {"labels": listed_labels}, **told, "_links": rel})


def label(call: Call) -> Answer:
    """A label of a pacticipant."""
    owner = finding.pacticipant(call)
    for name, at in stored.labels(call.db, [owner.id]).get(owner.id, ()):
        if name == call.names["label"]:
            return answers.hal(_label(call, name, at))
    return finding.nothing(call)


def add_label(call: Call) -> Answer:
    """Put a label on a pacticipant, which is made where it is new."""
    owner, _ = stored.ensure(call.db, call.names["pacticipant"], call.now)
    name = call.names["label"]
    is_new = stored.add_label(call.db, owner.id, name, call.now)
    return answers.hal(_label(call, name, call.now), 201 if is_new else 200)


def remove_label(call: Call) -> Answer:
    """Take a label away."""
    owner = finding.pacticipant(call)
    if not stored.remove_label(call.db, owner.id, call.names["label"]):
        finding.nothing(call)
    return answers.empty()


def _label(call: Call, name: str, at: str) -> dict[str, Any]:
    return {
        "name": name,
        "createdAt": bodies.shown(at),
        "_links": {"self": link(call.url, title="Label", name=name), "curies": call.links.curies()},
    }


def _with_label(call: Call, name: str) -> str:
    return call.links.to("pacticipants", "label", name)


def _body(call: Call, found: Pacticipant) -> dict[str, Any]:
    put = stored.labels(call.db, [found.id]).get(found.id, ())
    return bodies.pacticipant(call, found, put, versions.latest(call.db, found.id))


def _put(call: Call, name: str, given: Mapping[str, Json]) -> Pacticipant:
    owner, _ = stored.ensure(call.db, name, call.now)
    values = {column: given[key] for key, column in _COLUMNS.items() if key in given}
    if values:
        stored.change(call.db, owner.id, values, call.now)
    return stored.find(call.db, name) or finding.nothing(call)


def _valid(call: Call, given: Mapping[str, Json]) -> None:
    wrong: dict[str, list[str]] = {}
    for key in _COLUMNS:
        if not isinstance(given.get(key), str | None):
            wrong[key] = ["must be a string"]
    branch = given.get("mainBranch")
    if isinstance(branch, str) and any(each.isspace() for each in branch):
        wrong["mainBranch"] = ["cannot contain spaces or new lines"]
    if wrong:
        raise Refused(answers.errors(wrong, kind=call.kind))


_BY_OWNER: Final = publishing("pacticipant")

ROUTES: Final[tuple[Route, ...]] = (
    get("/pacticipants", listed),
    change("POST", "/pacticipants", create, publishing(by=in_body("name"))),
    get("/pacticipants/label/{label}", listed),
    get("/pacticipants/{pacticipant}", one),
    change("PUT", "/pacticipants/{pacticipant}", replace, _BY_OWNER),
    change("PATCH", "/pacticipants/{pacticipant}", update, _BY_OWNER, _PATCH),
    change("DELETE", "/pacticipants/{pacticipant}", remove, administering("pacticipant")),
    get("/labels", labels),
    get("/pacticipants/{pacticipant}/labels/{label}", label),
    change("PUT", "/pacticipants/{pacticipant}/labels/{label}", add_label, _BY_OWNER),
    change("DELETE", "/pacticipants/{pacticipant}/labels/{label}", remove_label, _BY_OWNER),
)
