"""A provider's side: the pacts that it is held to, and the results of verifying them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from harness import __version__
from harness.broker import wire
from harness.broker.client.pacts import BrokerClient
from harness.broker.client.session import NOT_FOUND, Session, failed, hal
from harness.broker.hal import Resource, member
from harness.domain.build import Build
from harness.domain.errors import BrokerFailed
from harness.domain.fetched import (
    FetchedPact,
    InteractionResult,
    PactResult,
    Publication,
    Wanted,
)
from harness.domain.json import Json, mapping, sequence

_OK: Final = 200
# What a broker adds to the pact that was published.
_ADDED: Final = frozenset({"_links", "_embedded", "createdAt"})
_LISTS: Final = ("interactions", "messages")
_ID: Final = "_id"


class ProviderSide:
    """What a run of the gate asks of one broker, and tells it."""

    def __init__(self, client: BrokerClient) -> None:
        self._client = client

    @property
    def url(self) -> str:
        """The broker's address, without credentials."""
        return self._client.url

    def pacts_to_verify(self, provider: str, wanted: Wanted) -> tuple[FetchedPact, ...] | None:
        """
        The pacts that a provider is asked to verify, or none where nobody has published with it.

        Raises: BrokerFailed, with the broker's own words for selectors that it refuses.
        """
        return pacts_to_verify(self._client, provider, wanted)

    def documents(self, provider: str) -> tuple[bytes, ...]:
        """
        The documents that the broker keeps for a provider's latest version: one of each kind.

        Raises: BrokerFailed.
        """
        return self._client.documents(provider)


def pacts_to_verify(
    session: Session, provider: str, wanted: Wanted
) -> tuple[FetchedPact, ...] | None:
    """
    The pacts that a provider is asked to verify, or none where nobody has published with it.

    Raises: BrokerFailed, with the broker's own words for selectors that it refuses.
    """
    link = session.link(session.index(), wire.PACTS_TO_VERIFY, provider=provider)
    asked: dict[str, Json] = {
        "consumerVersionSelectors": [dict(one) for one in wanted.selectors],
        "includePendingStatus": wanted.pending,
    }
    if wanted.branch:
        asked["providerVersionBranch"] = wanted.branch
    if wanted.wip_since:
        asked["includeWipPactsSince"] = wanted.wip_since
    reply = session.tried("POST", link, asked)
    if reply.status == NOT_FOUND:
        return None
    url = session.own(link)
    if reply.status != _OK:
        raise failed(url, reply)
    listed = sequence(member(hal(url, reply.body).body, "_embedded").get("pacts"))
    return tuple(_fetched(session, provider, mapping(one)) for one in listed)


def is_known(session: Session, pacticipant: str, version: str) -> bool:
    """
    Whether anything was published under a version.

    Raises: BrokerFailed.
    """
    if not version:
        return False
    names = {"pacticipant": pacticipant, "version": version}
    return (
        session.found(session.link(session.index(), wire.PACTICIPANT_VERSION, **names)) is not None
    )


def publish_result(session: Session, result: PactResult, build: Build) -> None:
    """
    Publish how the verification of a pact went.

    Raises: BrokerFailed, also for a pact whose address for results is not known.
    """
    if build.branch:
        provider = result.pact.provider
        names = {"pacticipant": provider, "branch": build.branch, "version": build.version}
        link = session.link(session.index(), wire.PACTICIPANT_BRANCH_VERSION, **names)
        session.sent("PUT", link, {})
    told: dict[str, Json] = {
        "success": result.success,
        "providerApplicationVersion": build.version,
        "testResults": [_told(one) for one in result.interactions],
        "verifiedBy": {"implementation": "contract-harness", "version": __version__},
    }
    if build.url:
        told["buildUrl"] = build.url
    if not result.pact.publication.results:
        raise BrokerFailed(f"{result.pact.publication.url} takes no results")
    # Asked twice, it would be told twice to whoever listens.
    session.sent("POST", result.pact.publication.results, told, is_repeatable=False)


def _told(one: InteractionResult) -> Json:
    told: dict[str, Json] = {"interactionDescription": one.description, "success": one.success}
    if one.id:
        told["interactionId"] = one.id
    if one.mismatches:
        told["mismatches"] = [_mismatch(where, said) for where, said in one.mismatches]
    if one.error:
        told["exceptions"] = [{"message": one.error}]
    return told


def _mismatch(where: str, said: str) -> Json:
    attribute, _, name = where.partition(":")
    if attribute in ("status", "header"):
        return {"attribute": attribute, "identifier": name, "description": said}
    return {"attribute": "body", "identifier": where, "description": said}


def _fetched(session: Session, provider: str, offered: Mapping[str, Json]) -> FetchedPact:
    entry = Resource(session.url, offered)
    link = entry.link("self")
    if not link:
        raise BrokerFailed(f"the broker at {session.url} offers a pact without an address")
    pact = session.resource(link)
    text, ids = _as_published(pact.body)
    properties = member(offered, "verificationProperties")
    publication = Publication(
        version=_version(pact),
        url=session.own(pact.link("self") or link),
        why=entry.text("shortDescription"),
        results=pact.link(wire.PUBLISH_RESULTS),
        interactions=ids,
        pending=properties.get("pending") is True,
        wip=properties.get("wip") is True,
    )
    consumer = mapping(pact.body.get("consumer")).get("name")
    return FetchedPact(str(consumer or ""), provider, text, publication)


def _version(pact: Resource) -> str:
    link = mapping(member(pact.body, "_links").get("pb:consumer-version"))
    return str(link.get("name") or "")


def _as_published(body: Mapping[str, Json]) -> tuple[str, tuple[str, ...]]:
    """The pact without what the broker added, so that it is the same wherever it is, and ids."""
    pact = {name: value for name, value in body.items() if name not in _ADDED}
    ids: list[str] = []
    for name in _LISTS:
        listed = [mapping(one) for one in sequence(pact.get(name))]
        ids += [str(one.get(_ID) or "") for one in listed]
        if listed:
            bare: list[Json] = [_without_id(one) for one in listed]
            pact[name] = bare
    return json.dumps(pact, ensure_ascii=False), tuple(ids)


def _without_id(one: Mapping[str, Json]) -> Json:
    return {name: value for name, value in one.items() if name != _ID}
