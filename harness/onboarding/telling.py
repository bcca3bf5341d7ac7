"""What `harness init` says: what was found and concluded, and what became of each file."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from harness.onboarding.found import Entry, ServiceFound, SystemFound
from harness.onboarding.proposing import Proposal
from harness.onboarding.toml_text import entry_key, value_text


def found_lines(found: SystemFound) -> Iterator[str]:
    """Everything that was found, with its place and what was concluded."""
    yield "found"
    for service in found.services:
        yield f"  {service.name}  in {service.directory or '.'}"
        yield from (f"    {line}" for line in _service_lines(service))
    for one in found.externals:
        yield f"  {one.name}  elsewhere"
        yield f"    {one.where}: {one.why}"
    for entry in found.workspace:
        yield f"  {_told(entry)}"
    if found.pipeline:
        yield f"  {found.pipeline.vendor.value}: {found.pipeline.where} {found.pipeline.why}"
    if not found.services:
        yield "  no service: no application of a framework, and no contract test"


def _service_lines(service: ServiceFound) -> Iterator[str]:
    yield from (_told(one) for one in service.entries if one.sure)
    unsure = [one for one in service.entries if not one.sure]
    if unsure:
        yield "unsure, as comments in the table:"
        yield from (f"  {_told(one)}" for one in unsure)


def _told(one: Entry) -> str:
    where = f"{one.where}: " if one.where else ""
    concluded = f" → {entry_key(one.key)} = {value_text(one.value)}" if one.key else ""
    return f"{where}{one.why}{concluded}"


def file_lines(proposals: Iterable[Proposal], written: frozenset[str]) -> Iterator[str]:
    """What became of each file: written, or left with what it lacks."""
    for one in proposals:
        if one.path in written:
            yield f"written  {one.path}: {one.why}"
        elif one.adds:
            yield f"left     {one.path}: {one.why}; to add:"
            yield from (f"  | {line}".rstrip() for line in one.adds.splitlines())
        else:
            yield f"left     {one.path}: {one.why}"


def diff_lines(proposals: Iterable[Proposal]) -> Iterator[str]:
    """The files that would be written, as a patch."""
    for one in proposals:
        if one.is_there:
            yield from file_lines((one,), frozenset())
            continue
        yield f"would write  {one.path}: {one.why}"
        yield from difflib.unified_diff(
            [], one.text.splitlines(), "/dev/null", f"b/{one.path}", lineterm=""
        )
