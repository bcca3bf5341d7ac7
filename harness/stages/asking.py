"""Which providers' workers are asked over what really carries their requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from harness.domain.config import Config
from harness.domain.edge import Pair
from harness.domain.selection import Selection
from harness.domain.service import Service
from harness.domain.steps import AskWorker, Describe, DriveWorker
from harness.domain.system import System
from harness.stages.driving import driven_worker, further_driven_worker
from harness.stages.feeding import pairs_with_contracts, posed_from, tests_of

# Kinds over which a worker is asked, and replies.
ANSWERING: Final = frozenset({"zeromq"})


def answers(service: Service) -> bool:
    """Whether a service has a worker that may be asked in this run."""
    use = service.broker
    return bool(service.worker and use and use.is_asked and use.kind in ANSWERING)


def worked(
    service: Service, system: System, selection: Selection
) -> Iterator[DriveWorker | AskWorker]:
    """Let the worker of a service consume, and reply, where any contract may say what."""
    yield from driven_worker(service, system, selection)
    consumers = tuple(
        pair.consumer
        for pair in pairs_with_contracts(system)
        if pair.provider == service.name and selection.wants_pair(pair)
    )
    if consumers and answers(service):
        yield _asked(service, consumers, system.config, is_further=False)


def further_worked(
    name: str, pairs: list[Pair], config: Config
) -> Iterator[DriveWorker | AskWorker]:
    """Let workers do what only the tests of one consumer named."""
    yield from further_driven_worker(name, pairs, config)
    for pair in pairs:
        service = config.service(pair.provider)
        if service is not None and answers(service):
            yield _asked(service, (pair.consumer,), config, is_further=True)


def _asked(
    service: Service, consumers: tuple[str, ...], config: Config, *, is_further: bool
) -> AskWorker:
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
