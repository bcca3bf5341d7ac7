"""What the stages ask of the world outside; adapters meet these by shape."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol, TypeVar

from harness.domain.broker_answers import Answered
from harness.domain.config import Config
from harness.domain.evidence import Evidence, Observed
from harness.domain.fetched import PactResult, ResultsTold
from harness.domain.reuse import StepKey, Unkeyed
from harness.domain.steps import Step
from harness.domain.system import System

S_contra = TypeVar("S_contra", bound=Step, contravariant=True)


@dataclass(frozen=True, slots=True)
class StepContext:
    """
    What an observer is handed beside its step.

    Shape: `directory` is empty and the step's own, and is removed afterwards; `cache` outlives the
    run; `taken` maps the ids of the steps named in `takes` to what they saw.
    """

    system: System
    directory: Path
    cache: Path
    run_directory: Path
    taken: Mapping[str, Observed]

    @property
    def config(self) -> Config:
        """The workspace that the step belongs to."""
        return self.system.config


class Observer(Protocol[S_contra]):
    """A tool that looks: it does one kind of step and yields what it sees as it sees it."""

    def __call__(self, step: S_contra, context: StepContext) -> Iterator[Evidence]:
        """
        Do the step.

        Raises: HarnessError, whose sentence becomes the step's `Unobserved`.
        """
        ...


class Workers(Protocol):
    """Runs steps in processes of their own, each under its limit."""

    def expect(self, steps: Iterable[Step], system: System) -> None:
        """Say that steps are to come, so that what takes long can be made ready beside others."""
        ...

    def submit(self, step: Step, system: System, taken: Mapping[str, Observed]) -> None:
        """Start a step as soon as a worker is free."""
        ...

    def next_finished(self) -> Observed:
        """Wait for a step to end; one that died or hung holds an `Unobserved` with the reason."""
        ...

    def free(self) -> int:
        """Say how many further steps would start at once."""
        ...


class Progress(Protocol):
    """Is told what happens while it happens."""

    def planned(self, steps: Iterable[Step]) -> None:
        """Steps were added to the plan."""
        ...

    def started(self, step: Step) -> None:
        """A step was handed to a worker."""
        ...

    def finished(self, step: Step, observed: Observed) -> None:
        """A step ended."""
        ...


class Files(Protocol):
    """Reads the workspace."""

    def pact_files(self, directory: Path) -> Iterable[tuple[str, bytes]]:
        """Give the name and bytes of every pact file below a directory, in a fixed order."""
        ...

    def keep_pact(self, path: Path, text: str) -> None:
        """Write a pact file, atomically, unless it already holds this text."""
        ...

    def accepted_documents(self, directory: Path, revision: str) -> Iterable[tuple[str, bytes]]:
        """
        Give the name and bytes of every accepted API document in a directory.

        Shape: as they lie there, or as a git revision holds them where one is named.
        Raises: Misused, where there is no such revision.
        """
        ...


class Memory(Protocol):
    """What earlier runs saw of the same steps."""

    def key(
        self, step: Step, system: System, taken: Mapping[str, Observed], *, anew: bool = False
    ) -> StepKey | Unkeyed:
        """
        Name all that a step's evidence depends on.

        Shape: files are looked at once in a run, unless they are to be looked at `anew`.
        """
        ...

    def recalled(self, step: Step, key: StepKey) -> tuple[Observed | None, str]:
        """Give the evidence that is kept under a key, or else why what is there is of no use."""
        ...

    def keep(self, step: Step, key: StepKey, observed: Observed) -> str:
        """Keep whole evidence, or say why it is not kept."""
        ...

    @property
    def problem(self) -> str:
        """Why the place where evidence is kept cannot be used, empty as long as it can."""
        ...


class Forgetful:
    """The memory of a run that has none."""

    problem: str = ""

    def key(
        self, step: Step, system: System, taken: Mapping[str, Observed], *, anew: bool = False
    ) -> Unkeyed:
        """Say that no step has a key."""
        return Unkeyed()

    def recalled(self, step: Step, key: StepKey) -> tuple[None, str]:
        """Know nothing."""
        return None, ""

    def keep(self, step: Step, key: StepKey, observed: Observed) -> str:
        """Keep nothing."""
        return ""


class Exchange(Protocol):
    """A broker that is told what was verified, and asked what may be deployed."""

    def publish(self, results: tuple[PactResult, ...]) -> ResultsTold:
        """Publish results where policy allows it, and say what became of them."""
        ...

    def deployability(self, names: tuple[str, ...]) -> Iterable[Answered]:
        """Ask whether the versions of members may be deployed where the workspace deploys to."""
        ...


Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Outside:
    """
    Everything that the corridor touches and does not compute.

    Shape: on the first day of all, which stands for a day that nobody told, every waiver holds;
    without an `exchange` nobody is told and asked.
    """

    files: Files
    workers: Workers
    progress: Progress
    clock: Clock
    today: date = date.min
    memory: Memory = field(default_factory=Forgetful)
    exchange: Exchange | None = None
