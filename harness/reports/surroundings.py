"""What a report tells beside the verdict: where the run happened, and who judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from harness.domain.finding import Location


@dataclass(frozen=True, slots=True)
class Surroundings:
    """
    Where a run happened.

    Shape: `judged` maps the id of each check that judged to the kinds of steps that it needs, and
    `off` are those that policy has switched off, each with a service that it is off for;
    `prefix` is the workspace's place in its repository, empty or ending in a slash; `described_in`
    is the file of the workspace's own configuration; `source_url` is what the address of a file at
    this revision begins with, and `run_url` the address of the run, each empty where nobody knows.
    `subject` is the service, or the consumer and provider as `A:B`, that a badge is about, empty
    for the whole system.
    Units: `summary_bytes` is the room that is left for a summary of the job.
    """

    judged: Mapping[str, frozenset[str]] = field(default_factory=dict)
    off: frozenset[tuple[str, str]] = frozenset()
    prefix: str = ""
    described_in: str = "pyproject.toml"
    source_url: str = ""
    run_url: str = ""
    summary_bytes: int = 1024 * 1024
    subject: str = ""

    def path(self, location: Location) -> str:
        """Name a file of the workspace as its repository does."""
        return f"{self.prefix}{location.file}"

    def link(self, location: Location) -> str:
        """Give the address of a line in the repository, empty where there is none."""
        if not (self.source_url and location.is_inside):
            return ""
        line = f"#L{location.line}" if location.line else ""
        return f"{self.source_url}{quote(self.path(location), errors='surrogatepass')}{line}"

    @property
    def beginning(self) -> Location:
        """Where to show what lies at no file: the workspace's own configuration."""
        return Location(self.described_in, 1)
