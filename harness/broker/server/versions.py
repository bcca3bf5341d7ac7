"""Versions, their branches and their tags."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from harness.broker import wire
from harness.broker.semantics.names import MAIN_BRANCHES
from harness.broker.semantics.rows import Branch, Pacticipant, Tag, Version
from harness.broker.semantics.scopes import Scope
from harness.broker.server import answers, bodies, finding
from harness.broker.server.answers import Answer, Refused
from harness.broker.server.asking import MERGE_PATCH, Call
from harness.broker.server.links import link
from harness.broker.server.needs import administering, building
from harness.broker.server.routing import Route, change, get
from harness.broker.store import (
    contracts,
    environments,
    lines,
    pacticipants,
    provider_contracts,
)
from harness.broker.store import versions as stored

_OWNER: Final = "/pacticipants/{pacticipant}"
_ONE: Final = f"{_OWNER}/versions/{{version}}"
_BRANCH: Final = f"{_OWNER}/branches/{{branch}}"
# Clients that know no branches tag right after they publish.
_FRESH: Final = timedelta(seconds=10)
_PATCH: Final = frozenset({MERGE_PATCH})


def listed(call: Call) -> Answer:
    """The versions of a pacticipant, of one of its tags or branches."""
    owner, page = finding.pacticipant(call), call.page()
    on = finding.branch(call).id if "branch" in call.names else 0
    tag = call.names.get("tag", "")
    found, total = stored.every(call.db, owner.id, page, tag=tag, branch_id=on)
    told, around = bodies.paging(call, page, total)
    more, places = bodies.Found(call, found), environments.every(call.db)
    shown = [bodies.version(call, each, places, found=more) for each in found]
    each_link = [link(call.links.version(each), name=each.number) for each in found]
    rel = {"self": link(call.url), "versions": each_link, "pb:versions": each_link, **around}
    return answers.hal({"_embedded": {"versions": shown}, **told, "_links": rel})


def one(call: Call) -> Answer:
    """A version."""
    return shown(call, finding.version(call))


def latest(call: Call) -> Answer:
    """The newest version, of those with a tag where one is given."""
    owner = finding.pacticipant(call)
    found = stored.latest(call.db, owner.id, call.names.get("tag", ""))
    return shown(call, found or finding.nothing(call))


def head(call: Call) -> Answer:
    """The version that was put on a branch last."""
    owner = finding.pacticipant(call)
    found = lines.head(call.db, owner.id, call.names["branch"])
    return shown(call, found or finding.nothing(call))


def put(call: Call) -> Answer:
    """Make a version, or set what is told of it; its branch and tags only grow."""
    given = call.object()
    url = given.get("buildUrl")
    if not isinstance(url, str | None):
        raise Refused(answers.errors({"buildUrl": ["must be a string"]}, kind=call.kind))
    owner, _ = pacticipants.ensure(call.db, call.names["pacticipant"], call.now)
    found, is_new = stored.ensure(call.db, owner, call.names["version"], call.now)
    if "buildUrl" in given or call.asked.method == "PUT":
        stored.change(call.db, found.id, {"build_url": url}, call.now)
    for name in _texts(given.get("tags")):
        lines.add_tag(call.db, found, name, call.now)
    if isinstance(branch := given.get("branch"), str) and branch:
        on_branch(call, owner, found, branch)
    made = stored.find(call.db, owner.id, found.number) or finding.nothing(call)
    return shown(call, made, 201 if is_new else 200)


def remove(call: Call) -> Answer:
    """Remove a version with its pacts and results."""
    stored.remove(call.db, finding.version(call).id)
    return answers.empty()


def shown(call: Call, found: Version, status: int = 200) -> Answer:
    """The answer that shows a version."""
    places = environments.every(call.db)
    body = bodies.version(call, found, places, found=bodies.Found(call, [found]))
    body["_links"]["pb:pact-versions"] = [
        link(call.links.pact(each), title="Pact", name=_pact_name(each.consumer, each.provider))
        for each in contracts.of_version(call.db, [found.id])
    ]
    if promised := provider_contracts.of_versions(call.db, [found.id]):
        body["_links"][wire.PROVIDER_CONTRACT] = [
            call.links.document(found, each.specification) for each in promised
        ]
    return answers.hal(body, status)


def on_branch(call: Call, owner: Pacticipant, version: Version, name: str) -> bool:
    """
    Put a version on a branch; whether it is new there.

    Shape: a branch that is usually the main one becomes it, where none is named yet.
    """
    is_new = lines.add_to_branch(call.db, version, name, call.now)
    if is_new and owner.main_branch is None and name in MAIN_BRANCHES:
        pacticipants.change(call.db, owner.id, {"main_branch": name}, call.now)
    return is_new


def branches(call: Call) -> Answer:
    """The branches of a pacticipant, newest first."""
    owner, page = finding.pacticipant(call), call.page()
    found, total = lines.branches(call.db, owner.id, page)
    told, around = bodies.paging(call, page, total)
    body = [_branch(call, owner, each) for each in found]
    rel = {"self": link(call.url), **around, "curies": call.links.curies()}
    rel["pb:branches"] = [
        link(call.links.pacticipant(owner.name, "branches", each.name)) for each in found
    ]
    return answers.hal({"_embedded": {"branches": body}, **told, "_links": rel})


def branch(call: Call) -> Answer:
    """A branch."""
    return answers.hal(_branch(call, finding.pacticipant(call), finding.branch(call)))


def remove_branch(call: Call) -> Answer:
    """Remove a branch; its versions and their pacts stay."""
    lines.remove_branch(call.db, finding.branch(call).id)
    return answers.empty()


def remove_branches(call: Call) -> Answer:
    """Remove all branches but the main one, and those that `exclude` names."""
    owner = finding.pacticipant(call)
    kept = {owner.main_branch, *call.query("exclude").split(",")}
    for each in lines.branches(call.db, owner.id, None)[0]:
        if each.name not in kept:
            lines.remove_branch(call.db, each.id)
    return answers.empty()


def branch_version(call: Call) -> Answer:
    """That a version is on a branch."""
    found = finding.version(call)
    for on in lines.memberships(call.db, [found.id]).get(found.id, ()):
        if on.branch == call.names["branch"]:
            return answers.hal(bodies.branch_version(call.links, found, on))
    return finding.nothing(call)


def put_branch_version(call: Call) -> Answer:
    """Put a version on a branch; pacticipant and version are made where they are new."""
    call.json()
    owner, found = _ensured(call)
    name = call.names["branch"]
    is_new = on_branch(call, owner, found, name)
    on = lines.memberships(call.db, [found.id])[found.id]
    this = next(each for each in on if each.branch == name)
    body = bodies.branch_version(call.links, found, this)
    return answers.hal(body, 201 if is_new else 200)


def remove_branch_version(call: Call) -> Answer:
    """Take a version from a branch."""
    found = finding.version(call)
    if not lines.take_from_branch(call.db, finding.branch(call).id, found.id):
        finding.nothing(call)
    return answers.empty()


def tag(call: Call) -> Answer:
    """A tag of a version."""
    found = finding.version(call)
    for each in lines.tags(call.db, [found.id]).get(found.id, ()):
        if each.name == call.names["tag"]:
            return answers.hal(_tag(call, found, each))
    return finding.nothing(call)


def put_tag(call: Call) -> Answer:
    """Tag a version; pacticipant and version are made where they are new."""
    call.json()
    owner, found = _ensured(call)
    name = call.names["tag"]
    is_new = add_tag(call, owner, found, name)
    put_here = Tag(found.id, name, call.now)
    return answers.hal(_tag(call, found, put_here), 201 if is_new else 200)


def remove_tag(call: Call) -> Answer:
    """Take a tag away."""
    found = finding.version(call)
    if not lines.remove_tag(call.db, found.id, call.names["tag"]):
        finding.nothing(call)
    return answers.empty()


def add_tag(call: Call, owner: Pacticipant, version: Version, name: str) -> bool:
    """
    Tag a version; whether the tag is new there.

    Shape: the first tag of a version that was just made is a branch too, as long as it has none; a
    tag that is the name of an environment says that the version runs there.
    """
    is_new = lines.add_tag(call.db, version, name, call.now)
    if not is_new:
        return False
    place = environments.named(call.db, name)
    if place is not None:
        call.require(Scope.DEPLOY, f"the tag {name} says that a version runs there")
        environments.deploy(call.db, version, place, None, call.now)
    is_first = len(lines.tags(call.db, [version.id]).get(version.id, ())) == 1
    age = datetime.fromisoformat(call.now) - datetime.fromisoformat(version.created_at)
    is_fresh = age <= _FRESH and not lines.memberships(call.db, [version.id])
    if is_first and is_fresh:
        on_branch(call, owner, version, name)
    return True


def _ensured(call: Call) -> tuple[Pacticipant, Version]:
    owner, _ = pacticipants.ensure(call.db, call.names["pacticipant"], call.now)
    found, _ = stored.ensure(call.db, owner, call.names["version"], call.now)
    return owner, found


def _branch(call: Call, owner: Pacticipant, one: Branch) -> dict[str, Any]:
    own = call.links.pacticipant(owner.name, "branches", one.name)
    return {
        "name": one.name,
        "createdAt": bodies.shown(one.created_at),
        "updatedAt": bodies.shown(one.updated_at),
        "_links": {
            "self": link(own, title="Pacticipant branch"),
            "pb:latest-version": link(f"{own}/latest-version"),
            "pb:versions": link(f"{own}/versions"),
            "pb:pacticipant": link(call.links.pacticipant(owner.name)),
            "curies": call.links.curies(),
        },
    }


def _tag(call: Call, found: Version, one: Tag) -> dict[str, Any]:
    own = bodies.tag(call.links, found, one)
    links = {
        **own["_links"],
        "version": link(call.links.version(found), title="Version", name=found.number),
        "pacticipant": link(call.links.pacticipant(found.pacticipant)),
    }
    return {"name": one.name, "createdAt": bodies.shown(one.created_at), "_links": links}


def _texts(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _pact_name(consumer: str, provider: str) -> str:
    return f"Pact between {consumer} and {provider}"


_TAG: Final = f"{_ONE}/tags/{{tag}}"
_ON_BRANCH: Final = f"{_BRANCH}/versions/{{version}}"
_BY_BUILD: Final = building("pacticipant")

ROUTES: Final[tuple[Route, ...]] = (
    get(f"{_OWNER}/versions", listed),
    get(f"{_OWNER}/tags/{{tag}}/versions", listed),
    get(f"{_BRANCH}/versions", listed),
    get(f"{_OWNER}/latest-version", latest),
    get(f"{_OWNER}/latest-version/{{tag}}", latest),
    get(f"{_BRANCH}/latest-version", head),
    get(_ONE, one),
    change("PUT", _ONE, put, _BY_BUILD),
    change("PATCH", _ONE, put, _BY_BUILD, _PATCH),
    change("DELETE", _ONE, remove, administering("pacticipant")),
    get(_TAG, tag),
    change("PUT", _TAG, put_tag, _BY_BUILD),
    change("DELETE", _TAG, remove_tag, _BY_BUILD),
    get(_ON_BRANCH, branch_version),
    change("PUT", _ON_BRANCH, put_branch_version, _BY_BUILD),
    change("DELETE", _ON_BRANCH, remove_branch_version, _BY_BUILD),
    get(f"{_OWNER}/branches", branches),
    change("DELETE", f"{_OWNER}/branches", remove_branches, _BY_BUILD),
    get(_BRANCH, branch),
    change("DELETE", _BRANCH, remove_branch, _BY_BUILD),
)
