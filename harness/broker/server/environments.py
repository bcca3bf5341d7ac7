"""Environments, and what runs in them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from harness.broker.semantics.names import humanised
from harness.broker.semantics.rows import Deployment, Environment, Release
from harness.broker.server import answers, bodies, finding
from harness.broker.server.answers import Answer, Refused
from harness.broker.server.asking import MERGE_PATCH, Call
from harness.broker.server.links import link
from harness.broker.server.needs import Subject, administering, deploying
from harness.broker.server.routing import JSON_BODY, Route, change, get
from harness.broker.store import environments as stored
from harness.broker.store import pacticipants, versions
from harness.domain.json import Json

_ONE: Final = "/environments/{environment}"
_VERSION: Final = "/pacticipants/{pacticipant}/versions/{version}"
_PLACE: Final = "environment/{environment}"
_PATCH: Final = JSON_BODY | {MERGE_PATCH}


def listed(call: Call) -> Answer:
    """All environments."""
    name = call.query("name")
    found = [each for each in stored.every(call.db) if name in ("", each.name)]
    links = [
        link(_own(call, each), title="Environment", name=each.name, uuid=each.uuid)
        for each in found
    ]
    return answers.hal(
        {
            "_embedded": {"environments": [_body(call, each) for each in found]},
            "_links": {
                "self": link(call.url, title="Environments"),
                "pb:environments": links,
                "curies": call.links.curies(),
            },
        }
    )


def one(call: Call) -> Answer:
    """An environment."""
    return answers.hal(_body(call, finding.environment(call)))


def create(call: Call) -> Answer:
    """Make an environment."""
    made = stored.add(call.db, _values(call, call.object(), None), call.now)
    return answers.hal(_body(call, made), 201, {"location": _own(call, made)})


def replace(call: Call) -> Answer:
    """Set all that is told of an environment."""
    found = finding.environment(call)
    stored.change(call.db, found.id, _values(call, call.object(), found), call.now)
    return answers.hal(_body(call, finding.environment(call)))


def remove(call: Call) -> Answer:
    """Remove an environment with all that is known to run there."""
    stored.remove(call.db, finding.environment(call).id)
    return answers.empty()


def record_deployment(call: Call) -> Answer:
    """Say that a version runs in an environment, in place of what ran as the same instance."""
    version, place, given = finding.version(call), finding.environment(call), call.object()
    instance = given.get("applicationInstance", given.get("target"))
    if not isinstance(instance, str | None):
        wrong = {"applicationInstance": ["must be a string"]}
        raise Refused(answers.errors(wrong, kind=call.kind))
    made = stored.deploy(call.db, version, place, instance or None, call.now)
    headers = {"location": call.links.to("deployed-versions", made.uuid)}
    return answers.hal(_placed(call, made), 201, headers)


def record_release(call: Call) -> Answer:
    """Say that a version is out in an environment."""
    version, place = finding.version(call), finding.environment(call)
    call.object()
    made = stored.release(call.db, version, place, call.now)
    headers = {"location": call.links.to("released-versions", made.uuid)}
    return answers.hal(_placed(call, made), 201, headers)


def of_version(call: Call) -> Answer:
    """When a version ran, or was supported, in one environment, the newest first."""
    version, place = finding.version(call), finding.environment(call)
    deployed, released = stored.past(call.db, version, place)
    return _list(call, deployed if "/deployed-versions/" in call.asked.path else released)


def currently_deployed(call: Call) -> Answer:
    """What runs in an environment, of a pacticipant and an instance where they are given."""
    deployed, _ = _current(call)
    for name in ("applicationInstance", "target"):
        if wanted := call.query(name):
            deployed = [each for each in deployed if each.instance == wanted]
    return _list(call, deployed)


def currently_supported(call: Call) -> Answer:
    """What is supported in an environment, of a pacticipant where one is given."""
    return _list(call, _current(call)[1])


def versions_of_pacticipant(call: Call) -> Answer:
    """The versions of a pacticipant that run or are supported in an environment."""
    owner, place = finding.pacticipant(call), finding.environment(call)
    deployed, released = stored.current(call.db, environment_id=place.id, pacticipant_id=owner.id)
    ids = {each.version_id for each in deployed} | {each.version_id for each in released}
    found = sorted(versions.by_ids(call.db, ids).values(), key=lambda each: -each.id)
    more, places = bodies.Found(call, found), stored.every(call.db)
    shown = [bodies.version(call, each, places, found=more) for each in found]
    return answers.hal({"_embedded": {"versions": shown}, "_links": {"self": link(call.url)}})


def deployed_version(call: Call) -> Answer:
    """A deployment."""
    found = stored.deployment(call.db, call.names["uuid"])
    return answers.hal(_placed(call, found or finding.nothing(call)))


def end_deployment(call: Call) -> Answer:
    """Say that a version does not run any more."""
    found = stored.deployment(call.db, call.names["uuid"]) or finding.nothing(call)
    _flagged(call, "currentlyDeployed", may_be_true=False)
    stored.end(call.db, found, call.now)
    return deployed_version(call)


def released_version(call: Call) -> Answer:
    """A release."""
    found = stored.released(call.db, call.names["uuid"])
    return answers.hal(_placed(call, found or finding.nothing(call)))


def end_support(call: Call) -> Answer:
    """Say whether a version is supported."""
    found = stored.released(call.db, call.names["uuid"]) or finding.nothing(call)
    if _flagged(call, "currentlySupported", may_be_true=True):
        stored.resume(call.db, found, call.now)
    else:
        stored.end(call.db, found, call.now)
    return released_version(call)


def _flagged(call: Call, name: str, *, may_be_true: bool) -> bool:
    value = call.object().get(name)
    if value is False or (value is True and may_be_true):
        return value
    allowed = "true, false" if may_be_true else "false"
    wrong = {name: [f"must be one of: {allowed}"]}
    raise Refused(answers.errors(wrong, 422, kind=call.kind))


def _current(call: Call) -> tuple[list[Deployment], list[Release]]:
    place, name = finding.environment(call), call.query("pacticipant")
    owner = pacticipants.find(call.db, name) if name else None
    if name and owner is None:
        return [], []
    return stored.current(call.db, environment_id=place.id, pacticipant_id=owner.id if owner else 0)


def _list(call: Call, found: list[Deployment] | list[Release]) -> Answer:
    kind = "deployedVersions" if "/deployed-versions" in call.asked.path else "releasedVersions"
    shown = [_placed(call, each) for each in found]
    links = {"self": link(call.url), "curies": call.links.curies()}
    return answers.hal({"_embedded": {kind: shown}, "_links": links})


def _placed(call: Call, one: Deployment | Release) -> dict[str, Any]:
    version = versions.by_ids(call.db, [one.version_id])[one.version_id]
    place = _where(call, one)
    if isinstance(one, Deployment):
        kind, flag, ended = "deployed-versions", "currentlyDeployed", "undeployedAt"
        own: dict[str, Any] = {}
        if one.instance is not None:
            own = {"applicationInstance": one.instance, "target": one.instance}
    else:
        kind, flag, ended, own = "released-versions", "currentlySupported", "supportEndedAt", {}
    own_link = call.links.to(kind, one.uuid)
    number = {"number": version.number, "_links": {"self": link(call.links.version(version))}}
    name = version.pacticipant
    return {
        "uuid": one.uuid,
        flag: one.ended_at is None,
        **own,
        "createdAt": bodies.shown(one.created_at),
        **({ended: bodies.shown(one.ended_at)} if one.ended_at else {}),
        "_embedded": {
            "version": number,
            "pacticipant": bodies.short_pacticipant(call.links, name),
            "environment": _members(place),
        },
        "_links": {
            "self": link(own_link, title=f"{name} version {version.number}"),
            "pb:pacticipant": link(call.links.pacticipant(name), name=name),
            "pb:version": link(call.links.version(version), name=version.number),
            "pb:environment": link(_own(call, place), name=place.name),
            "curies": call.links.curies(),
        },
    }


def _body(call: Call, one: Environment) -> dict[str, Any]:
    own = _own(call, one)
    deployed, supported = "deployed-versions/currently-deployed", "released-versions"
    return {
        **_members(one),
        "_links": {
            "self": link(own, title="Environment", name=one.name),
            "pb:currently-deployed-deployed-versions": link(
                f"{own}/{deployed}", title=f"Versions currently deployed to {one.display_name}"
            ),
            "pb:currently-supported-released-versions": link(
                f"{own}/{supported}/currently-supported",
                title=f"Versions released and supported in {one.display_name}",
            ),
            "pb:environments": link(call.links.to("environments")),
            "curies": call.links.curies(),
        },
    }


def _members(one: Environment) -> dict[str, Any]:
    return {
        "uuid": one.uuid,
        "name": one.name,
        "displayName": one.display_name,
        "production": one.production,
        "contacts": json.loads(one.contacts),
        "createdAt": bodies.shown(one.created_at),
        "updatedAt": bodies.shown(one.updated_at),
    }


def _own(call: Call, one: Environment) -> str:
    return call.links.to("environments", one.uuid)


def _values(call: Call, given: Mapping[str, Json], old: Environment | None) -> dict[str, object]:
    """
    The columns of an environment.

    Raises: Refused, with what is wrong.
    """
    name, shown_as = given.get("name"), given.get("displayName")
    wrong: dict[str, list[str]] = {}
    if not isinstance(name, str) or not name.strip():
        wrong["name"] = ["must be filled"]
    elif any(each.isspace() for each in name):
        wrong["name"] = ["cannot contain spaces or new lines"]
    else:
        known = stored.named(call.db, name)
        if known and (old is None or known.id != old.id):
            wrong["name"] = [f"Another environment with name '{name}' already exists."]
    if not isinstance(given.get("production"), bool):
        wrong["production"] = ["must be one of: true, false"]
    if not isinstance(shown_as, str | None):
        wrong["displayName"] = ["must be a string"]
    contacts = given.get("contacts")
    contacts = [] if contacts is None else contacts
    if not isinstance(contacts, list) or not all(isinstance(each, dict) for each in contacts):
        wrong["contacts"] = ["must be an array of objects"]
    if wrong:
        raise Refused(answers.errors(wrong, kind=call.kind))
    return {
        "name": name,
        "display_name": shown_as or humanised(str(name)),
        "production": given["production"],
        "contacts": json.dumps(contacts),
    }


def _placing(call: Call) -> Subject:
    return Subject(
        (call.names["pacticipant"],), call.names["version"], finding.environment(call).name
    )


def _deployment(call: Call) -> Subject:
    found = stored.deployment(call.db, call.names["uuid"])
    return _placed_subject(call, found or finding.nothing(call))


def _release(call: Call) -> Subject:
    found = stored.released(call.db, call.names["uuid"])
    return _placed_subject(call, found or finding.nothing(call))


def _placed_subject(call: Call, one: Deployment | Release) -> Subject:
    version = versions.by_ids(call.db, [one.version_id])[one.version_id]
    return Subject((version.pacticipant,), version.number, _where(call, one).name)


def _where(call: Call, one: Deployment | Release) -> Environment:
    return next(each for each in stored.every(call.db) if each.id == one.environment_id)


_OF_VERSION: Final = deploying(by=_placing)

ROUTES: Final[tuple[Route, ...]] = (
    get("/environments", listed),
    change("POST", "/environments", create, administering()),
    get(_ONE, one),
    change("PUT", _ONE, replace, administering()),
    change("DELETE", _ONE, remove, administering()),
    get(f"{_ONE}/deployed-versions/currently-deployed", currently_deployed),
    get(f"{_ONE}/released-versions/currently-supported", currently_supported),
    get("/pacticipants/{pacticipant}/environments/{environment}/versions", versions_of_pacticipant),
    change("POST", f"{_VERSION}/deployed-versions/{_PLACE}", record_deployment, _OF_VERSION),
    get(f"{_VERSION}/deployed-versions/{_PLACE}", of_version),
    change("POST", f"{_VERSION}/released-versions/{_PLACE}", record_release, _OF_VERSION),
    get(f"{_VERSION}/released-versions/{_PLACE}", of_version),
    get("/deployed-versions/{uuid}", deployed_version),
    change("PATCH", "/deployed-versions/{uuid}", end_deployment, deploying(by=_deployment), _PATCH),
    get("/released-versions/{uuid}", released_version),
    change("PATCH", "/released-versions/{uuid}", end_support, deploying(by=_release), _PATCH),
)
