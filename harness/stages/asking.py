"""Which providers' workers are asked over what really carries their requests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from harness.domain.edge import Pair
from harness.domain.selection import Selection
from harness.domain.service import Service
from harness.domain.steps import AskWorker, Describe
from harness.domain.system import System
from harness.stages.feeding import pairs_with_contracts, posed_from, tests_of

# Kinds over which a worker is asked, and replies.
ANSWERING: Final = frozenset({"zeromq"})


def answers(service: Service) -> bool:
    """Whether a service has a worker that may be asked in this run."""
    use = service.broker
    return bool(service.worker and use and use.is_asked and use.kind in ANSWERING)


def asked_worker(service: Service, system: System, selection: Selection) -> Iterator[AskWorker]:
    """Ask the worker of a service what its consumers agreed to, where any contract may say so."""
    pairs = [
        pair
        for pair in pairs_with_contracts(system)
        if pair.provider == service.name and selection.wants_pair(pair)
    ]
    if pairs and answers(service):
        yield _asked(service, pairs, system, is_further=False)


def further_asked_workers(pairs: Iterable[Pair], system: System) -> Iterator[AskWorker]:
    """Ask workers what only the tests of a consumer named."""
    for pair in pairs:
        service = system.config.service(pair.provider)
        if service is not None and answers(service):
            yield _asked(service, [pair], system, is_further=True)


def _asked(service: Service, pairs: list[Pair], system: System, *, is_further: bool) -> AskWorker:
    config = system.config
    consumers = tuple(pair.consumer for pair in pairs)
    return AskWorker(
        service.name,
        consumers,
        is_further=is_further,
        why="its worker is asked over the real thing what " + ", ".join(consumers) + " may ask",
        takes=(
            *tests_of(consumers),
            f"{Describe.kind}:{service.name}",
            *posed_from(service, config),
        ),
        limit_s=config.time_cap_s + 60,
    )
