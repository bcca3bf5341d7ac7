"""Compare a service's documents with their accepted versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.adapters.channel_policies import channels_compared
from harness.compat.versions import Described, changes
from harness.documents.described import read_described
from harness.documents.openapi import mounted
from harness.domain.accepted import AcceptedDocument
from harness.domain.change import Change
from harness.domain.channel import MessagingDocument
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
from harness.stages.reading import read_accepted


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
        yield from channels_compared(step.service, versions, heads, context)
        accepted = tuple(each for each in system.accepted if each.service == step.service)
        if not accepted:
            return
        drifted = changed if accepted == versions else tuple(_changes(accepted, heads))
        if drifted:
            places = tuple(each.place for each in accepted)
            yield DocumentDrifted(step.service, places, len(drifted))


def _heads(step: DiffVersions, context: StepContext) -> dict[int, Described | None]:
    """The documents that the service has now, by their positions; none for one that is refused."""
    seen = [
        one
        for observed in context.taken.values()
        for one in observed.evidence
        if isinstance(one, DocumentRead | DocumentRefused) and one.service == step.service
    ]
    return {
        position: _read(one) if isinstance(one, DocumentRead) else None
        for position, one in enumerate(seen, 1)
    }


def _read(one: DocumentRead) -> Described:
    read = read_described(one.text, one.location)
    return read if isinstance(read, MessagingDocument) else mounted(read, one.mount)


def _changes(
    versions: tuple[AcceptedDocument, ...], heads: dict[int, Described | None]
) -> Iterator[Change]:
    """
    The changes of each document: one that is gone has lost all that it held.

    Shape: of messages only what was accepted once is compared: a document may be new to the gate
    beside an accepted one over HTTP.
    """
    before = {one.position: read_accepted(one) for one in versions}
    for position in sorted(before.keys() | heads.keys()):
        base, head = before.get(position), heads.get(position)
        if head is None and position in heads:
            continue  # another check tells that it cannot be read
        if base is None and isinstance(head, MessagingDocument):
            continue
        known = base or head
        if base is not None and head is not None and type(base) is not type(head):
            yield from changes(base, _nothing(base))
            yield from changes(_nothing(head), head)
        elif known is not None:
            yield from changes(base or _nothing(known), head or _nothing(known))


def _nothing(like: Described) -> Described:
    if isinstance(like, MessagingDocument):
        return MessagingDocument(like.spec_version, like.title)
    return Document(like.spec_version, like.title, (), base_paths=like.base_paths)


def _none_committed(step: DiffVersions, system: System) -> Unobserved:
    return Unobserved(
        f"changes of {step.service} since {system.config.base}",
        f"no accepted document of {step.service} is committed at {system.config.base}",
        f"harness accept document {step.service}, and commit what it writes",
    )
