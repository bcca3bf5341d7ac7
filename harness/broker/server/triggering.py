"""Lets webhooks tell of an event, in the transaction of what caused it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from harness.broker.semantics import events
from harness.broker.semantics.metadata import Given, encoded
from harness.broker.semantics.parameters import Happened, Side, parameters
from harness.broker.semantics.rows import Pacticipant, Publication, Verification, Version
from harness.broker.server.asking import Call
from harness.broker.store import (
    contracts,
    deliveries,
    environments,
    lines,
    pacticipants,
    results,
    versions,
    webhooks,
)
from harness.broker.store.choosing import Among
from harness.broker.store.deliveries import About
from harness.broker.store.statements import Page
from harness.broker.store.webhooks import Webhook

TEST: Final = "test"


def published(call: Call, one: Publication, found: Sequence[events.Event]) -> None:
    """Tell of a publication; that it requires verification, once for each version that should."""
    hooks = webhooks.for_pair(call.db, one.consumer_id, one.provider_id)
    told = [(event, _wanting(hooks, event.name)) for event in found]
    if not any(wanting for _, wanting in told):
        return
    usual = happened(call, one, events.PUBLISHED)
    about = About(one.provider_id, one.version_id)
    for event, wanting in told:
        it = replace(usual, event=event.name)
        concerned = versions.by_ids(call.db, event.version_ids) if wanting else {}
        for key in sorted(concerned):
            _tell(call, wanting, about, _of_version(call, it, concerned[key]))
        if not event.version_ids:
            _tell(call, wanting, about, it)


def verified(
    call: Call, made: Verification, consumer_version_ids: Collection[int], build_url: str
) -> None:
    """Tell of a result, once for each consumer version whose pact was verified."""
    names = (events.VERIFIED, events.SUCCEEDED if made.success else events.FAILED)
    for one in contracts.of_version(call.db, consumer_version_ids, made.provider_id):
        hooks = webhooks.for_pair(call.db, one.consumer_id, one.provider_id)
        told = [(name, _wanting(hooks, name)) for name in names]
        if one.content_id != made.content_id or not any(wanting for _, wanting in told):
            continue
        usual = replace(happened(call, one, events.VERIFIED, made), build_url=build_url)
        for name, wanting in told:
            about = About(one.provider_id, one.version_id, made.id)
            _tell(call, wanting, about, replace(usual, event=name))


def tested(call: Call, consumer_id: int, provider_id: int) -> Happened:
    """What a webhook is tried with: the newest pact of whom it is for, or made-up names."""
    among = Among(consumer_id=consumer_id, provider_id=provider_id)
    found = contracts.found(call.db, among, Page(1, 1))
    if found:
        return happened(call, found[0], TEST)
    keys = {"consumer": consumer_id, "provider": provider_id}
    known = pacticipants.by_ids(call.db, [each for each in keys.values() if each])
    names = {side: known[key].name if key else side for side, key in keys.items()}
    url = call.links.pair(names["provider"], names["consumer"], "latest")
    return Happened(TEST, Side(names["consumer"], "1"), Side(names["provider"], "1"), url)


def happened(
    call: Call, one: Publication, event: str, made: Verification | None = None
) -> Happened:
    """An event of a pact; without a result of its own, the last one on its content is told."""
    said = made or results.latest(call.db, one.content_id)
    consumer = versions.by_ids(call.db, [one.version_id])[one.version_id]
    provider = pacticipants.by_ids(call.db, [one.provider_id])[one.provider_id]
    main = _said_by_main(call, one, provider)
    verifier = versions.by_ids(call.db, [said.version_id])[said.version_id] if said else None
    address = partial(call.links.content, one)
    return Happened(
        event,
        _side(call, one.consumer_id, one.consumer, consumer),
        _side(call, one.provider_id, one.provider, verifier),
        # What comes back with a result names the version for which the pact was given.
        pact_url=address("metadata", encoded(Given((one.version_id,)))),
        result_url=address("verification-results", str(said.id)) if said else "",
        build_url=consumer.build_url or "",
        success=said.success if said else None,
        main_success=main.success if main else None,
        deployed=_deployed(call, one.provider_id),
    )


def description(webhook: Webhook) -> str:
    """A webhook in words."""
    if webhook.description:
        return webhook.description
    request = json.loads(webhook.request)
    return f"{request['method'].upper()} {urlsplit(request['url']).hostname}"


def _wanting(hooks: Iterable[Webhook], event: str) -> list[Webhook]:
    return [each for each in hooks if event in json.loads(each.events)]


def _tell(call: Call, wanting: Iterable[Webhook], about: About, it: Happened) -> None:
    values = parameters(it)
    for each in wanting:
        deliveries.add(call.db, each, about, it.event, description(each), values, call.now)


def _side(call: Call, owner_id: int, name: str, version: Version | None) -> Side:
    labels = [label for label, _ in pacticipants.labels(call.db, [owner_id]).get(owner_id, ())]
    if version is None:
        return Side(name, labels=labels)
    on = lines.memberships(call.db, [version.id]).get(version.id, ())
    put = lines.tags(call.db, [version.id]).get(version.id, ())
    branch = on[-1].branch if on else ""
    return Side(name, version.number, branch, [each.name for each in put], labels)


def _said_by_main(call: Call, one: Publication, provider: Pacticipant) -> Verification | None:
    branch = provider.main_branch
    return results.latest(call.db, one.content_id, branch) if branch else None


def _deployed(call: Call, provider_id: int) -> list[str]:
    running, _ = environments.current(call.db, pacticipant_id=provider_id)
    found = versions.by_ids(call.db, {each.version_id for each in running})
    return sorted(each.number for each in found.values())


def _of_version(call: Call, it: Happened, version: Version) -> Happened:
    """An event about a provider's version, which has said nothing yet, and why it matters."""
    provider = _side(call, version.pacticipant_id, version.pacticipant, version)
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
