"""Cut the gate into parts that run alone."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Catalog
from harness.domain.config import Config
from harness.domain.edge import Pair
from harness.domain.selection import Selection
from harness.domain.service import Service
from harness.domain.steps import ConsumerTests, Describe, Fuzz, TypeCheck, VerifyPacts


def slices(config: Config, catalog: Catalog) -> Iterator[tuple[str, Selection]]:
    """Name each slice (`verify:inventory`) and what it selects."""
    for service in config.services:
        for kind in _kinds(service):
            checks = tuple(c.id for c in catalog if c.needs == {kind})
            yield f"{kind}:{service.name}", Selection(services=(service.name,), checks=checks)
        pairs = tuple(
            Pair(consumer.name, service.name)
            for consumer in config.services
            if any(one.provider == service.name for one in consumer.consumes)
        )
        if service.serves and pairs:
            checks = tuple(c.id for c in catalog if c.needs == {VerifyPacts.kind})
            yield f"{VerifyPacts.kind}:{service.name}", Selection(edges=pairs, checks=checks)


def _kinds(service: Service) -> Iterator[str]:
    if service.packages:
        yield TypeCheck.kind
    if service.contract_tests:
        yield ConsumerTests.kind
    if service.serves:
        yield Describe.kind
        yield Fuzz.kind
