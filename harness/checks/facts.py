"""What checks judge: everything that was there and everything that was seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from harness.domain.channel import MessagingDocument
from harness.domain.crash import Crash
from harness.domain.document import Document
from harness.domain.edge import Edge, Pair
from harness.domain.evidence import Evidence, Observed
from harness.domain.finding import Location
from harness.domain.pact import Interaction, InteractionKind, Pact
from harness.domain.raise_site import own_frame
from harness.domain.service import Service
from harness.domain.system import System

E = TypeVar("E", bound=Evidence)


@dataclass(frozen=True, slots=True)
class Contract:
    """
    One interaction of one pact, and the edge that it lies on.

    Shape: `is_fresh` says that a whole and green run of the consumer's own tests gave it.
    """

    edge: Edge
    interaction: Interaction
    is_fresh: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """
    The system, the evidence, and the documents and pacts in it, parsed once.

    Shape: `documents` maps a service's name to all of its documents, `messaging` to those of
    messages, and `accepted` to the versions that the former are compared with; `contracts` are the
    interactions in force (those fresh from a consumer's tests before those found in files).
    """

    system: System
    observed: tuple[Observed, ...]
    documents: Mapping[str, tuple[Document, ...]] = field(default_factory=dict)
    pacts: tuple[Pact, ...] = ()
    contracts: tuple[Contract, ...] = ()
    pairs: tuple[Pair, ...] = ()
    accepted: Mapping[str, tuple[Document | MessagingDocument, ...]] = field(default_factory=dict)
    messaging: Mapping[str, tuple[MessagingDocument, ...]] = field(default_factory=dict)
    _by_kind: Mapping[type[object], Sequence[Any]] = field(init=False, repr=False, compare=False)
    _by_edge: Mapping[Edge, Sequence[Contract]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_kind: dict[type[object], list[Evidence]] = {}
        for evidence in (one for observed in self.observed for one in observed.evidence):
            by_kind.setdefault(type(evidence), []).append(evidence)
        by_edge: dict[Edge, list[Contract]] = {}
        for contract in self.contracts:
            by_edge.setdefault(contract.edge, []).append(contract)
        # Asked for once an edge and once a finding, of which there may be thousands; a frozen value
        # has no other way to keep them.
        object.__setattr__(self, "_by_kind", by_kind)
        object.__setattr__(self, "_by_edge", by_edge)

    def of(self, kind: type[E]) -> Iterator[E]:
        """Give all evidence of one kind, in the order in which it came."""
        return iter(self._by_kind.get(kind, ()))

    def on(self, edge: Edge) -> Sequence[Contract]:
        """Give the contracts that lie on an edge."""
        return self._by_edge.get(edge, ())

    def is_described(self, provider: str, kind: InteractionKind) -> bool:
        """Whether a provider has a document that speaks of interactions of a kind."""
        of_its_kind = self.documents if kind is InteractionKind.HTTP else self.messaging
        return bool(of_its_kind.get(provider))

    def service(self, name: str) -> Service | None:
        """Find a member by either of its names."""
        return self.system.config.service(name)

    def packages(self, service: str) -> tuple[str, ...]:
        """Name the import packages of a member, as its table has them."""
        found = self.service(service)
        return found.packages if found else ()

    def raised_at(self, crash: Crash | None, service: str) -> Location | None:
        """Give the file and line in the service's own code where something was raised."""
        frame = own_frame(crash, self.packages(service)) if crash else None
        return Location(self.relative(frame.file), frame.line) if frame else None

    def relative(self, file: str) -> str:
        """Shorten a path to what lies below the workspace."""
        return file.removeprefix(f"{self.system.config.root}/")

    def edge_of(self, pair: Pair, interaction: str) -> Edge | None:
        """Find the edge on which an interaction, named by its key, lies."""
        for contract in self.contracts:
            if contract.edge.pair == pair and contract.interaction.key == interaction:
                return contract.edge
        return None
