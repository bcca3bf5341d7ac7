"""Puts a contract in force: conflicts, likenesses, and what is new about it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from harness.broker.semantics import contents, differences, events, names
from harness.broker.semantics.contents import Conflicting
from harness.broker.semantics.events import Event
from harness.broker.semantics.rows import Pacticipant, Publication, Version
from harness.broker.server import triggering
from harness.broker.server.asking import Call
from harness.broker.store import contracts, lines, pacticipants, results, selection, versions
from harness.broker.store.contracts import Among, Content
from harness.broker.store.statements import Page
from harness.domain.json import Json


@dataclass(frozen=True, slots=True)
class Stored:
    """
    What became of a contract.

    Shape: `conflict` is why it was not stored, `difference` the text of what it would have changed.
    """

    publication: Publication | None
    is_new: bool = False
    is_changed: bool = False
    conflict: str = ""
    difference: str = ""
    events: tuple[Event, ...] = ()


def unlike(call: Call, *wanted: str) -> list[str]:
    """What is said of new names that look like known ones."""
    named = dict.fromkeys(wanted)
    new = [each for each in named if pacticipants.find(call.db, each) is None]
    known = pacticipants.names(call.db) if new else []
    told = ((each, names.alike(each, known)) for each in new)
    return [names.alike_told(each, found, call.asked.base) for each, found in told if found]


def stored(
    call: Call,
    version: Version,
    provider: Pacticipant,
    pact: Mapping[str, Json],
    *,
    is_merging: bool = False,
) -> Stored:
    """
    Put a pact in force for a consumer version.

    Shape: other content for the same version is refused; merged with what is there where it may
    be, it is a new revision.
    """
    versions.held(call.db, version.id)
    found = contracts.of_version(call.db, [version.id], provider.id)
    if not found:
        return _published(call, version, provider, pact, is_new=True)
    if found[0].sha == contents.sha_of(pact):
        return _unchanged(call, found[0])
    old = json.loads(contracts.content(call.db, found[0].content_id))
    if not is_merging:
        return _refused(version, provider, old, pact, "")
    try:
        joined = contents.merged(_bare(old), _bare(pact))
    except Conflicting as fault:
        return _refused(version, provider, old, pact, str(fault))
    if contents.sha_of(joined) == found[0].sha:
        return _unchanged(call, found[0])
    return _published(call, version, provider, joined, is_new=False)


def _published(
    call: Call,
    version: Version,
    provider: Pacticipant,
    pact: Mapping[str, Json],
    *,
    is_new: bool,
) -> Stored:
    before = _earlier(call, version, provider)
    # ASCII, so that whatever JSON can hold can be kept.
    text = json.dumps(contents.with_ids(pact), separators=(",", ":"))
    sha = contents.sha_of(pact)
    content = Content(sha, text)
    made = contracts.publish(call.db, version, provider, content, call.now, is_new=is_new)
    in_use = selection.in_use(call.db, provider)
    silent = results.without_result(call.db, made.content_id, in_use)
    found = events.detected(events.change(made.content_id, before), silent)
    triggering.published(call, made, found)
    return Stored(made, is_new, True, events=found)


def _unchanged(call: Call, one: Publication) -> Stored:
    """It was there before: published once more, and nothing else."""
    found = events.detected("")
    triggering.published(call, one, found)
    return Stored(one, events=found)


def _earlier(call: Call, version: Version, provider: Pacticipant) -> events.Earlier:
    """The contents that were the newest before this version, of each of its branches and tags."""
    pair = Among(provider_id=provider.id, consumer_id=version.pacticipant_id)

    def newest(among: Among) -> int | None:
        found = contracts.found(call.db, among, Page(1, 2))
        return next((each.content_id for each in found if each.version_id != version.id), None)

    on = lines.memberships(call.db, [version.id]).get(version.id, ())
    put = lines.tags(call.db, [version.id]).get(version.id, ())
    return events.Earlier(
        {each.branch: newest(replace(pair, branch=each.branch)) for each in on},
        {each.name: newest(replace(pair, tag=each.name)) for each in put},
        newest(pair),
    )


def _refused(
    version: Version,
    provider: Pacticipant,
    old: Mapping[str, Json],
    new: Mapping[str, Json],
    why: str,
) -> Stored:
    said = (
        f"Cannot change the content of the pact for {version.pacticipant} version {version.number} "
        f"and provider {provider.name}, as race conditions will cause unreliable results for "
        "can-i-deploy. Each pact must be published with a unique consumer version number."
    )
    if why:
        said += f" It cannot be merged: {why}."
    return Stored(
        None,
        conflict=f"{said} Read more at https://docs.pact.io/go/versioning",
        difference=differences.told(old, new, "published", "attempted"),
    )


def _bare(pact: Mapping[str, Json]) -> dict[str, Json]:
    """A pact without the digests of its interactions, which say nothing new."""
    return {
        key: [
            {name: value for name, value in each.items() if name != "_id"}
            if isinstance(each, Mapping)
            else each
            for each in value
        ]
        if key in ("interactions", "messages") and isinstance(value, list)
        else value
        for key, value in pact.items()
    }
