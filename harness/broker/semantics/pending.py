"""Whether a pact may still fail without failing its provider's build, and which work in progress
is offered beside what was selected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Success:
    """
    A successful result of a content.

    Shape: `branches` and `tags` are those of the provider version that verified it.
    """

    content_id: int
    created_at: str
    wip: bool
    branches: frozenset[str]
    tags: frozenset[str]


@dataclass(frozen=True, slots=True)
class Line:
    """
    A provider's line of development, of whose builds is asked.

    Shape: `began_at` is empty where it has no version yet.
    """

    name: str
    is_tag: bool = False
    began_at: str = ""

    def has(self, success: Success) -> bool:
        """Whether a result is of this line."""
        return self.name in (success.tags if self.is_tag else success.branches)


def is_pending(successes: Sequence[Success], lines: Sequence[Line]) -> bool:
    """
    Whether no line can be blamed for breaking a content.

    Shape: without lines, whether nobody ever verified it; with several, whether one is pending.
    """
    if not lines:
        return not successes
    return any(not _is_known(line, successes, is_strict=False) for line in lines)


def in_progress(
    candidates: Iterable[int],
    selected: Iterable[int],
    successes: Sequence[Success],
    lines: Sequence[Line],
) -> list[int]:
    """The contents among candidates that are offered as work in progress, in their order."""
    excluded = frozenset(selected)
    by_content: dict[int, list[Success]] = {}
    for success in successes:
        by_content.setdefault(success.content_id, []).append(success)
    return [
        content
        for content in dict.fromkeys(candidates)
        if content not in excluded
        and any(not _is_known(line, by_content.get(content, ()), is_strict=True) for line in lines)
    ]


def _is_known(line: Line, successes: Sequence[Success], *, is_strict: bool) -> bool:
    """
    Whether a line has verified a content, or found it verified when it began.

    Shape: `is_strict` leaves out what the line verified as work in progress.
    """
    own = any(line.has(each) and not (is_strict and each.wip) for each in successes)
    return own or any(_is_inherited(line, each) for each in successes)


def _is_inherited(line: Line, success: Success) -> bool:
    others = success.tags if line.is_tag else success.branches
    if line.has(success) or not others:
        return False
    return not line.began_at or success.created_at < line.began_at
