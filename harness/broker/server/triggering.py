"""Lets webhooks tell of an event, in the transaction of what caused it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from harness.broker.semantics import events
from harness.broker.semantics.awaited import Awaited, Parameters
from harness.broker.semantics.parameters import DEPLOYED, Happened, parameters
from harness.broker.semantics.rows import Publication, Verification, Version
from harness.broker.server.asking import Call
from harness.broker.server.happening import Deciding, by_documents, decided, happened, of_version
from harness.broker.store import (
    contracts,
    deliveries,
    integrations,
    provider_contracts,
    versions,
    webhooks,
)
from harness.broker.store.deliveries import About, Telling
from harness.broker.store.webhooks import Webhook

_DEPLOYED: Final = f"${{{DEPLOYED}}}"


def published(call: Call, one: Publication, found: Sequence[events.Event]) -> None:
    """Tell of a publication; that it requires verification, once for each version that should."""
    hooks = webhooks.for_pair(call.db, one.consumer_id, one.provider_id)
    told = [(event, _wanting(hooks, event.name)) for event in found]
    if not any(wanting for _, wanting in told):
        return
    usual = happened(call, one, events.PUBLISHED)
    deciding = decided(call, one, usual)
    about = About(one.provider_id, one.version_id)
    for event, wanting in told:
        if event.version_ids:
            _tell_who_should_verify(call, one, replace(usual, event=event.name), event, wanting)
            continue
        for each in wanting:
            for telling in _tellings(each, one, replace(usual, event=event.name), deciding):
                _add(call, each, about, telling)


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
        about = About(one.provider_id, one.version_id, made.id)
        for name, wanting in told:
            for each in wanting:
                for telling in _tellings(each, one, replace(usual, event=name), None):
                    _add(call, each, about, telling)


def promised(call: Call, version: Version) -> None:
    """
    Tell what the documents of a provider version, which were just published, make of pacts.

    Shape: of each consumer the newest pact; as a result where they decide, and else not at all.
    """
    names = (events.VERIFIED, events.SUCCEEDED, events.FAILED)
    pairs = integrations.involving(call.db, [version.pacticipant_id])
    keys = {
        (each.consumer_id, each.provider_id)
        for each in pairs
        if each.provider_id == version.pacticipant_id
    }
    for one in contracts.newest_of(call.db, keys):
        hooks = webhooks.for_pair(call.db, one.consumer_id, one.provider_id)
        told = [(name, each) for name in names for each in _wanting(hooks, name)]
        if not told:
            continue
        usual = replace(happened(call, one, events.VERIFIED), build_url=version.build_url or "")
        deciding = by_documents(call, one, usual, version)
        for name, each in told:
            for telling in _tellings(each, one, replace(usual, event=name), deciding):
                _add(call, each, About(one.provider_id, one.version_id), _if_decided(telling))


def description(webhook: Webhook) -> str:
    """A webhook in words."""
    if webhook.description:
        return webhook.description
    request = json.loads(webhook.request)
    return f"{request['method'].upper()} {urlsplit(request['url']).hostname}"


def _wanting(hooks: Iterable[Webhook], event: str) -> list[Webhook]:
    return [each for each in hooks if event in json.loads(each.events)]


def _tell_who_should_verify(
    call: Call,
    one: Publication,
    usual: Happened,
    event: events.Event,
    wanting: Collection[Webhook],
) -> None:
    """Tell each version that should verify; one whose documents decide need not."""
    if not wanting:
        return
    about = About(one.provider_id, one.version_id)
    concerned = versions.by_ids(call.db, event.version_ids)
    promised = provider_contracts.of_versions(call.db, event.version_ids)
    described = {each.version_id for each in promised}
    for key in sorted(concerned):
        version, it = concerned[key], of_version(call, usual, concerned[key])
        waits = Awaited(one.content_id, key, version.number) if key in described else None
        for each in wanting:
            for telling in _tellings(each, one, it, None):
                _add(call, each, about, replace(telling, awaited=waits))


def _tellings(
    webhook: Webhook, one: Publication, usual: Happened, deciding: Deciding | None
) -> Iterator[Telling]:
    """What a webhook tells: once, or where it names the version that runs, for each that does."""
    all_of_them = tuple(usual.deployed)
    each_alone = ((number,) for number in all_of_them) if _DEPLOYED in webhook.request else ()
    for deployed in tuple(each_alone) or (all_of_them,):
        told = partial(_parameters, event=usual.event, deployed=deployed)
        awaited = None
        if deciding:
            version, fits, misfits = deciding.version, told(deciding.fits), told(deciding.misfits)
            awaited = Awaited(one.content_id, version.id, version.number, fits, misfits)
        yield Telling(usual.event, told(usual), awaited)


def _if_decided(one: Telling) -> Telling:
    """The same, for that outcome alone which its event is about."""
    if one.awaited is None:
        return one
    fits = None if one.event == events.FAILED else one.awaited.fits
    misfits = None if one.event == events.SUCCEEDED else one.awaited.misfits
    awaited = replace(one.awaited, fits=fits, misfits=misfits, only_decided=True)
    return replace(one, awaited=awaited)


def _parameters(it: Happened, event: str, deployed: Sequence[str]) -> Parameters:
    return parameters(replace(it, event=event, deployed=deployed))


def _add(call: Call, webhook: Webhook, about: About, telling: Telling) -> None:
    deliveries.add(call.db, webhook, about, telling, description(webhook), call.now)
