"""Puts a contract in force: conflicts, likenesses, and what is new about it."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from harness.broker.semantics import contents, differences, events, names
from harness.broker.semantics.contents import Conflicting
from harness.broker.semantics.events import Event
from harness.broker.semantics.rows import Pacticipant, Publication, Version
from harness.broker.server import triggering
from harness.broker.server.asking import Call
from harness.broker.store import contracts, novelty, pacticipants, versions
from harness.broker.store.contracts import Content
from harness.domain.json import Json


@dataclass(frozen=True, slots=True)
class Stored:
    """
    What became of a contract.

    Shape: `conflict` is why it was not stored, `difference` the text of what it would have changed;
    `is_awaited` says that it changed something, and that its provider has no version yet.
    """

    publication: Publication | None
    is_new: bool = False
    is_changed: bool = False
    conflict: str = ""
    difference: str = ""
    events: tuple[Event, ...] = ()
    is_awaited: bool = False


def unlike(call: Call, wanted: Iterable[str], known: Container[str]) -> list[str]:
    """What is said of names that are not known, and look like others that are."""
    new = [each for each in dict.fromkeys(wanted) if each not in known]
    there = pacticipants.names(call.db) if new else []
    told = ((each, names.alike(each, there)) for each in new)
    return [names.alike_told(each, found, call.asked.base) for each, found in told if found]


def stored(
    call: Call,
    version: Version,
    provider: Pacticipant,
    pact: Mapping[str, Json],
    *,
    is_merging: bool = False,
    is_first: bool = False,
) -> Stored:
    """
    Put a pact in force for a consumer version.

    Shape: other content for the same version is refused; merged with what is there where it may
    be, it is a new revision. `is_first` says that nothing can be there: the version is new.
    """
    if not is_first:
        versions.held(call.db, version.id)
    found = [] if is_first else contracts.of_version(call.db, [version.id], provider.id)
    if not found:
        return _published(call, version, provider, pact, is_new=True)
    if found[0].sha == contents.sha_of(pact):
        return _unchanged(call, found[0])
    old = json.loads(contracts.content(call.db, found[0].content_id))
    if not is_merging:
        return _refused(version, provider, old, pact, "")
    try:
        joined = contents.merged(contents.without_ids(old), contents.without_ids(pact))
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
    # ASCII, so that whatever JSON can hold can be kept.
    text = json.dumps(contents.with_ids(pact), separators=(",", ":"))
    content = Content(contents.sha_of(pact), text)
    before = novelty.before(call.db, version, provider, content.sha)
    made = contracts.publish(
        *(call.db, version, provider, content, call.now),
        is_new=is_new,
        content_id=before.content_id,
    )
    found = events.detected(events.change(made.content_id, before.earlier), before.silent)
    triggering.published(call, made, found)
    return Stored(made, is_new, True, events=found, is_awaited=not before.is_built)


def _unchanged(call: Call, one: Publication) -> Stored:
    """It was there before: published once more, and nothing else."""
    found = events.detected("")
    triggering.published(call, one, found)
    return Stored(one, events=found)


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
