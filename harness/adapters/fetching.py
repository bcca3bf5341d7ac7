"""Fetch what services beyond this repository have published: pacts, and documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, Protocol, TypeVar

from harness.adapters.document_places import document_bytes
from harness.adapters.revisions import fetched_blob
from harness.documents.json_text import decoded
from harness.domain.broker_answers import BrokerUnreached, NothingPublished
from harness.domain.config import Config, External
from harness.domain.errors import BrokerFailed, HarnessError
from harness.domain.fetched import Fetched, FetchedPact, Wanted
from harness.domain.service import BROKER, DocumentSource

T = TypeVar("T")
_GIT: Final = "git+"
CONTRACTS: Final = "the contracts of consumers"
DOCUMENT: Final = "the document"


class Broker(Protocol):
    """What is asked of a Pact Broker for a run of the gate."""

    @property
    def url(self) -> str: ...
    def pacts_to_verify(self, provider: str, wanted: Wanted) -> tuple[FetchedPact, ...] | None: ...
    def documents(self, provider: str) -> tuple[bytes, ...]: ...


def fetched(
    config: Config,
    broker: Broker | None,
    wanted: Wanted,
    place: str,
    document_at: Callable[[str], bytes],
) -> Config:
    """
    The workspace with all that lies beyond its repository.

    Shape: `document_at` gives what lies at an address; what cannot be fetched is taken from the
    workspace's snapshot, or else named.
    """
    errand = _Errand(config, broker, document_at)
    pacts = tuple(errand.pacts(wanted)) if broker else ()
    externals = tuple(errand.described(one) for one in config.externals)
    found = Fetched(
        broker.url if broker else "",
        wanted,
        pacts,
        {
            one.name: tuple(source.kept or "" for source in one.documents)
            for one in externals
            if one.is_remote
        },
        tuple(errand.missed),
        tuple(errand.vacuous),
        tuple(errand.from_snapshot),
        place,
    )
    return replace(config, externals=externals, fetched=found)


@dataclass(slots=True)
class _Errand:
    """One round of fetching; a broker that has failed once is not asked again."""

    config: Config
    broker: Broker | None
    document_at: Callable[[str], bytes]
    missed: list[BrokerUnreached | NothingPublished] = field(default_factory=list)
    vacuous: list[str] = field(default_factory=list)
    from_snapshot: list[str] = field(default_factory=list)
    failure: BrokerFailed | None = None

    def pacts(self, wanted: Wanted) -> Iterator[FetchedPact]:
        """What each member is held to."""
        for service in self.config.services:
            if not service.may_keep_contracts or wanted.alone not in ("", service.name):
                continue
            name = service.participant
            try:
                found = self._asked(partial(_pacts_of, name, wanted))
            except BrokerFailed as error:
                kept = tuple(self._kept_pacts(name))
                yield from kept
                if not kept:
                    self._lacks(service.name, CONTRACTS, self._address, error)
                continue
            if found is None:
                self.missed.append(NothingPublished(service.name, "", self._address))
            elif not found:
                self.vacuous.append(service.name)
            yield from found or ()

    def described(self, external: External) -> External:
        """A neighbour with its documents, or without where there are none to be had."""
        is_named = bool(external.documents)
        if not (external.is_remote if is_named else self.broker):
            return external
        source = external.documents[0] if is_named else DocumentSource(BROKER)
        try:
            found = self._contents(source, external.name)
            texts = tuple(decoded(each, source.location) for each in found)
        except HarnessError as error:
            texts = self._kept_documents(external.name)
            if not texts:
                place = self._address if source.location == BROKER else source.location
                self._lacks(external.name, DOCUMENT, place, error)
        else:
            if not texts and is_named:
                self.missed.append(NothingPublished(external.name, "document", self._address))
        return replace(external, documents=tuple(replace(source, kept=text) for text in texts))

    def _contents(self, source: DocumentSource, name: str) -> tuple[bytes, ...]:
        if source.location == BROKER:
            return self._asked(lambda one: one.documents(name))
        place = _expanded(source.location, name, self.config.environment)
        if not place.startswith(_GIT):
            return (document_bytes(place, self.config.root, self.document_at),)
        repository, _, inside = place.removeprefix(_GIT).partition("#")
        path, _, revision = inside.partition("@")
        return (fetched_blob(repository, path, revision or "HEAD"),)

    def _asked(self, ask: Callable[[Broker], T]) -> T:
        if self.broker is None:
            raise BrokerFailed(
                "the workspace names no broker",
                hint='name one: broker = "embedded", or the address of a Pact Broker',
            )
        if self.failure is not None:
            raise self.failure
        try:
            return ask(self.broker)
        except BrokerFailed as error:
            self.failure = error
            raise

    @property
    def _address(self) -> str:
        return self.broker.url if self.broker else ""

    def _lacks(self, service: str, what: str, place: str, error: HarnessError) -> None:
        self.missed.append(BrokerUnreached(service, what, place, error.message, error.hint))

    def _kept_pacts(self, provider: str) -> Iterator[FetchedPact]:
        kept = self.config.snapshot.fetched if self.config.snapshot else None
        for one in kept.pacts if kept else ():
            if one.provider == provider:
                self.from_snapshot.append(one.publication.url)
                yield one

    def _kept_documents(self, name: str) -> tuple[str, ...]:
        kept = self.config.snapshot.fetched if self.config.snapshot else None
        texts = kept.documents.get(name, ()) if kept else ()
        if texts:
            self.from_snapshot.append(f"{DOCUMENT} of {name}")
        return texts


def _pacts_of(provider: str, wanted: Wanted, broker: Broker) -> tuple[FetchedPact, ...] | None:
    return broker.pacts_to_verify(provider, wanted)


def _expanded(written: str, service: str, environment: str) -> str:
    return written.replace("{service}", service).replace("{environment}", environment)
