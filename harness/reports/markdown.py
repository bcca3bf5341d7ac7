"""Markdown in which what comes from outside stands in code, and is never taken for more."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from harness.pages.plain import clipped, one_line, plain

_RUN: Final = re.compile("`+")


def code(text: str, limit: int = 400) -> str:
    """
    Write text as code within a line.

    In code there are no links, no mentions of people and no markup.
    """
    text = clipped(one_line(text), limit) or " "
    fence = "`" * (_longest_run(text) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def cell(text: str, limit: int = 400) -> str:
    """Write text as code within a cell of a table, where a bar would end the cell."""
    return code(text, limit).replace("|", "\\|")


def block(text: str, language: str = "", limit: int = 4000) -> str:
    """Write lines of text as a block of code."""
    text = clipped(plain(text).strip("\n"), limit)
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}{language}\n{text}\n{fence}\n"


def link(text: str, address: str) -> str:
    """Write code that leads to an address, or code alone where there is none."""
    return f"[{code(text)}](<{address}>)" if address else code(text)


def listed(names: Iterable[str], limit: int = 10) -> str:
    """Write names as code, with commas and a last *and*; beyond a limit they are counted."""
    told = list(dict.fromkeys(names))
    shown = [code(name) for name in told[:limit]]
    if len(told) > limit:
        shown.append(f"{len(told) - limit:,} more")
    return " and ".join(part for part in (", ".join(shown[:-1]), shown[-1]) if part)


def fitted(
    head: str, blocks: Iterable[str], total: int, tail: Callable[[int], str], room: int
) -> str:
    """
    Write as many blocks as there is room for, and let the end tell how many of all are left.

    Units: `room` in bytes of UTF-8, the least that any reader counts.
    """
    spare = room - _size(head) - _size(tail(total))
    shown: list[str] = []
    for one in blocks:
        spare -= _size(one)
        if spare < 0:
            break
        shown.append(one)
    return head + "".join(shown) + tail(total - len(shown))


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _longest_run(text: str) -> int:
    return max((len(run) for run in _RUN.findall(text)), default=0)
