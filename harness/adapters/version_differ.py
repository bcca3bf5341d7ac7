"""Compare a service's documents with their accepted versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.compat.versions import changes
from harness.documents.openapi import mounted, read_document
from harness.domain.accepted import AcceptedDocument
from harness.domain.change import Change
from harness.domain.document import Document
from harness.domain.evidence import (
    DocumentChanged,
    DocumentDrifted,
    DocumentRead,
    DocumentRefused,
    Evidence,
    Unobserved,
)
from harness.domain.steps import DiffVersions
from harness.domain.system import System
from harness.stages.ports import StepContext
from harness.stages.reading import is_over_http, read_accepted


@dataclass(frozen=True, slots=True)
class VersionDiffer:
    """Does `DiffVersions` steps."""

    def __call__(self, step: DiffVersions, context: StepContext) -> Iterator[Evidence]:
        """Yield every change since the version that is asked for, and whether it has drifted."""
        system = context.system
        heads = _heads(step, context)
        versions = system.compared_with(step.service)
        if not versions:
            yield _none_committed(step, system)
        changed = tuple(_changes(versions, heads)) if versions else ()
        yield from (DocumentChanged(step.service, change) for change in changed)
        accepted = tuple(each for each in system.accepted if each.service == step.service)
        if not accepted:
            return
        drifted = changed if accepted == versions else tuple(_changes(accepted, heads))
        if drifted:
            places = tuple(each.place for each in accepted)
            yield DocumentDrifted(step.service, places, len(drifted))


def _heads(step: DiffVersions, context: StepContext) -> dict[int, Document | None]:
    """
    The documents that the service has now, by their positions; none for one that is refused.

    Shape: documents of messages keep their positions and are left out: versions of them are not
    compared.
    """
    seen = [
        one
        for observed in context.taken.values()
        for one in observed.evidence
        if isinstance(one, DocumentRead | DocumentRefused) and one.service == step.service
    ]
    return {
        position: mounted(read_document(one.text, one.location), one.mount)
        if is_over_http(one)
        else None
        for position, one in enumerate(seen, 1)
        if is_over_http(one) or isinstance(one, DocumentRefused)
    }


def _changes(
    versions: tuple[AcceptedDocument, ...], heads: dict[int, Document | None]
) -> Iterator[Change]:
    """The changes of each document: one that is gone has lost all that it held."""
    before = {one.position: read_accepted(one) for one in versions}
    for position in sorted(before.keys() | heads.keys()):
        base, head = before.get(position), heads.get(position)
        if head is None and position in heads:
            continue  # another check tells that it cannot be read
        known = base or head
        if known is not None:
            yield from changes(base or _nothing(known), head or _nothing(known))


def _nothing(like: Document) -> Document:
    return Document(like.spec_version, like.title, (), base_paths=like.base_paths)


def _none_committed(step: DiffVersions, system: System) -> Unobserved:
    return Unobserved(
        f"changes of {step.service} since {system.config.base}",
        f"no accepted document of {step.service} is committed at {system.config.base}",
        f"harness accept document {step.service}, and commit what it writes",
    )
