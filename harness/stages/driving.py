"""Which consumers are run whole while what their providers reply is varied."""

from __future__ import annotations

from collections.abc import Iterator

from harness.domain.config import Config
from harness.domain.edge import Pair
from harness.domain.selection import Selection
from harness.domain.service import Service, variable_of
from harness.domain.steps import Describe, DriveService, DriveWorker, Fuzz
from harness.domain.system import System
from harness.stages.feeding import (
    descriptions_of,
    is_described,
    pairs_with_contracts,
    posed_from,
    tests_of,
)

# Kinds without a broker between: what is not taken at once is gone by design.
UNKEPT = frozenset({"zeromq"})


def varied(name: str, system: System, selection: Selection) -> tuple[str, ...]:
    """Name the providers whose replies are varied while a service runs whole."""
    config = system.config
    service = config.service(name)
    if service is None or not selection.wants_consumer(service.name):
        return ()
    if not service.is_run:
        return ()  # nobody starts it here; one that runs elsewhere calls whom it was told to call
    return tuple(
        provider
        for provider in _consumed(service, system)
        if is_described(provider, config) and selection.wants_pair(Pair(service.name, provider))
    )


def driving(
    step: Describe, system: System, selection: Selection, *, is_fuzzed: bool
) -> Iterator[DriveService]:
    """
    Run a service that was described, where there is anything to call it with.

    Shape: without what the fuzzer gets accepted a slice would find less than the whole.
    """
    config = system.config
    service = config.service(step.service)
    providers = varied(step.service, system, selection)
    if service is None or not providers:
        return
    consumers = tuple(
        pair.consumer for pair in pairs_with_contracts(system) if pair.provider == service.name
    )
    if not consumers and not is_fuzzed:
        return
    fuzzed = (f"{Fuzz.kind}:{service.name}",) if is_fuzzed else ()
    yield _driven(service, providers, system, takes=(step.id, *tests_of(consumers), *fuzzed))


def running_jobs(service: Service, system: System, selection: Selection) -> Iterator[DriveService]:
    """Run the jobs of a service, which need nobody to call them."""
    providers = varied(service.name, system, selection)
    if service.jobs and providers:
        yield _driven(service, providers, system)


def driven_worker(service: Service, system: System, selection: Selection) -> Iterator[DriveWorker]:
    """Run the worker of a service, where its table names a broker and it agreed to anything."""
    providers = tuple(
        pair.provider
        for pair in pairs_with_contracts(system)
        if pair.consumer == service.name and selection.wants_pair(pair)
    )
    yield from _worked(service, providers, system.config, is_further=False)


def further_driven_worker(name: str, pairs: list[Pair], config: Config) -> Iterator[DriveWorker]:
    """Run the worker of a service with the messages of pacts that only its tests named."""
    service = config.service(name)
    providers = tuple(pair.provider for pair in pairs if pair.consumer == name)
    if service is not None:
        yield from _worked(service, providers, config, is_further=True)


def _worked(
    service: Service, providers: tuple[str, ...], config: Config, *, is_further: bool
) -> Iterator[DriveWorker]:
    providers = tuple(
        one for one in providers if not is_sent_aside(Pair(service.name, one), config)
    )
    if not (service.worker and service.broker and providers) or why_unwatched(service):
        return
    yield DriveWorker(
        service.name,
        providers,
        is_further=is_further,
        why=f"its table names a worker and a broker of the kind {service.broker.kind}",
        takes=(
            *tests_of((service.name,)),
            *(f"{Describe.kind}:{name}" for name in (service.name, *providers)),
            *posed_from(service, config),
        ),
        limit_s=config.time_cap_s + 60,
    )


def why_unwatched(service: Service) -> str:
    """Why nobody looks on while the worker of a service consumes, empty where somebody may."""
    if not (service.worker and service.broker):
        return ""
    kind = service.broker.kind
    if not service.broker.is_asked:
        told = "an address, or local to start one"
        return f"its broker is optional, and {variable_of(kind)} names none ({told})"
    return ""


def is_sent_aside(pair: Pair, config: Config) -> bool:
    """Whether a producer reaches by sockets alone a worker that meets others at a broker."""
    consumer, producer = config.service(pair.consumer), config.service(pair.provider)
    if not (consumer and consumer.worker and consumer.broker and producer and producer.broker):
        return False
    return producer.broker.kind in UNKEPT and consumer.broker.kind not in UNKEPT


def _driven(
    service: Service, providers: tuple[str, ...], system: System, takes: tuple[str, ...] = ()
) -> DriveService:
    config = system.config
    return DriveService(
        service.name,
        seed=config.seed,
        examples=config.examples,
        providers=() if _is_all(providers, service, system) else providers,
        why="it goes on with what " + ", ".join(providers) + " may reply",
        takes=(*takes, *descriptions_of(service, config), *tests_of((service.name,))),
    )


def _consumed(service: Service, system: System) -> tuple[str, ...]:
    return tuple(dict.fromkeys(system.config.name_of(one.provider) for one in service.consumes))


def _is_all(providers: tuple[str, ...], service: Service, system: System) -> bool:
    described = (one for one in _consumed(service, system) if is_described(one, system.config))
    return set(described) <= set(providers)
