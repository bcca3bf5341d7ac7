"""Pacticipants: all of them, and one with its branches, environments, integrations and versions."""

from __future__ import annotations

from typing import Final

from harness.broker.semantics.rows import Deployment, Pacticipant, Release, Version
from harness.broker.server import finding
from harness.broker.server.answers import Answer
from harness.broker.server.asking import Call
from harness.broker.server.bodies import Found
from harness.broker.server.links import encoded
from harness.broker.server.pages import frame, parts
from harness.broker.server.routing import Route, page
from harness.broker.server.standing import standings
from harness.broker.store import environments, integrations, lines
from harness.broker.store import pacticipants as stored
from harness.broker.store import versions as kept
from harness.broker.store.statements import Page
from harness.pages.markup import Child, Markup, tag

_OWNER: Final = "/pacticipants/{pacticipant}"
_BRANCHES: Final = 20
_PAIRS: Final = 50


def listed(call: Call) -> Answer:
    """All pacticipants, or those of a label, or whose name holds a text."""
    part, text, label = parts.part_of(call), call.query("q"), call.names.get("label", "")
    found, total = stored.every(call.db, part, label, text)
    ids = [each.id for each in found]
    newest, labels = kept.latest_of_each(call.db, ids), stored.labels(call.db, ids)
    rows: list[list[Child]] = []
    for each in found:
        latest = newest.get(each.id)
        rows.append(
            [
                parts.pacticipant(call.links, each.name),
                _version(call, latest) if latest else None,
                parts.name(each.main_branch) if each.main_branch else None,
                _labels(call, [name for name, _ in labels.get(each.id, ())]),
            ]
        )
    heads = ("Name", "Newest version", "Main branch", "Labels")
    return frame.page(
        call,
        f"Pacticipants labelled {label}" if label else "Pacticipants",
        None if label else parts.search(call, "Name"),
        parts.table(
            heads,
            rows,
            empty="No pacticipant is known." if not text else f"No name holds “{text}”.",
        ),
        parts.pager(call, part, total),
    )


def one(call: Call) -> Answer:
    """A pacticipant."""
    owner, links = finding.pacticipant(call), call.links
    labels = [name for name, _ in stored.labels(call.db, [owner.id]).get(owner.id, ())]
    return frame.page(
        call,
        owner.name,
        frame.section("Where it runs", _places(call, owner)),
        frame.section("Who it meets", *_met(call, owner)),
        frame.section("Branches", _branches(call, owner)),
        frame.section("Versions", _versions(call, owner)),
        lead=parts.terms(
            ("called", parts.name(owner.display_name) if owner.display_name else None),
            ("main branch", parts.name(owner.main_branch) if owner.main_branch else None),
            ("repository", parts.outward(owner.repository_url)),
            ("labels", _labels(call, labels)),
            ("around it", parts.to(links.pacticipant(owner.name, "network"), "network")),
            ("asked", parts.to(_asking(call, owner), "can I deploy it?")),
        ),
    )


def versions(call: Call) -> Answer:
    """The versions of a pacticipant, of one of its tags or branches where the path names one."""
    owner = finding.pacticipant(call)
    on = finding.branch(call).id if "branch" in call.names else 0
    tag_name = call.names.get("tag", "")
    of = f" on branch {call.names['branch']}" if on else f" tagged {tag_name}" if tag_name else ""
    return frame.page(
        call,
        f"Versions of {owner.name}{of}",
        _versions(call, owner, tag_name, on),
        lead=parts.terms(
            ("pacticipant", parts.pacticipant(call.links, owner.name)),
            ("versions", _all_of(call, owner) if on or tag_name else None),
            ("may the newest be deployed", _asked_of(call, owner, tag_name, on)),
        ),
    )


def _all_of(call: Call, owner: Pacticipant) -> Markup:
    return parts.to(call.links.pacticipant(owner.name, "versions"), "all of them")


def _asked_of(call: Call, owner: Pacticipant, tag_name: str, on: int) -> Child:
    """Whether the newest may go where others are: of a branch to environments, else to a tag."""
    links = call.links
    if on:
        own = ("branches", call.names["branch"], "latest-version", "can-i-deploy", "to-environment")
        places = environments.every(call.db)
        to = [
            (each.display_name, links.pacticipant(owner.name, *own, each.name)) for each in places
        ]
    elif tag_name and (newest := kept.latest(call.db, owner.id)):
        to = [(tag_name, links.version(newest, "can-i-deploy", "to", tag_name))]
    else:
        to = []
    shown = [parts.to(href, "to ", parts.name(name)) for name, href in to]
    return [[each, " "] for each in shown]


def _asking(call: Call, owner: Pacticipant) -> str:
    return f"{call.links.to('can-i-deploy')}?pacticipant={encoded(owner.name)}"


def _labels(call: Call, names: list[str]) -> Child:
    return [
        [parts.to(call.links.to("pacticipants", "label", each), parts.name(each)), " "]
        for each in names
    ]


def _version(call: Call, one: Version) -> list[Child]:
    number = parts.version(call.links, one.pacticipant, one.number)
    return [number, " ", tag("small", parts.moment(one.created_at))]


def _places(call: Call, owner: Pacticipant) -> Markup:
    """What runs and what is out, by environment."""
    deployed, released = environments.current(call.db, pacticipant_id=owner.id)
    ids = {each.version_id for each in deployed} | {each.version_id for each in released}
    known = kept.by_ids(call.db, ids)
    names = {each.id: each for each in environments.every(call.db)}
    rows: list[tuple[Deployment | Release, Child]] = [
        *((each, parts.name(each.instance) if each.instance else "deployed") for each in deployed),
        *((each, "released") for each in released),
    ]
    shown: list[list[Child]] = []
    for each, how in sorted(rows, key=lambda row: names[row[0].environment_id].name):
        place, own = names[each.environment_id], known[each.version_id]
        shown.append(
            [
                parts.to(call.links.to("environments", place.uuid), parts.name(place.display_name)),
                parts.version(call.links, own.pacticipant, own.number),
                how,
                parts.moment(each.created_at),
            ]
        )
    heads = ("Environment", "Version", "How", "Since")
    return parts.table(heads, shown, empty="It is not recorded as deployed or released anywhere.")


def _met(call: Call, owner: Pacticipant) -> list[Child]:
    """Its consumers and its providers, with how each pair stands."""
    every = sorted(
        integrations.involving(call.db, [owner.id]), key=lambda one: (one.consumer, one.provider)
    )
    pairs = every[:_PAIRS]
    how = standings(call.db, pairs)
    rows: list[list[Child]] = []
    for each in pairs:
        is_consumer = each.consumer_id == owner.id
        other = each.provider if is_consumer else each.consumer
        own = call.links.to("dashboard", "provider", each.provider, "consumer", each.consumer)
        state = parts.state(how[each.consumer_id, each.provider_id].status)
        rows.append(
            [
                [
                    f"{'consumes' if is_consumer else 'is consumed by'} ",
                    parts.pacticipant(call.links, other),
                ],
                state,
                parts.to(own, "versions"),
            ]
        )
    index = f"{call.links.to('integrations')}?q={encoded(owner.name)}"
    more = [f"{len(every) - len(pairs):,} more are not shown: ", parts.to(index, "the index")]
    return [
        parts.table(("Other", "State", "More"), rows, empty="It is in no pact."),
        tag("p", more) if len(every) > len(pairs) else None,
    ]


def _branches(call: Call, owner: Pacticipant) -> Child:
    found, total = lines.branches(call.db, owner.id, Page(1, _BRANCHES))
    heads_of = lines.heads(call.db, [each.id for each in found])
    rows: list[list[Child]] = []
    for each in found:
        own = call.links.pacticipant(owner.name, "branches", each.name, "versions")
        main = tag("small", "the main branch") if each.name == owner.main_branch else None
        newest = heads_of.get(each.id)
        rows.append(
            [
                [parts.to(own, parts.name(each.name)), " ", main],
                parts.version(call.links, owner.name, newest.number) if newest else None,
                parts.moment(each.updated_at),
            ]
        )
    more = tag("p", f"{total - len(found):,} older ones are not shown.", class_="quiet")
    return [
        parts.table(("Branch", "Newest version", "Changed"), rows, empty="It has no branches."),
        more if total > len(found) else None,
    ]


def _versions(call: Call, owner: Pacticipant, tag_name: str = "", on: int = 0) -> Child:
    part = parts.part_of(call)
    found, total = kept.every(call.db, owner.id, part, tag=tag_name, branch_id=on)
    more = Found(call, found)
    rows = [
        [
            parts.version(call.links, owner.name, each.number),
            parts.chips(call, each, more),
            parts.moment(each.created_at),
            parts.outward(each.build_url),
        ]
        for each in found
    ]
    heads = ("Version", "Where it is", "Made", "Build")
    return [parts.table(heads, rows, empty="It has no versions."), parts.pager(call, part, total)]


ROUTES: Final[tuple[Route, ...]] = (
    page("/pacticipants", listed),
    page("/pacticipants/label/{label}", listed),
    page(_OWNER, one),
    page(f"{_OWNER}/versions", versions),
    page(f"{_OWNER}/tags/{{tag}}/versions", versions),
    page(f"{_OWNER}/branches/{{branch}}/versions", versions),
)
