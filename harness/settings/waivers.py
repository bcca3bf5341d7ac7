"""Waivers as they are written: read with their faults, and written with their comments kept."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from pathlib import Path

from harness.domain.errors import Misused
from harness.domain.waiver import Waiver, WaiverKey
from harness.settings.faults import Faults
from harness.settings.schema import WaiverFile
from harness.settings.source import read_toml, shown
from harness.settings.tables import parse

_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*waiver[ \t]*\]\]", re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\\"]")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}

_BEGINNING = "# Findings that are known and do not fail: `harness baseline` and `harness waive`.\n"


def read_waivers(
    file: Path, root: Path, faults: Faults, *, day_demanded_by: str = ""
) -> tuple[Waiver, ...]:
    """
    Read the waivers of a workspace, in the order in which they stand; none where no file is.

    Shape: `day_demanded_by` is the line of the policy by which each must have a last day, if any.
    """
    try:
        found = read_toml(file, optional=True)
    except Misused as error:
        faults.add(*_unread(error, file, root))
        return ()
    if found is None:
        return ()
    source = found.named(root)
    table = parse(WaiverFile, source, faults, fill={})
    waivers: dict[WaiverKey, Waiver] = {}
    for at, one in enumerate(table.waiver):
        key = (one.consumer, one.fingerprint)
        if key in waivers:
            where = source.where("waiver", at)
            faults.add(where, f"{one.fingerprint} is waived twice for {one.consumer}", "keep one")
        if one.until is None and day_demanded_by:
            faults.add(
                source.where("waiver", at),
                f"{one.fingerprint} has no last day, and {day_demanded_by} demands one",
                "add `until = 2030-12-31`, say, or take it out and let the finding count",
            )
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


def with_waivers(
    text: str, put: Iterable[Waiver] = (), drop: Collection[WaiverKey] = frozenset()
) -> str:
    """
    Put waivers among those of a file, in the place of those that they renew, and take others out.

    Shape: waivers are ordered by consumer and fingerprint, each a block of lines of its own, so
    that two branches that add to the file seldom touch the same lines; a comment stays above what
    it was written above, and goes with it.
    Raises: Misused, where the file is written in a way that cannot be changed safely.
    """
    head, blocks = _split(text or _BEGINNING)
    present = _keys(text)
    new = {one.key: one for one in put}
    kept = dict(zip(_keys_of_blocks(blocks, present), blocks, strict=True))
    for key, waiver in new.items():
        kept[key] = _comments(kept.get(key, "")) + written(waiver)
    for key in drop:
        kept.pop(key, None)
    parts = [head.strip("\n"), *(kept[each].strip("\n") for each in sorted(kept))]
    whole = "\n\n".join(part for part in parts if part) + "\n"
    if _keys(whole) != sorted((set(present or ()) | set(new)) - set(drop)):
        raise Misused(
            "the waivers are not written as `[[waiver]]` tables one after another",
            hint="bring the file into that form, or write the waiver by hand:\n"
            + "\n".join(written(one) for one in list(new.values())[:1]),
        )
    return whole


def written(waiver: Waiver) -> str:
    """Write a waiver as TOML."""
    lines = [
        "[[waiver]]",
        f"fingerprint = {_quoted(waiver.fingerprint)}",
        f"consumer = {_quoted(waiver.consumer)}",
        *([f"until = {waiver.until.isoformat()}"] if waiver.until else []),
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


def keys_in(text: str) -> tuple[WaiverKey, ...]:
    """Name the waivers of a file in their order; none where it is no TOML."""
    return tuple(_keys(text) or ())


def _keys(text: str) -> list[WaiverKey] | None:
    """Name the waivers of a file in their order; None where it is no TOML."""
    try:
        return list(_keys_of(tomllib.loads(text)))
    except tomllib.TOMLDecodeError:
        return None


def _keys_of(table: dict[str, object]) -> Iterator[WaiverKey]:
    waivers = table.get("waiver")
    for one in waivers if isinstance(waivers, list) else ():
        yield str(one.get("consumer")), str(one.get("fingerprint"))


def _keys_of_blocks(blocks: list[str], present: list[WaiverKey] | None) -> list[WaiverKey]:
    if present is not None and len(present) == len(blocks):
        return present
    # What cannot be told apart keeps a place of its own, and is refused in the end.
    return [(block, "") for block in blocks]


def _unread(error: Misused, file: Path, root: Path) -> tuple[str, str, str]:
    """Tell why the file cannot be read, with the line where the error knows one."""
    message = error.message.removeprefix(str(file)).removeprefix(":")
    line = re.match(r"(\d+)(?::\d+)?: ", message)
    where = shown(file, root) + (f":{line[1]}" if line else "")
    return where, message[line.end() if line else 0 :].strip(), error.hint


def _quoted(text: str) -> str:
    escaped = _CONTROL.sub(lambda at: _ESCAPES.get(at[0], f"\\u{ord(at[0]):04x}"), text)
    return f'"{escaped}"'
