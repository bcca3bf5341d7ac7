"""Parse the documents and pacts that steps gathered, whoever needs them."""

from __future__ import annotations

from collections.abc import Iterable

from harness.documents.openapi import mounted, read_document
from harness.documents.pacts import read_pact
from harness.domain.accepted import AcceptedDocument
from harness.domain.document import Document
from harness.domain.errors import DocumentUnreadable
from harness.domain.evidence import DocumentRead, DocumentRefused, Observed, PactGathered
from harness.domain.pact import Pact
from harness.domain.system import System


def read_documents(
    observed: Iterable[Observed],
) -> tuple[dict[str, tuple[Document, ...]], tuple[DocumentRefused, ...]]:
    """Give every service's documents by its name, and those that cannot be read."""
    documents: dict[str, tuple[Document, ...]] = {}
    refused: list[DocumentRefused] = []
    for evidence in (one for seen in observed for one in seen.evidence):
        if not isinstance(evidence, DocumentRead):
            continue
        try:
            document = mounted(read_document(evidence.text, evidence.location), evidence.mount)
        except DocumentUnreadable as error:
            refused.append(
                DocumentRefused(evidence.service, evidence.location, error.message, error.hint)
            )
        else:
            known = documents.get(evidence.service, ())
            documents[evidence.service] = (*known, document)
    return documents, tuple(refused)


def read_accepted(accepted: AcceptedDocument) -> Document:
    """
    Give the accepted version of a document.

    Raises: DocumentUnreadable.
    """
    return mounted(read_document(accepted.text, accepted.place), accepted.mount)


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
