"""Stand for the world outside: each fake meets a port of the stages."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.domain.config import Config
from harness.domain.evidence import Evidence, Observed
from harness.domain.service import Consumption, Service
from harness.domain.steps import Step
from harness.domain.system import System

ROOT = Path("/workspace")


def a_service(name: str, *, consumes: tuple[str, ...] = (), tests: bool = False) -> Service:
    """Describe a member that serves, type-checks, and has contract tests where asked."""
    return Service(
        name=name,
        directory=ROOT / name,
        app=f"{name}:app",
        packages=(name,),
        consumes=tuple(Consumption(p, f"{p.upper()}_URL") for p in consumes),
        contract_tests=(ROOT / "contracts" / name,) if tests else (),
        owner=f"team-{name}",
    )


def a_config(*services: Service, **more: object) -> Config:
    """Describe a workspace."""
    config = Config(
        root=ROOT,
        source=ROOT / "pyproject.toml",
        services=services,
        pacts=(ROOT / "contracts" / "pacts",),
    )
    for name, value in more.items():
        object.__setattr__(config, name, value)
    return config


def a_shop() -> Config:
    """Describe two services and the edge between them."""
    return a_config(
        a_service("inventory"), a_service("orders", consumes=("inventory",), tests=True)
    )


@dataclass
class FakeFiles:
    """A workspace in memory."""

    pacts: dict[str, bytes] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    accepted: dict[str, bytes] = field(default_factory=dict)
    revisions: dict[str, dict[str, bytes]] = field(default_factory=dict)

    def pact_files(self, directory: Path) -> Iterable[tuple[str, bytes]]:
        """Give the pacts below a directory."""
        return sorted((p, b) for p, b in self.pacts.items() if p.startswith(f"{directory}/"))

    def keep_pact(self, path: Path, text: str) -> None:
        """Remember what would be written."""
        self.kept[str(path)] = text

    def accepted_documents(self, directory: Path, revision: str) -> Iterable[tuple[str, bytes]]:
        """Give the accepted documents by name, or those of a revision."""
        return sorted((self.revisions[revision] if revision else self.accepted).items())


@dataclass
class FakeWorkers:
    """
    Workers that have seen it all before.

    Shape: `script` maps a step's id to its evidence; a step that it does not name sees nothing;
    `interrupt_after` raises what Ctrl-C raises once that many steps have ended.
    """

    script: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)
    size: int = 2
    interrupt_after: int | None = None
    started: list[str] = field(default_factory=list)
    taken: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _running: deque[str] = field(default_factory=deque)
    _ended: int = 0

    def expect(self, steps: Iterable[Step], system: System) -> None:
        """Nothing takes long."""

    def submit(self, step: Step, system: System, taken: Mapping[str, Observed]) -> None:
        """Note that a step was started, and with what."""
        assert len(self._running) < self.size, "more steps were started than there are workers"
        self.started.append(step.id)
        self.taken[step.id] = tuple(taken)
        self._running.append(step.id)

    def next_finished(self) -> Observed:
        """End the step that has run for longest."""
        if self._ended == self.interrupt_after:
            raise KeyboardInterrupt
        self._ended += 1
        step = self._running.popleft()
        return Observed(step, tuple(self.script.get(step, ())), elapsed_ms=1)

    def free(self) -> int:
        """Say how many workers are idle."""
        return self.size - len(self._running)


@dataclass
class FakeProgress:
    """Remembers what it was told."""

    told: list[str] = field(default_factory=list)

    def planned(self, steps: Iterable[Step]) -> None:
        """Remember steps that were added."""
        self.told.extend(f"planned {step.id}" for step in steps)

    def started(self, step: Step) -> None:
        """Remember a step that began."""
        self.told.append(f"started {step.id}")

    def finished(self, step: Step, observed: Observed) -> None:
        """Remember a step that ended."""
        self.told.append(f"finished {step.id}")
