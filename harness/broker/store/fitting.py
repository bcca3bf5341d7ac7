"""What the documents of provider versions say of the pacts that a question is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from sqlalchemy import Connection

from harness.broker.semantics.deployability import Side
from harness.broker.semantics.fitting import Fit, fit
from harness.broker.semantics.rows import ProviderContract, Publication
from harness.broker.store import comparisons, provider_contracts, versions

_Promised: TypeAlias = Mapping[int, Mapping[int, Sequence[ProviderContract]]]


def fits(db: Connection, published: Iterable[Publication], sides: Mapping[int, Side]) -> list[Fit]:
    """
    What the documents of the provider versions that are meant say of publications, newest first.

    Shape: where any version of a side will do, its newest is compared, and of all others what is
    known already is told: a question that names no version must not call for the whole past.
    Raises: Uncompared.
    """
    found = list(published)
    promised = _promised(db, {one.provider_id for one in found}, sides)
    asked = _asked(found, sides, promised)
    if not asked:
        return []
    contracts = {key: each for of_one in promised.values() for key, each in of_one.items()}
    due, others = (
        [
            (content, each.document_id)
            for (content, version), is_due in asked.items()
            if is_due is wanted
            for each in contracts[version]
        ]
        for wanted in (True, False)
    )
    known = {**comparisons.of_pairs(db, others), **comparisons.required(db, due)}
    numbers = versions.by_ids(db, {version for _, version in asked})
    told = (
        fit(content, (version, numbers[version].number), contracts[version], known)
        for content, version in asked
    )
    return [each for each in told if each is not None]


def newest(db: Connection, published: Iterable[Publication]) -> dict[int, Fit]:
    """
    What the newest version of each provider with documents says, by the content's identifier.

    Shape: of each pair the first publication is compared, and of all others what is known already
    is told, as where any version will do.
    Raises: Uncompared.
    """
    found = list(published)
    promised = provider_contracts.newest_of(db, {one.provider_id for one in found})
    if not promised:
        return {}
    owners = versions.by_ids(db, {each.version_id for each in promised})
    contracts: dict[int, list[ProviderContract]] = {}
    for each in promised:
        contracts.setdefault(owners[each.version_id].pacticipant_id, []).append(each)
    firsts = {(one.consumer_id, one.provider_id): one.content_id for one in reversed(found)}
    due, others = set(firsts.values()), {one.content_id for one in found}
    providers = {one.content_id: one.provider_id for one in found}
    known = {
        **comparisons.of_pairs(db, _pairs(others - due, providers, contracts)),
        **comparisons.required(db, _pairs(due, providers, contracts)),
    }
    told: dict[int, Fit] = {}
    for content, provider in providers.items():
        if own := contracts.get(provider):
            version = owners[own[0].version_id]
            if made := fit(content, (version.id, version.number), own, known):
                told[content] = made
    return told


def _pairs(
    contents: Iterable[int],
    providers: Mapping[int, int],
    contracts: Mapping[int, Sequence[ProviderContract]],
) -> list[comparisons.Pair]:
    """Contents with each document of their providers."""
    return [
        (content, each.document_id)
        for content in contents
        for each in contracts.get(providers[content], ())
    ]


def _asked(
    published: Iterable[Publication], sides: Mapping[int, Side], promised: _Promised
) -> dict[tuple[int, int], bool]:
    """Contents and provider versions, and whether what they say of each other must be known."""
    asked: dict[tuple[int, int], bool] = {}
    seen: set[tuple[int, int]] = set()
    for one in published:
        consumer, provider = sides[one.consumer_id], sides[one.provider_id]
        if not (consumer.is_open or one.version_id in consumer.versions):
            continue
        pair = (one.consumer_id, one.provider_id)
        is_newest = pair not in seen
        seen.add(pair)
        of_provider = promised.get(one.provider_id, {})
        last = max(of_provider, default=0)
        for version in of_provider:
            is_due = is_newest or not consumer.is_open
            is_due = is_due and (version == last or not provider.is_open)
            key = (one.content_id, version)
            asked[key] = asked.get(key, False) or is_due
    return asked


def _promised(db: Connection, providers: Iterable[int], sides: Mapping[int, Side]) -> _Promised:
    """The contracts of the versions that are meant, by provider and version."""
    promised: dict[int, dict[int, list[ProviderContract]]] = {}
    for provider in providers:
        side = sides[provider]
        listed = (
            provider_contracts.of_provider(db, provider)
            if side.is_open
            else provider_contracts.of_versions(db, side.versions)
        )
        for each in listed:
            promised.setdefault(provider, {}).setdefault(each.version_id, []).append(each)
    return promised
