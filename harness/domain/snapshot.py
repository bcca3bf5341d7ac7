"""Pacts and API documents that were kept beforehand, for a run that cannot fetch them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.domain.fetched import Fetched


@dataclass(frozen=True, slots=True)
class Snapshot:
    """
    What was there at one moment.

    Shape: `pacts` and `documents` map paths, relative to the workspace, to texts; `made_at` is a
    time in ISO 8601; `commit` is empty where it was made outside a repository, and `is_clean` says
    that the work tree was as committed; `shown` is the file as messages name it, empty before one
    was written; `fetched` is what others had published.
    """

    made_at: str
    commit: str
    is_clean: bool
    pacts: Mapping[str, str]
    documents: Mapping[str, str]
    shown: str = ""
    fetched: Fetched | None = None


@dataclass(frozen=True, slots=True)
class SnapshotUse:
    """
    How much a verdict rests on a snapshot.

    Shape: `taken` are the files that came from it, since the workspace lacks them.
    Units: `age_days` is in whole days, None where nobody said which day it is.
    """

    shown: str
    made_at: str
    commit: str
    is_clean: bool
    age_days: int | None
    taken: tuple[str, ...]
