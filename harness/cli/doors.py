"""What the verbs ask of the house; `harness.wiring` meets it by shape."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Protocol

from harness.broker.client import BrokerClient
from harness.domain.accepted import Accepted
from harness.domain.build import Build
from harness.domain.config import Config
from harness.domain.edited import Stamps
from harness.domain.fetched import Wanted
from harness.domain.finding import Named
from harness.domain.health import Examined, Need
from harness.domain.kept_run import KeptRun
from harness.domain.reuse import Asked
from harness.domain.selection import Selection
from harness.domain.shard import Cut, Shard, ShardSeen
from harness.domain.snapshot import Snapshot
from harness.domain.system import System
from harness.domain.verdict import Verdict
from harness.onboarding.tree import Tree
from harness.stages.ports import Progress


class Doors(Protocol):
    """The ways into the house."""

    def gate(
        self, config: Config, selection: Selection, progress: Progress, asked: Asked | None = None
    ) -> Verdict:
        """Check the system, or a slice of it."""
        ...

    def replies(self, config: Config, selection: Selection, progress: Progress) -> Verdict:
        """Put replies to the consumers of a suite that no workspace describes."""
        ...

    def reproduce(self, config: Config, finding: str, progress: Progress) -> Verdict:
        """Send the recording of a finding again."""
        ...

    def selection_since(self, config: Config, revision: str, selection: Selection) -> Selection:
        """Select what has changed since a git revision."""
        ...

    def cut(self, config: Config, selection: Selection, count: int, asked: Asked) -> Cut:
        """Say how the gate is cut for so many machines."""
        ...

    def gate_share(
        self,
        config: Config,
        selection: Selection,
        progress: Progress,
        asked: Asked,
        shard: Shard,
    ) -> ShardSeen:
        """Do the part of one machine of several."""
        ...

    def write_shard(self, file: Path, seen: ShardSeen, config: Config) -> None:
        """Write what a shard has seen."""
        ...

    def read_shards(self, files: Sequence[Path]) -> tuple[ShardSeen, ...]:
        """Read what shards have seen."""
        ...

    def merge(
        self,
        config: Config,
        shards: tuple[ShardSeen, ...],
        progress: Progress,
        asked: Asked | None = None,
    ) -> Verdict:
        """Judge what shards have seen."""
        ...

    def stamps(self, config: Config) -> Stamps:
        """Say how every file is that evidence depends on."""
        ...

    def wait_for_change(self, config: Config, before: Stamps) -> tuple[Path, ...]:
        """Wait until a file changes."""
        ...

    def prune(self, config: Config, place: str, older_than_s: float) -> tuple[int, int]:
        """Remove old evidence, and tell how many files it was and how many bytes."""
        ...

    def run_service(self, config: Config, name: str) -> AbstractContextManager[Mapping[str, str]]:
        """Start a member with its neighbours, and give their URLs."""
        ...

    def system(self, config: Config) -> System:
        """Survey a workspace."""
        ...

    def accept_documents(self, config: Config, name: str) -> tuple[Accepted, ...]:
        """Take what a service says of itself for the accepted version."""
        ...

    def document_bytes(self, place: str, directory: Path) -> bytes:
        """Read an API document from a file, a git revision or a running service."""
        ...

    def named_finding(self, config: Config, fingerprint: str) -> Named | None:
        """Say what the last run knew of a finding, if it found it."""
        ...

    def kept_run(self, config: Config) -> KeptRun | None:
        """Say what the last run found and how its edges stood, if there was one."""
        ...

    def reported_run(self, file: Path) -> KeptRun:
        """Say what the run of a JSON report found."""
        ...

    def change(self, path: Path, how: Callable[[str], str]) -> None:
        """Change a text file whole and alone, or leave it as it is."""
        ...

    def take_snapshot(self, config: Config) -> Snapshot:
        """Keep all pacts and all documents in files of a workspace."""
        ...

    def fetched(self, config: Config, wanted: Wanted | None = None, place: str = "") -> Config:
        """Fetch what services are held to and rely on beyond the repository."""
        ...

    def examine(self, config: Config, needs: Mapping[str, tuple[Need, ...]]) -> Iterable[Examined]:
        """Look at what the gate needs around it; `needs` are modules by service."""
        ...

    def tree(self, root: Path) -> Tree:
        """Give the files below a directory."""
        ...

    def write_new(self, path: Path, text: str) -> bool:
        """Write a file that is not there; give `False` where one is, which is left."""
        ...

    def today(self) -> date:
        """Say which day it is."""
        ...

    def broker(
        self, given: str = "", config: Config | None = None
    ) -> AbstractContextManager[BrokerClient]:
        """Open the Pact Broker that is given, else the environment's, else the workspace's."""
        ...

    def build(self, directory: Path) -> Build:
        """Say which build a directory is part of."""
        ...
