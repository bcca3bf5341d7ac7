"""What the gate says in the end."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from harness.domain.edge import EdgeReport
from harness.domain.evidence import Unobserved
from harness.domain.fetched import ResultsTold
from harness.domain.finding import Finding
from harness.domain.policy import Severity
from harness.domain.reuse import Provenance
from harness.domain.service_map import Participant
from harness.domain.snapshot import SnapshotUse
from harness.domain.steps import LeftOut
from harness.domain.traffic import OperationExercised
from harness.domain.waiver import Renaming, WaiverReport


class Status(Enum):
    """The verdict in one word; `broken` says that the harness itself is at fault."""

    PASSED = "passed"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"
    INTERRUPTED = "interrupted"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class StepReport:
    """
    One step that was done: how long it took and how much it saw.

    Shape: `reused` says who saw it, where an earlier run did; `note` says why its evidence was not
    reused, or will not be, where there is more to say than that nothing was kept.
    """

    id: str
    why: str
    elapsed_ms: int
    evidence: int
    unobserved: tuple[Unobserved, ...] = ()
    reused: Provenance | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    The gate's answer, with all that it rests on.

    Shape: `reasons` say why the verdict is inconclusive, empty otherwise; `findings` are ordered by
    severity, then subject; `participants` are the services of the workspace, looked at or not;
    `is_slice` says that only a part of the system was asked for; `snapshot` is what some of it was
    taken from; where it is `advisory`, findings
    and what was not seen are told and do not fail; `results` say what became of the results of
    published pacts.
    """

    status: Status
    edges: tuple[EdgeReport, ...]
    findings: tuple[Finding, ...]
    reasons: tuple[Unobserved, ...]
    steps: tuple[StepReport, ...]
    operations: tuple[OperationExercised, ...]
    left_out: tuple[LeftOut, ...]
    seed: int
    examples: int
    interactions: int
    elapsed_ms: int
    waivers: tuple[WaiverReport, ...] = ()
    participants: tuple[Participant, ...] = ()
    renamings: tuple[Renaming, ...] = ()
    is_slice: bool = False
    snapshot: SnapshotUse | None = None
    advisory: bool = False
    results: tuple[ResultsTold, ...] = ()

    def count(self, severity: Severity) -> int:
        """Count the findings of one severity, flaky and waived ones left out."""
        counted = (f for f in self.findings if not (f.flaw.flaky or f.is_waived))
        return sum(1 for f in counted if f.severity is severity)

    @property
    def is_complete(self) -> bool:
        """Whether all was looked at, and all of that was seen."""
        is_whole = self.status in (Status.PASSED, Status.FAILED)
        return is_whole and not (self.is_slice or self.reasons)

    @property
    def exit_code(self) -> int:
        """Give the process exit code, which an advisory gate softens."""
        is_softened = self.advisory and self.status in (Status.FAILED, Status.INCONCLUSIVE)
        return 0 if is_softened else self.true_exit_code

    @property
    def true_exit_code(self) -> int:
        """Give the exit code of a gate that is not advisory: findings outweigh the unseen."""
        codes = {
            Status.PASSED: 0,
            Status.FAILED: 1,
            Status.INCONCLUSIVE: 3,
            Status.BROKEN: 4,
            Status.INTERRUPTED: 130,
        }
        return codes[self.status]
