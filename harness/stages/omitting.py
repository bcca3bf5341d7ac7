"""What a plan leaves out from the beginning, and why."""

from __future__ import annotations

from collections.abc import Iterator

from harness.domain.config import Config
from harness.domain.selection import Selection
from harness.domain.steps import LeftOut
from harness.domain.system import System
from harness.stages.driving import UNKEPT, driven_worker, is_sent_aside, why_unwatched
from harness.stages.feeding import pairs_with_contracts


def left_out(system: System, selection: Selection) -> Iterator[LeftOut]:
    """Name the services, the workers and the messages that a run does not look at."""
    yield from _services(system.config, selection)
    yield from _unkept(system, selection)
    yield from _aside(system, selection)


def _services(config: Config, selection: Selection) -> Iterator[LeftOut]:
    for service in config.services:
        if not (selection.wants_consumer(service.name) or selection.wants_provider(service.name)):
            yield LeftOut(service.name, "not selected")
        elif why := why_unwatched(service):
            yield LeftOut(f"the worker of {service.name}", why)


def _unkept(system: System, selection: Selection) -> Iterator[LeftOut]:
    """What is not asked of workers that nobody keeps messages for."""
    for service in system.config.services:
        use = service.broker
        if use and use.kind in UNKEPT and any(driven_worker(service, system, selection)):
            yield LeftOut(
                f"what the worker of {service.name} has in its hands when it is killed",
                f"not applicable: {use.kind} keeps and acknowledges nothing",
            )


def _aside(system: System, selection: Selection) -> Iterator[LeftOut]:
    """What workers are sent past the broker that they are looked at on."""
    for pair in pairs_with_contracts(system):
        consumer, producer = (system.config.service(one) for one in (pair.consumer, pair.provider))
        if not (consumer and consumer.broker and consumer.broker.is_asked):
            continue
        is_told = selection.wants_pair(pair) and is_sent_aside(pair, system.config)
        if is_told and producer and producer.broker:
            yield LeftOut(
                f"what {pair.provider} sends to the worker of {pair.consumer}",
                "a worker is looked at on one broker, which of this one is "
                f"{consumer.broker.kind}, and not over {producer.broker.kind} beside it",
            )
