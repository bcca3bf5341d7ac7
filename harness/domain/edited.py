"""What was edited since a revision, before anybody says whom it concerns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

Stamps = Mapping[Path, tuple[int, int, int]]
"""What tells that a file has changed: its size in bytes, its time in nanoseconds, its inode."""


@dataclass(frozen=True, slots=True)
class Edited:
    """
    The files that differ from a revision: committed, uncommitted, new and removed ones.

    Shape: paths are absolute. `places` map each member to the directories and the single files that
    its evidence depends on. `pacts` map pact files to every consumer and provider that they name,
    now or then; to none where one of the two texts cannot be read.
    """

    revision: str
    files: tuple[Path, ...]
    places: Mapping[str, frozenset[Path]]
    pacts: Mapping[Path, tuple[tuple[str, str], ...]]
