"""Take what a service says of itself for the accepted version."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from harness.adapters.describer import Describer, documents_in_files
from harness.adapters.members import member, relative
from harness.adapters.workspace_files import write_atomically
from harness.compat.versions import Described, changes
from harness.documents.described import read_described
from harness.domain.accepted import Acceptance, Accepted, accepted_names, accepted_texts
from harness.domain.change import Change
from harness.domain.errors import DocumentUnreadable, HarnessError
from harness.domain.evidence import DocumentRead, DocumentRefused, Evidence
from harness.domain.json import Json
from harness.domain.steps import Describe
from harness.stages.ports import StepContext


def accept_documents(name: str, context: StepContext) -> tuple[Accepted, ...]:
    """
    Write the accepted versions of a service's documents, and say what has changed in each.

    Shape: the service is started, unless its table names files alone; nothing is written where one
    of its documents cannot be read.
    Raises: Misused for a name that is no member; HarnessError where there is no document.
    """
    service = member(name, context.config)
    directory = context.config.accepted
    if directory is None:
        raise HarnessError("the workspace names no directory for accepted documents")
    found = _read(name, context)
    written = {
        file: read_described(one.text, one.location)
        for file, one in zip(accepted_names(service.name, len(found)), found, strict=True)
    }
    return (
        *(_write(directory / file, document, context) for file, document in written.items()),
        *_removed(service.name, directory, set(written), context),
    )


def _read(name: str, context: StepContext) -> list[DocumentRead]:
    service = member(name, context.config)
    found: tuple[Evidence, ...] | None = documents_in_files(service)
    if found is None:
        found = tuple(Describer()(Describe(service.name), context))
    for one in found:
        if isinstance(one, DocumentRefused):
            raise HarnessError(one.message, hint=one.hint)
    read = [one for one in found if isinstance(one, DocumentRead)]
    if not read:
        raise HarnessError(
            f"expected an API document of {service.name}, saw none",
            hint="name it in the service's table, documents = [...]",
        )
    return read


def _write(path: Path, document: Described, context: StepContext) -> Accepted:
    before = path.read_text("utf-8", "replace") if path.exists() else None
    write_atomically(path, pretty(document.raw))
    place = relative(path, context.config)
    if before is None:
        return Accepted(place, Acceptance.NEW)
    since = _since(before, document, place)
    return Accepted(place, Acceptance.CHANGED if since else Acceptance.SAME, since)


def _since(before: str, document: Described, place: str) -> tuple[Change, ...]:
    try:
        known = read_described(before, place)
        return changes(known, document) if type(known) is type(document) else ()
    except DocumentUnreadable:  # what could not be read is no version to tell changes from
        return ()


def _removed(
    service: str, directory: Path, kept: set[str], context: StepContext
) -> Iterator[Accepted]:
    """Take away the files of documents that the service has no more, or under another number."""
    names = {path.name: "" for path in directory.glob("*.json")} if directory.is_dir() else {}
    others = {name: "" for name in names if name not in accepted_names(service, 1)}
    for name in {name for texts in (names, others) for _, name in accepted_texts(service, texts)}:
        if name not in kept:
            (directory / name).unlink()
            yield Accepted(relative(directory / name, context.config), Acceptance.GONE)


def pretty(value: Json) -> str:
    """The one text of a value for people: keys in order, a line for each."""
    text = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    if any("\ud800" <= sign <= "\udfff" for sign in text):  # no file could hold half a character
        text = json.dumps(value, indent=2, sort_keys=True, allow_nan=False)
    return text + "\n"
