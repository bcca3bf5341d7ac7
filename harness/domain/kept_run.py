"""What is known of a run when it is over."""

from __future__ import annotations

from dataclasses import dataclass

from harness.domain.edge import EdgeReport
from harness.domain.finding import Named
from harness.domain.verdict import Status, Verdict


@dataclass(frozen=True, slots=True)
class KeptRun:
    """
    What is kept of a run for those who ask later.

    Shape: `is_whole` says that nothing was left out on request, `is_complete` that all of that was
    seen as well.
    """

    status: Status
    edges: tuple[EdgeReport, ...] = ()
    findings: tuple[Named, ...] = ()
    is_whole: bool = True
    is_complete: bool = True
    seed: int = 0
    examples: int = 0

    def finding(self, fingerprint: str) -> Named | None:
        """Find what it found by its fingerprint."""
        return next((one for one in self.findings if one.fingerprint == fingerprint), None)

    def meant(self, beginning: str) -> Named | None:
        """Find the one finding whose fingerprint begins so, its version left out or not."""
        found = [
            one
            for one in self.findings
            if one.fingerprint.startswith(beginning)
            or one.fingerprint.partition(":")[2].startswith(beginning)
        ]
        return found[0] if len(found) == 1 else None


def kept(verdict: Verdict) -> KeptRun:
    """Keep of a verdict what is asked for later."""
    return KeptRun(
        status=verdict.status,
        edges=verdict.edges,
        findings=tuple(one.named for one in verdict.findings),
        is_whole=not verdict.is_slice,
        is_complete=verdict.is_complete,
        seed=verdict.seed,
        examples=verdict.examples,
    )
