"""What differs between two versions of a document, and what of it can break a consumer."""

from __future__ import annotations

from datetime import date

from harness.compat.versions.catalogue import RULES, SECTIONS, rule
from harness.compat.versions.comparing import Comparing
from harness.compat.versions.operations import Operations
from harness.compat.versions.rule import Rule
from harness.compat.versions.security import document_security
from harness.compat.versions.webhooks import webhooks
from harness.domain.change import Change
from harness.domain.document import Document

__all__ = ["RULES", "SECTIONS", "Rule", "changes", "rule"]


def changes(base: Document, head: Document, *, today: date | None = None) -> tuple[Change, ...]:
    """
    Every change from one version of a document to the next, in the order of the earlier one.

    Shape: nothing is said of what no client can tell: titles, descriptions, the order of keys, and
    where a schema stands. `today` says which sunsets are over; without it, none is.
    """
    if base.digest and base.digest == head.digest:
        return ()
    comparing = Comparing(base, head, today)
    found = [
        *document_security(base, head),
        *Operations(base, head, comparing, today).changes(),
        *webhooks(base, head, comparing),
    ]
    return tuple(dict.fromkeys(found))
