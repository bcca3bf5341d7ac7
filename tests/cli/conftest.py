"""A small workspace, doors that lead nowhere, and a way to type a command."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from harness import wiring
from harness.broker.client import BrokerClient
from harness.cli.app import main
from harness.domain.accepted import Accepted
from harness.domain.build import Build
from harness.domain.config import Config
from harness.domain.edge import Pair
from harness.domain.edited import Stamps
from harness.domain.evidence import InteractionVerified, Observed, Outcome
from harness.domain.fetched import Wanted
from harness.domain.finding import Named
from harness.domain.health import Examined, Need, well
from harness.domain.kept_run import KeptRun
from harness.domain.pact import Interaction, InteractionKind, Pact
from harness.domain.reuse import Asked
from harness.domain.selection import Selection
from harness.domain.shard import Cut, Shard, ShardSeen
from harness.domain.snapshot import Snapshot
from harness.domain.steps import TypeCheck, VerifyPacts
from harness.domain.system import FoundPact, System
from harness.domain.verdict import Verdict
from harness.onboarding.tree import Tree
from harness.stages.ports import Progress
from tests.reports.samples import PASSED

Type = Callable[..., "Ended"]


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass
class FakeDoors:
    """Leads nowhere: gives the verdict that the test wants, and remembers what was asked."""

    verdict: Verdict = PASSED
    error: BaseException | None = None
    config: Config | None = None
    selection: Selection | None = None
    asked: Asked | None = None
    finding: str = ""
    pacts: tuple[FoundPact, ...] = ()
    accepted: dict[str, tuple[Accepted, ...]] = field(default_factory=dict)
    named: tuple[Named, ...] = ()
    kept: KeptRun | None = None
    contracts: BrokerClient | None = None
    broker_url: str = ""
    meanwhile: Callable[[], None] | None = None

    def gate(
        self, config: Config, selection: Selection, progress: Progress, asked: Asked | None = None
    ) -> Verdict:
        """Tell two steps, and give the verdict."""
        self.config, self.selection, self.asked = config, selection, asked
        types, verify = TypeCheck("orders"), VerifyPacts("inventory")
        progress.planned([types])
        progress.started(types)
        progress.finished(types, Observed(types.id, (), 2100))
        progress.planned([verify])
        progress.started(verify)
        seen = (_verified(Outcome.PASSED), _verified(Outcome.FAILED))
        progress.finished(verify, Observed(verify.id, seen, 4123))
        return self._verdict()

    def replies(self, config: Config, selection: Selection, progress: Progress) -> Verdict:
        """Give the verdict."""
        self.config, self.selection = config, selection
        return self._verdict()

    def reproduce(self, config: Config, finding: str, progress: Progress) -> Verdict:
        """Give the verdict."""
        self.config, self.finding = config, finding
        return self._verdict()

    def selection_since(self, config: Config, revision: str, selection: Selection) -> Selection:
        """Look as the real doors do."""
        return wiring.selection_since(config, revision, selection)

    def cut(self, config: Config, selection: Selection, count: int, asked: Asked) -> Cut:
        """Cut as the real doors do."""
        return wiring.cut(config, selection, count, asked)

    def gate_share(
        self,
        config: Config,
        selection: Selection,
        progress: Progress,
        asked: Asked,
        shard: Shard,
    ) -> ShardSeen:
        """Do what the real doors do."""
        return wiring.gate_share(config, selection, progress, asked, shard)

    def write_shard(self, file: Path, seen: ShardSeen, config: Config) -> None:
        """Write as the real doors do."""
        wiring.write_shard(file, seen, config)

    def read_shards(self, files: Sequence[Path]) -> tuple[ShardSeen, ...]:
        """Read as the real doors do."""
        return wiring.read_shards(files)

    def merge(
        self,
        config: Config,
        shards: tuple[ShardSeen, ...],
        progress: Progress,
        asked: Asked | None = None,
    ) -> Verdict:
        """Give the verdict, and remember what was asked."""
        self.asked = asked
        return self._verdict()

    def stamps(self, config: Config) -> Stamps:
        """Look as the real doors do."""
        return wiring.stamps(config)

    def wait_for_change(self, config: Config, before: Stamps) -> tuple[Path, ...]:
        """Wait for nobody: Ctrl-C comes at once."""
        raise KeyboardInterrupt

    def prune(self, config: Config, place: str, older_than_s: float) -> tuple[int, int]:
        """Prune as the real doors do."""
        return wiring.prune(config, place, older_than_s)

    @contextmanager
    def run_service(self, config: Config, name: str) -> Iterator[Mapping[str, str]]:
        """Give an address."""
        yield {name: "http://127.0.0.1:1"}

    def system(self, config: Config) -> System:
        """Give the workspace with the pacts that the test wants."""
        return System(config, self.pacts)

    def accept_documents(self, config: Config, name: str) -> tuple[Accepted, ...]:
        """Accept what the test wants."""
        self.config = config
        return self.accepted[name]

    def document_bytes(self, place: str, directory: Path) -> bytes:
        """Read as the real doors do."""
        return wiring.document_bytes(place, directory)

    def named_finding(self, config: Config, fingerprint: str) -> Named | None:
        """Know the findings that the test wants."""
        return next((one for one in self.named if one.fingerprint == fingerprint), None)

    def kept_run(self, config: Config) -> KeptRun | None:
        """Know of the run that the test wants."""
        return self.kept

    def reported_run(self, file: Path) -> KeptRun:
        """Read as the real doors do."""
        return wiring.reported_run(file)

    def change(self, path: Path, how: Callable[[str], str]) -> None:
        """Write as the real doors do, after what the test wants to happen meanwhile."""
        if self.meanwhile:
            self.meanwhile()
        wiring.change(path, how)

    def take_snapshot(self, config: Config) -> Snapshot:
        """Take a real one."""
        return wiring.take_snapshot(config)

    def fetched(self, config: Config, wanted: Wanted | None = None, place: str = "") -> Config:
        """Fetch nothing."""
        return config

    def examine(self, config: Config, needs: Mapping[str, tuple[Need, ...]]) -> Iterable[Examined]:
        """Look at nothing, and find it well."""
        return (well("everything", ", ".join(needs)),)

    def tree(self, root: Path) -> Tree:
        """Give the files of a real directory."""
        return wiring.tree(root)

    def write_new(self, path: Path, text: str) -> bool:
        """Write a real file."""
        return wiring.write_new(path, text)

    def today(self) -> date:
        """Stand still."""
        return date(2030, 6, 15)

    def broker(
        self, given: str = "", config: Config | None = None
    ) -> AbstractContextManager[BrokerClient]:
        """Open what the test stands in a broker's place."""
        self.broker_url = given
        assert self.contracts is not None
        return nullcontext(self.contracts)

    def build(self, directory: Path) -> Build:
        """Say what git and the environment say."""
        return wiring.build(directory)

    def _verdict(self) -> Verdict:
        if self.error:
            raise self.error
        return self.verdict


def a_pact(consumer: str, provider: str) -> FoundPact:
    """Describe a pact file of one interaction."""
    interaction = Interaction("a thing is asked for", InteractionKind.HTTP, "k")
    return FoundPact("x.json", "", Pact(consumer, provider, "4", (interaction,)))


def _verified(outcome: Outcome) -> InteractionVerified:
    return InteractionVerified("orders", "inventory", "k", "a thing is asked for", outcome)


_OF_BUILDS = ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITLAB_CI", "TF_BUILD")

PAIR = Pair("orders", "inventory")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a workspace of two services, on a terminal of 100 columns without colour."""
    (tmp_path / "contract-harness.toml").write_text(
        dedent(
            """
            [members.orders]
            consumes = { inventory = "INVENTORY_URL" }
            env = { KEY = { from = "ORDERS_KEY" } }
            owner = "team-orders"
            [members.inventory]
            app = "inventory.app:app"
            [external.billing]
            """
        ),
        "utf-8",
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("ORDERS_KEY", "t0psecret")
    for name in ("NO_COLOR", "FORCE_COLOR", "HARNESS_CI", *_OF_BUILDS):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def doors() -> FakeDoors:
    """Doors that lead nowhere."""
    return FakeDoors()


@pytest.fixture
def run(root: Path, doors: FakeDoors, capsys: pytest.CaptureFixture[str]) -> Type:
    """Type a command in the workspace."""

    def type_command(*words: str) -> Ended:
        code = main(list(words), doors)
        captured = capsys.readouterr()
        return Ended(
            code,
            captured.out.replace(str(root), "ROOT"),
            captured.err.replace(str(root), "ROOT"),
        )

    return type_command


@pytest.fixture
def snapshot() -> Callable[[str, str], None]:
    """Compare text with the file of a name; UPDATE_SNAPSHOTS=1 writes it anew."""

    def compare(name: str, text: str) -> None:
        file = Path(__file__).parent / "snapshots" / f"{name}.txt"
        if os.environ.get("UPDATE_SNAPSHOTS") == "1":
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, "utf-8")
        assert text == file.read_text("utf-8")

    return compare
