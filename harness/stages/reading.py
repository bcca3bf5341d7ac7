"""Parse the documents and pacts that steps gathered, whoever needs them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeGuard

from harness.documents.described import read_described
from harness.documents.openapi import mounted
from harness.documents.pacts import read_pact
from harness.domain.accepted import AcceptedDocument
from harness.domain.channel import MessagingDocument
from harness.domain.document import Document
from harness.domain.errors import DocumentUnreadable
from harness.domain.evidence import DocumentRead, DocumentRefused, Evidence, Observed, PactGathered
from harness.domain.pact import Pact
from harness.domain.system import System


@dataclass(frozen=True, slots=True)
class Documents:
    """Every service's documents of both kinds by its name, and those that cannot be read."""

    over_http: dict[str, tuple[Document, ...]]
    of_messages: dict[str, tuple[MessagingDocument, ...]]
    refused: tuple[DocumentRefused, ...]


def read_documents(observed: Iterable[Observed]) -> Documents:
    """Parse all documents in evidence."""
    over_http: dict[str, tuple[Document, ...]] = {}
    of_messages: dict[str, tuple[MessagingDocument, ...]] = {}
    refused: list[DocumentRefused] = []
    for evidence in (one for seen in observed for one in seen.evidence):
        if not isinstance(evidence, DocumentRead):
            continue
        try:
            document = read_described(evidence.text, evidence.location)
        except DocumentUnreadable as error:
            refused.append(
                DocumentRefused(evidence.service, evidence.location, error.message, error.hint)
            )
            continue
        name = evidence.service
        if isinstance(document, MessagingDocument):
            of_messages[name] = (*of_messages.get(name, ()), document)
        else:
            over_http[name] = (*over_http.get(name, ()), mounted(document, evidence.mount))
    return Documents(over_http, of_messages, tuple(refused))


def is_over_http(one: Evidence) -> TypeGuard[DocumentRead]:
    """Whether evidence is a document of what a service answers over HTTP."""
    return isinstance(one, DocumentRead) and not one.of_messages


def read_accepted(accepted: AcceptedDocument) -> Document | MessagingDocument:
    """
    Give the accepted version of a document.

    Raises: DocumentUnreadable.
    """
    read = read_described(accepted.text, accepted.place)
    return read if isinstance(read, MessagingDocument) else mounted(read, accepted.mount)


def pacts_in_force(
    system: System, observed: Iterable[Observed]
) -> tuple[tuple[Pact, ...], tuple[Pact, ...]]:
    """Give the pacts fresh from the consumers' tests, and the files of all other pairs."""
    fresh = {
        (gathered.consumer, gathered.provider): read_pact(gathered.text, path=gathered.path)
        for seen in observed
        for gathered in seen.evidence
        if isinstance(gathered, PactGathered) and gathered.complete
    }
    found = tuple(
        one.pact for one in system.pacts if one.pact and (one.consumer, one.provider) not in fresh
    )
    return tuple(fresh.values()), found
