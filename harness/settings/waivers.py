"""Waivers as they are written: read with their faults, and written with their comments kept."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from harness.domain.errors import Misused
from harness.domain.waiver import Waiver
from harness.settings.faults import Faults
from harness.settings.schema import WaiverFile
from harness.settings.source import read_toml
from harness.settings.tables import parse

_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*waiver[ \t]*\]\]", re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\\"]")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}

_BEGINNING = "# Findings that are known and do not fail until a day has passed: `harness waive`.\n"


def read_waivers(file: Path, root: Path, faults: Faults) -> tuple[Waiver, ...]:
    """Read the waivers of a workspace, in the order in which they stand; none where no file is."""
    try:
        found = read_toml(file, optional=True)
    except Misused as error:
        faults.add(str(file), error.message.removeprefix(f"{file}: "))
        return ()
    if found is None:
        return ()
    source = found.named(root)
    table = parse(WaiverFile, source, faults, fill={})
    waivers: dict[tuple[str, str], Waiver] = {}
    for at, one in enumerate(table.waiver):
        key = (one.fingerprint, one.consumer)
        if key in waivers:
            where = source.where("waiver", at)
            faults.add(where, f"{one.fingerprint} is waived twice for {one.consumer}", "keep one")
        waivers[key] = Waiver(
            one.fingerprint,
            one.consumer,
            one.until,
            one.reason,
            one.owner or "",
            one.check or "",
            one.subject or "",
        )
    return tuple(waivers.values())


def with_waiver(text: str, waiver: Waiver) -> str:
    """
    Put a waiver among those of a file, in the place of the one that it renews, if any.

    Shape: waivers are ordered by consumer and fingerprint; a comment stays above what it was
    written above.
    Raises: Misused, where the file is written in a way that cannot be changed safely.
    """
    head, blocks = _split(text or _BEGINNING)
    key = (waiver.consumer, waiver.fingerprint)
    kept = {_key(block): block for block in blocks}
    kept[key] = _comments(kept.get(key, "")) + written(waiver)
    parts = [head.strip("\n"), *(kept[each].strip("\n") for each in sorted(kept))]
    whole = "\n\n".join(part for part in parts if part) + "\n"
    if _keys(whole) != (_keys(text) or set()) | {key}:
        raise Misused(
            "the waivers are not written as `[[waiver]]` tables one after another",
            hint="bring the file into that form, or write the waiver by hand:\n" + written(waiver),
        )
    return whole


def written(waiver: Waiver) -> str:
    """Write a waiver as TOML."""
    lines = [
        "[[waiver]]",
        f"fingerprint = {_quoted(waiver.fingerprint)}",
        f"consumer = {_quoted(waiver.consumer)}",
        f"until = {waiver.until.isoformat()}",
        f"reason = {_quoted(waiver.reason)}",
    ]
    for key, value in (
        ("owner", waiver.owner),
        ("check", waiver.check),
        ("subject", waiver.subject),
    ):
        if value:
            lines.append(f"{key} = {_quoted(value)}")
    return "\n".join(lines) + "\n"


def day(text: str, today: date) -> date:
    """
    Read the last day of a waiver.

    Raises: Misused, where it is no day or has passed.
    """
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise Misused(f"expected a day such as 2030-12-31, saw {text!r}") from None
    if found < today:
        raise Misused(f"{found} has passed: a waiver ends today ({today}) or later")
    return found


def _split(text: str) -> tuple[str, list[str]]:
    """
    Cut a file into what stands before its waivers, and the waivers.

    Shape: comment lines right above a waiver belong to it.
    """
    starts = [_with_comments(text, found.start()) for found in _HEADER.finditer(text)]
    if not starts:
        return text, []
    ends = [*starts[1:], len(text)]
    return text[: starts[0]], [text[a:b] for a, b in zip(starts, ends, strict=True)]


def _with_comments(text: str, start: int) -> int:
    while start:
        above = text.rfind("\n", 0, start - 1) + 1
        if not text[above:start].lstrip().startswith("#"):
            return start
        start = above
    return start


def _comments(block: str) -> str:
    header = _HEADER.search(block)
    return block[: header.start()] if header else ""


def _keys(text: str) -> set[tuple[str, str]] | None:
    try:
        return set(_keys_of(tomllib.loads(text)))
    except tomllib.TOMLDecodeError:
        return None


def _keys_of(table: dict[str, object]) -> Iterator[tuple[str, str]]:
    waivers = table.get("waiver")
    for one in waivers if isinstance(waivers, list) else ():
        yield str(one.get("consumer")), str(one.get("fingerprint"))


def _key(block: str) -> tuple[str, str]:
    found = _keys(block)
    # What cannot be read alone keeps a place of its own, and is told by who calls.
    return found.pop() if found else (block, "")


def _quoted(text: str) -> str:
    escaped = _CONTROL.sub(lambda at: _ESCAPES.get(at[0], f"\\u{ord(at[0]):04x}"), text)
    return f'"{escaped}"'
