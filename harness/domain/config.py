"""What a workspace asks of the harness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from harness.domain.fetched import Fetched
from harness.domain.policy import Policy
from harness.domain.service import DocumentSource, Service
from harness.domain.service_map import Participant
from harness.domain.snapshot import Snapshot
from harness.domain.waiver import Waiver

EMBEDDED: Final = "embedded"
"""The broker that is a file of the workspace, and needs no server."""


@dataclass(frozen=True, slots=True)
class External:
    """
    A neighbour that lives elsewhere: known by its documents and its pacts alone.

    Shape: a table names one document; a broker may keep one of each kind.
    """

    name: str
    documents: tuple[DocumentSource, ...] = ()
    owner: str | None = None

    @property
    def is_remote(self) -> bool:
        """Whether its documents lie beyond this repository, and are fetched before a run."""
        return any(one.is_remote for one in self.documents)


@dataclass(frozen=True, slots=True)
class Config:
    """
    A workspace, read and checked.

    Shape: paths are absolute; `pacts` are directories of pact files, the first of which receives
    what the workspace's own consumer tests give; `accepted` is the directory of the accepted
    versions of API documents; `base` is the git revision whose accepted versions count, empty for
    those that lie in the workspace; `neighbours` is `real` or `stand-in`; `waivers` were read from
    `waivers_file`; `evidence` is where it is kept: a directory, seen from `root`, or an address;
    `snapshot` gives what the workspace lacks, and `snapshot_file` is the one that it names;
    `broker` is `embedded` or an address, empty where the workspace names none;
    `fetched` is what others have published, None as long as nobody asked for it; `deploys_to` are
    the environments that versions are deployed to, the next one first.
    Units: `examples` for each operation and phase; `patience_s` for one reply to a consumer.
    """

    root: Path
    source: Path
    services: tuple[Service, ...]
    externals: tuple[External, ...] = ()
    pacts: tuple[Path, ...] = ()
    neighbours: str = "stand-in"
    examples: int = 50
    seed: int = 0
    workers: int = 0
    time_cap_s: float = 900.0
    patience_s: float = 10.0
    policy: Policy = field(default_factory=Policy)
    accepted: Path | None = None
    base: str = ""
    waivers: tuple[Waiver, ...] = ()
    waivers_file: Path | None = None
    evidence: str = ".harness/evidence"
    snapshot: Snapshot | None = None
    snapshot_file: Path | None = None
    broker: str = ""
    fetched: Fetched | None = None
    deploys_to: tuple[str, ...] = ()
    _members: Mapping[str, Service] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        members: dict[str, Service] = {}
        for service in self.services:
            members.setdefault(service.name, service)
            members.setdefault(service.participant, service)
        # A frozen value has no other way to keep what it was made with.
        object.__setattr__(self, "_members", members)

    @property
    def environment(self) -> str:
        """The environment that is deployed to next, empty where none is named."""
        return self.deploys_to[0] if self.deploys_to else ""

    @property
    def kept(self) -> Path:
        """The directory of the harness's own files, which may be deleted at any time."""
        return self.root / ".harness"

    def service(self, name: str) -> Service | None:
        """Find a member by its name or by the name that pacts use for it."""
        return self._members.get(name)

    def external(self, name: str) -> External | None:
        """Find a neighbour that lives elsewhere."""
        return next((one for one in self.externals if one.name == name), None)

    def name_of(self, participant: str) -> str:
        """Give a member's own name for either of its names; another's name is left as it is."""
        member = self.service(participant)
        return member.name if member else participant

    @property
    def by_name(self) -> Mapping[str, Service]:
        """Map each member's name to the member."""
        return {service.name: service for service in self.services}

    @property
    def participants(self) -> tuple[Participant, ...]:
        """The members, then the neighbours that live elsewhere."""
        return (
            *(Participant(one.name, one.owner or "") for one in self.services),
            *(Participant(one.name, one.owner or "", is_member=False) for one in self.externals),
        )
