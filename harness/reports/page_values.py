"""Two values side by side, with what differs marked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Final

from harness.pages.markup import Markup, tag
from harness.pages.plain import clipped, plain

_LONGEST: Final = 20_000
_MOST_LINES: Final = 400
_HEADED: Final = re.compile(r"([^\[{\n]{0,200}?)\s*([\[{].*)", re.DOTALL)


def sides(named: tuple[tuple[str, str], tuple[str, str]]) -> Markup | None:
    """
    Write two named texts beside each other, or the one that is there.

    Shape: JSON is laid out in lines; a line that only one of the two has is marked, and says so
    with a sign as well.
    """
    shown = [(name, _lines(text)) for name, text in named if text]
    if not shown:
        return None
    marks = _differing([lines for _, lines in shown])
    parts = [_side(name, lines, mark) for (name, lines), mark in zip(shown, marks, strict=True)]
    return tag("dl", parts, class_="sides")


def _side(name: str, lines: list[str], marked: set[int]) -> Markup:
    return tag(
        "div",
        tag("dt", name),
        " ",
        tag("dd", tag("pre", _written(lines, marked), tabindex=0)),
    )


def _written(lines: list[str], marked: set[int]) -> Iterator[Markup | str]:
    for at, line in enumerate(lines):
        yield tag("mark", line) if at in marked else line
        yield "\n"


def _lines(text: str) -> list[str]:
    return clipped(plain(laid_out(text)), _LONGEST).strip("\n").split("\n")


def laid_out(text: str) -> str:
    """Write JSON in lines, where a text is JSON or ends in it."""
    found = _HEADED.fullmatch(text)
    head, body = found.groups() if found else ("", text)
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return text
    if not isinstance(value, dict | list):
        return text
    return f"{head}\n{_dumped(value)}" if head else _dumped(value)


def _dumped(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _differing(texts: list[list[str]]) -> list[set[int]]:
    """
    The lines of each that the other has not, where both have several and are not too long.

    Shape: none where most differ, for marking nearly everything says nothing.
    """
    if len(texts) != 2 or min(map(len, texts)) < 2 or max(map(len, texts)) > _MOST_LINES:
        return [set() for _ in texts]
    one, other = ([line.rstrip(",") for line in text] for text in texts)
    marks: tuple[set[int], set[int]] = (set(), set())
    for kind, start, end, other_start, other_end in SequenceMatcher(
        None, one, other, autojunk=False
    ).get_opcodes():
        if kind != "equal":
            marks[0].update(range(start, end))
            marks[1].update(range(other_start, other_end))
    is_telling = 2 * sum(map(len, marks)) <= len(one) + len(other)
    return list(marks) if is_telling else [set(), set()]
