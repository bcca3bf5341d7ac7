"""Lines of TOML, and the tables that describe what was found."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from harness.onboarding.found import Entry, ExternalFound, ServiceFound, SystemFound, Value
from harness.onboarding.tree import seen_from

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_HEAD = """\
# The services of this workspace, as `harness init` found them.
# A line behind `#` is only likely: read it, and take the sign away where it is right.
# `harness doctor` says what is still amiss, and `harness gate` checks the system.
"""


def quoted(text: str) -> str:
    """A text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def value_text(value: Value) -> str:
    """A value as TOML writes it."""
    if isinstance(value, str):
        return quoted(value)
    return f"[{', '.join(value_text(one) for one in value)}]"


def key_text(*parts: str) -> str:
    """A dotted key."""
    return ".".join(one if _BARE.fullmatch(one) else quoted(one) for one in parts)


def entry_key(key: str) -> str:
    """The key of an entry, whose first dot divides a table from a name in it."""
    table, _, name = key.partition(".")
    return key_text(table, name) if name else key_text(table)


def entry_lines(entries: Iterable[Entry]) -> Iterator[str]:
    """
    The lines of a table: what is certain as it counts, the rest as comments with their reasons.

    Shape: lists that are certain and have one key become one list.
    """
    found = tuple(entries)
    for one in found:
        if one.sure:
            same = [each.value for each in found if each.sure and each.key == one.key]
            if one.value is same[0]:
                yield f"{entry_key(one.key)} = {value_text(_merged(same))}"
    for one in found:
        if not one.sure:
            yield _comment(one)


def _merged(values: list[Value]) -> Value:
    if len(values) == 1 or isinstance(values[0], str):
        return values[0]
    return tuple(part for value in values for part in value)  # type: ignore[return-value]


def _comment(one: Entry) -> str:
    told = f"{one.why} ({one.where})" if one.where else one.why
    folded = " ".join(told.split())
    return (
        f"# {entry_key(one.key)} = {value_text(one.value)}  # {folded}"
        if one.key
        else f"# {folded}"
    )


def configuration(found: SystemFound) -> str:
    """The whole text of a workspace's `contract-harness.toml`."""
    alone = len(found.services) == 1 and not found.services[0].directory
    blocks = [_HEAD]
    if found.workspace:
        blocks.append("\n".join(entry_lines(found.workspace)) + "\n")
    blocks += tables(found.services, found.externals, alone=alone)
    return "\n".join(blocks)


def tables(
    services: Iterable[ServiceFound],
    externals: Iterable[ExternalFound] = (),
    *,
    alone: bool = False,
    before: str = "",
) -> Iterator[str]:
    """
    A table for each service and each neighbour that lives elsewhere.

    Shape: one that is `alone` is described as the directory's own service; `before` stands before
    the names of tables.
    """
    for one in services:
        head = f"[{before}service]" if alone else f"[{before}{key_text('members', one.name)}]"
        first = [f"name = {quoted(one.name)}"] if alone else _directory(one)
        yield "\n".join([head, *first, *entry_lines(one.entries)]) + "\n"
    for each in externals:
        head = f"[{before}{key_text('external', each.name)}]"
        yield f"{head}\ndocument = {quoted(each.document)}\n"


def _directory(one: ServiceFound) -> list[str]:
    written = seen_from("", one.directory)
    return [] if written == "." else [f"directory = {quoted(written)}"]
