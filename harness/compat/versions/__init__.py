"""What differs between two versions of a document, and what of it can break a consumer."""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

from harness.compat.versions.catalogue import RULES, SECTIONS, rule
from harness.compat.versions.channels import channels
from harness.compat.versions.comparing import Comparing
from harness.compat.versions.operations import Operations
from harness.compat.versions.rule import Rule
from harness.compat.versions.security import document_security
from harness.compat.versions.webhooks import webhooks
from harness.domain.change import Change
from harness.domain.channel import MessagingDocument
from harness.domain.document import Document

__all__ = ["RULES", "SECTIONS", "Described", "Rule", "changes", "rule"]

Described: TypeAlias = Document | MessagingDocument
"""A document of either kind."""


def changes(base: Described, head: Described, *, today: date | None = None) -> tuple[Change, ...]:
    """
    Every change from one version of a document to the next, in the order of the earlier one.

    Shape: nothing is said of what no client can tell: titles, descriptions, the order of keys, and
    where a schema stands. `today` says which sunsets are over; without it, none is.
    Raises: ValueError for two documents of different kinds.
    """
    if base.digest and base.digest == head.digest:
        return ()
    if isinstance(base, MessagingDocument) and isinstance(head, MessagingDocument):
        found = channels(base, head, Comparing(base.schemas, head.schemas, today))
        return tuple(dict.fromkeys(found))
    if isinstance(base, MessagingDocument) or isinstance(head, MessagingDocument):
        raise ValueError("expected two documents of one kind, saw OpenAPI and AsyncAPI")
    comparing = Comparing(base, head, today)
    found = [
        *document_security(base, head),
        *Operations(base, head, comparing, today).changes(),
        *webhooks(base, head, comparing),
    ]
    return tuple(dict.fromkeys(found))
