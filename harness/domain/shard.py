"""One plan on several machines: which part is whose, and what each has seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.domain.evidence import Observed
from harness.domain.selection import Selection
from harness.domain.steps import Step


@dataclass(frozen=True, slots=True)
class Shard:
    """One of so many machines, counted from 1."""

    index: int
    count: int

    def __str__(self) -> str:
        """Write it as `--shard` takes it."""
        return f"{self.index}/{self.count}"


@dataclass(frozen=True, slots=True)
class Cut:
    """
    How a plan is cut.

    Shape: `owned` are the ids of the steps of each shard, in the order of shards; each step has one
    owner. `plan` is a digest of the whole plan, of what steers it, and of the cut itself.
    Units: `expected_ms` is what each shard is expected to take on one worker.
    """

    owned: tuple[frozenset[str], ...]
    plan: str
    expected_ms: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ShardSeen:
    """
    What one shard has seen, as it is handed to whoever judges.

    Shape: `commit` is git's, empty where there is none; `steps` are all that were done, also those
    of others that were repeated since something takes their evidence; `notes` as of an observation.
    """

    shard: Shard
    cut: Cut
    commit: str
    selection: Selection
    seed: int
    examples: int
    base: str
    steps: tuple[Step, ...]
    observed: tuple[Observed, ...]
    elapsed_ms: int
    interrupted: bool = False
    notes: Mapping[str, str] = field(default_factory=dict)
    unkept: str = ""
