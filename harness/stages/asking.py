"""Which providers' workers are asked over what really carries their requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from harness.domain.config import Config
from harness.domain.edge import Pair
from harness.domain.evidence import Observed, PactGathered
from harness.domain.pact import InteractionKind
from harness.domain.selection import Selection
from harness.domain.service import Service
from harness.domain.steps import AskWorker, Describe, DriveWorker
from harness.domain.system import FoundPact, System
from harness.stages.driving import driven_worker, further_driven_worker
from harness.stages.feeding import pairs_with_contracts, posed_from, tests_of

REQUESTS: Final = '"Synchronous/Messages"'
# Kinds over which a worker is asked, and replies.
ANSWERING: Final = frozenset({"nats", "rabbitmq", "zeromq"})


def answers(service: Service) -> bool:
    """Whether a service has a worker that may be asked in this run."""
    use = service.broker
    return bool(service.worker and use and use.is_asked and use.kind in ANSWERING)


def worked(
    service: Service, system: System, selection: Selection
) -> Iterator[DriveWorker | AskWorker]:
    """Let the worker of a service consume, and reply, where any contract may say what."""
    yield from driven_worker(service, system, selection)
    known = {_pair(one, system.config) for one in system.pacts}
    asked = _asked_pairs(system)
    consumers = tuple(
        pair.consumer
        for pair in pairs_with_contracts(system)
        if pair.provider == service.name
        and selection.wants_pair(pair)
        and (pair in asked or pair not in known)
    )
    if consumers and answers(service):
        yield _asking(service, consumers, system.config, is_further=False)


def further_worked(
    name: str, new: list[Pair], observed: Observed, system: System, selection: Selection
) -> Iterator[DriveWorker | AskWorker]:
    """Let workers do what only the tests of one consumer named: a provider, or a request."""
    config = system.config
    yield from further_driven_worker(name, new, config)
    known, asked = {_pair(one, config) for one in system.pacts}, _asked_pairs(system)
    for one in observed.evidence:
        if not (isinstance(one, PactGathered) and REQUESTS in one.text):
            continue
        pair = _pair(one, config)
        service = config.service(pair.provider)
        is_planned = pair not in new and (pair in asked or pair not in known)
        if service and answers(service) and selection.wants_pair(pair) and not is_planned:
            yield _asking(service, (pair.consumer,), config, is_further=True)


def _asked_pairs(system: System) -> frozenset[Pair]:
    """The pairs of which a pact that lies there already shows a request and its reply."""
    return frozenset(
        _pair(one, system.config)
        for one in system.pacts
        if one.pact and any(each.kind is InteractionKind.SYNC for each in one.pact.interactions)
    )


def _pair(one: FoundPact | PactGathered, config: Config) -> Pair:
    return Pair(config.name_of(one.consumer), config.name_of(one.provider))


def _asking(
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
