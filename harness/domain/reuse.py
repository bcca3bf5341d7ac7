"""What makes evidence good for another run: the key of a step, and who saw it."""

from __future__ import annotations

from dataclasses import dataclass

from harness.domain.build import Build


@dataclass(frozen=True, slots=True)
class StepKey:
    """
    Everything that a step's evidence depends on, in one digest.

    Shape: `digest` is a SHA-256 in 64 hexadecimal digits.
    """

    digest: str


@dataclass(frozen=True, slots=True)
class Unkeyed:
    """A step whose evidence depends on what no digest can name, and why, if anyone should know."""

    why: str = ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """
    Who saw the evidence that a step was answered with.

    Shape: `by` names a run of CI or a user at a machine; `at` is a time in ISO 8601.
    Units: `elapsed_ms` is what the step took then.
    """

    by: str
    at: str
    elapsed_ms: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """
    How a run of the gate is to go about its work.

    Shape: `fresh` passes over evidence that was kept; `evidence` is where it is kept, a directory
    or an address, empty for where the workspace says; after `maxfail` failing findings no further
    step is begun, 0 sets no limit; `publishes` says whether results of published pacts are
    published, None leaves it to whether a build runs this; `build` outweighs the one around.
    """

    fresh: bool = False
    evidence: str = ""
    maxfail: int = 0
    publishes: bool | None = None
    build: Build | None = None
