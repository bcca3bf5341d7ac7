"""Cut the gate into parts that run alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.checks.check import Catalog
from harness.domain.edge import Pair
from harness.domain.selection import Selection
from harness.domain.service import Service
from harness.domain.steps import (
    Compare,
    ConsumerTests,
    Describe,
    DiffVersions,
    Fuzz,
    TypeCheck,
    VerifyPacts,
)
from harness.domain.system import System
from harness.stages.feeding import pairs_with_contracts
from harness.stages.planning import kind_with_followers


@dataclass(frozen=True, slots=True)
class Slice:
    """One kind of step of one service, and what asks the gate for it."""

    kind: str
    service: str
    selection: Selection

    @property
    def name(self) -> str:
        """Name the part as the gate names its steps."""
        return f"{self.kind}:{self.service}"


def slices(system: System, catalog: Catalog) -> Iterator[Slice]:
    """Name each part of the gate that can be looked at alone."""
    for service in system.config.services:
        for kind, pairs in _parts(service, system):
            judged = kind_with_followers(kind)
            checks = tuple(c.id for c in catalog if kind in c.needs and c.needs <= judged)
            yield Slice(kind, service.name, Selection(edges=pairs, checks=checks))


def _parts(service: Service, system: System) -> Iterator[tuple[str, tuple[Pair, ...]]]:
    """
    Name what can be looked at of a service, with the edges that it concerns.

    Shape: an edge from the service to itself is on nobody's list, so it selects the service without
    the edges around it, whose other ends are not looked at.
    """
    alone = (Pair(service.name, service.name),)
    contracts = pairs_with_contracts(system)
    consumed = tuple(pair for pair in system.declared_pairs if pair.consumer == service.name)
    provided = tuple(pair for pair in contracts if pair.provider == service.name)
    if service.packages:
        yield TypeCheck.kind, alone
    if service.contract_tests or not set(consumed) <= set(contracts):
        yield ConsumerTests.kind, consumed or alone
    if service.serves:
        yield Describe.kind, alone
        if provided:
            yield Compare.kind, provided
            yield VerifyPacts.kind, provided
        if system.compared_with(service.name):
            yield DiffVersions.kind, provided or alone
        yield Fuzz.kind, alone
