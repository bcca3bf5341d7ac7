"""What a webhook can be told of a pact: by results, and where documents of the provider decide."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from harness.broker.semantics.metadata import Given, encoded
from harness.broker.semantics.parameters import Happened, Side
from harness.broker.semantics.rows import Pacticipant, Publication, Verification, Version
from harness.broker.server import cross_contracts, standing
from harness.broker.server.asking import Call
from harness.broker.store import (
    contracts,
    environments,
    lines,
    pacticipants,
    provider_contracts,
    results,
    versions,
)
from harness.broker.store.choosing import Among
from harness.broker.store.statements import Page

TEST: Final = "test"


@dataclass(frozen=True, slots=True)
class Deciding:
    """
    An event of a pact that documents of a provider version decide.

    Shape: `fits` and `misfits` are the event where the pact fits them, and where it does not.
    """

    version: Version
    fits: Happened
    misfits: Happened


def tested(call: Call, consumer_id: int, provider_id: int) -> Happened:
    """
    What a webhook is tried with: the newest pact of whom it is for, or made-up names.

    Raises: Uncompared.
    """
    among = Among(consumer_id=consumer_id, provider_id=provider_id)
    found = contracts.found(call.db, among, Page(1, 1))
    if found:
        return _told_now(call, found[0])
    keys = {"consumer": consumer_id, "provider": provider_id}
    known = pacticipants.by_ids(call.db, [each for each in keys.values() if each])
    names = {side: known[key].name if key else side for side, key in keys.items()}
    url = call.links.pair(names["provider"], names["consumer"], "latest")
    return Happened(TEST, Side(names["consumer"], "1"), Side(names["provider"], "1"), url)


def happened(
    call: Call, one: Publication, event: str, made: Verification | None = None
) -> Happened:
    """
    An event of a pact by a result.

    Shape: without one of its own it is the last one of the provider's main branch on the content,
    else the last of all.
    """
    consumer = versions.by_ids(call.db, [one.version_id])[one.version_id]
    provider = pacticipants.by_ids(call.db, [one.provider_id])[one.provider_id]
    main = _said_by_main(call, one, provider)
    said = made or main or results.latest(call.db, one.content_id)
    verifier = versions.by_ids(call.db, [said.version_id])[said.version_id] if said else None
    address = partial(call.links.content, one)
    return Happened(
        event,
        side(call, one.consumer_id, one.consumer, consumer),
        side(call, one.provider_id, one.provider, verifier),
        # What comes back with a result names the version for which the pact was given.
        pact_url=address("metadata", encoded(Given((one.version_id,)))),
        result_url=_result_url(call, one, said),
        build_url=consumer.build_url or "",
        success=said.success if said else None,
        main_success=main.success if main else None,
        deployed=_deployed(call, one.provider_id),
    )


def decided(call: Call, one: Publication, usual: Happened) -> Deciding | None:
    """
    An event where documents may decide, as they do for how a pair stands.

    Shape: none where the provider has no documents, or a later version has verified.
    """
    promised = provider_contracts.newest_of(call.db, [one.provider_id])
    last = results.latest(call.db, one.content_id) if promised else None
    if not promised or (last and last.version_id > promised[0].version_id):
        return None
    version = versions.by_ids(call.db, [promised[0].version_id])[promised[0].version_id]
    return by_documents(call, one, usual, version)


def by_documents(call: Call, one: Publication, usual: Happened, version: Version) -> Deciding:
    """An event as documents of a provider version decide it."""
    said = results.of_contents(call.db, [one.content_id], [version.id])
    own = said[-1] if said else None
    provider = pacticipants.by_ids(call.db, [one.provider_id])[one.provider_id]
    on = {each.branch for each in lines.memberships(call.db, [version.id]).get(version.id, ())}
    place = cross_contracts.place(call.links, one, version.number)

    def outcome(*, success: bool) -> Happened:
        # A verification that says the same, or refutes, is what counts: as in the matrix.
        is_good = success and (own is None or own.success)
        by_result = own is not None and (not own.success or is_good)
        return replace(
            usual,
            provider=side(call, one.provider_id, one.provider, version),
            result_url=_result_url(call, one, own) if by_result else place,
            success=is_good,
            main_success=is_good if provider.main_branch in on else usual.main_success,
        )

    return Deciding(version, outcome(success=True), outcome(success=False))


def of_version(call: Call, it: Happened, version: Version) -> Happened:
    """An event about a provider's version, which has said nothing yet, and why it matters."""
    provider = side(call, version.pacticipant_id, version.pacticipant, version)
    owner = pacticipants.by_ids(call.db, [version.pacticipant_id])[version.pacticipant_id]
    main = owner.main_branch and lines.head(call.db, owner.id, owner.main_branch)
    why = [f"latest from {owner.main_branch} branch"] if main and main.id == version.id else []
    running, supported, places = environments.of_versions(call.db, [version.id])
    why += [f"deployed in {places[each.environment_id].name}" for each in running]
    why += [f"released in {places[each.environment_id].name}" for each in supported]
    return replace(
        it,
        provider=provider,
        descriptions=list(dict.fromkeys(why)),
        success=None,
        result_url="",
    )


def side(call: Call, owner_id: int, name: str, version: Version | None) -> Side:
    """A pacticipant with what is known of one of its versions."""
    labels = [label for label, _ in pacticipants.labels(call.db, [owner_id]).get(owner_id, ())]
    if version is None:
        return Side(name, labels=labels)
    on = lines.memberships(call.db, [version.id]).get(version.id, ())
    put = lines.tags(call.db, [version.id]).get(version.id, ())
    branch = on[-1].branch if on else ""
    return Side(name, version.number, branch, [each.name for each in put], labels)


def _told_now(call: Call, one: Publication) -> Happened:
    usual = happened(call, one, TEST)
    word = standing.words(call.db, [one]).get(one.content_id)
    deciding = decided(call, one, usual) if word and word.fit else None
    if deciding is None or word is None or word.fit is None:
        return usual
    return deciding.fits if word.fit.success else deciding.misfits


def _result_url(call: Call, one: Publication, said: Verification | None) -> str:
    return call.links.content(one, "verification-results", str(said.id)) if said else ""


def _said_by_main(call: Call, one: Publication, provider: Pacticipant) -> Verification | None:
    branch = provider.main_branch
    return results.latest(call.db, one.content_id, branch) if branch else None


def _deployed(call: Call, provider_id: int) -> list[str]:
    running, _ = environments.current(call.db, pacticipant_id=provider_id)
    found = versions.by_ids(call.db, {each.version_id for each in running})
    return sorted(each.number for each in found.values())
