"""One running instance of a service for one step, and whoever answers when it calls out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from harness.adapters.listening import NOT_LISTENING, Listening, listening
from harness.adapters.members import member
from harness.adapters.posing import posing_of
from harness.domain.config import Config
from harness.domain.errors import HarnessError
from harness.domain.service import Service
from harness.messaging.inboxes import BrokerAt
from harness.services import RunningService, Services
from harness.services.worker import Workers
from harness.stages.ports import StepContext
from harness.stages.reading import read_documents
from harness.standin import StandIn


@contextmanager
def open_instance(
    service_name: str, context: StepContext, *, observed: bool = False
) -> Iterator[RunningService]:
    """
    Start a service for this step alone, and stop it with all that was started for it.

    Raises: Misused for a name that is no member; HarnessError where it or a neighbour cannot start.
    """
    service = member(service_name, context.config)
    neighbours = neighbours_of(service, context.config)
    with (
        _stand_ins(service, neighbours.posed, context) as posed,
        _listening(service, context) if observed else nullcontext(NOT_LISTENING) as broker,
        Services(context.run_directory).open(
            service,
            neighbours={**neighbours.real, **posed},
            extra_env=broker.env,
            observed=observed,
        ) as running,
    ):
        running.heard = broker.heard
        yield running


def _listening(service: Service, context: StepContext) -> AbstractContextManager[Listening]:
    documents = read_documents(context.taken.values()).of_messages
    return listening(service, documents.get(service.name, ()))


def open_observed(
    service_name: str, context: StepContext
) -> AbstractContextManager[RunningService]:
    """Start a service as `open_instance` does, and hold its annotations against its values."""
    return open_instance(service_name, context, observed=True)


@contextmanager
def open_alone(service_name: str, context: StepContext) -> Iterator[RunningService]:
    """
    Start a service without anyone to call, which is all that a look at its document takes.

    Raises: as `open_instance`; ServiceNotStarted also where it calls out before it answers.
    """
    service = member(service_name, context.config)
    with Services(context.run_directory).open(service) as running:
        yield running


@contextmanager
def open_workers(service: Service, context: StepContext, at: BrokerAt) -> Iterator[Workers]:
    """
    Make everything ready that the worker of a service calls, for as long as it is started.

    Shape: what is given starts it in no namespace.

    Raises: HarnessError where a provider can be neither started nor posed.
    """
    neighbours = neighbours_of(service, context.config)
    with ExitStack() as opened:
        addresses = dict(opened.enter_context(_stand_ins(service, neighbours.posed, context)))
        for name in (one.provider for one in service.consumes if one.provider in neighbours.real):
            addresses[name] = opened.enter_context(open_instance(name, context)).url
        yield Workers(
            service,
            context.run_directory,
            broker=at.told,
            namespace="",
            addresses=addresses,
            handlers=service.handlers or tuple(f"{one}.handlers" for one in service.packages),
            secrets=at.secrets(),
        )


@contextmanager
def open_between(
    service_name: str, context: StepContext, posed: Mapping[str, str], refusals: Path
) -> Iterator[RunningService]:
    """
    Start a service whose providers all answer at given addresses, by name.

    Shape: `refusals` is the file for calls of anything else.
    Raises: as `open_instance`.
    """
    service = member(service_name, context.config)
    services = Services(context.run_directory)
    with services.open(service, neighbours=posed, refusals=refusals) as running:
        yield running


@dataclass(frozen=True, slots=True)
class Neighbours:
    """
    Who must answer when a service calls out.

    Shape: `real` maps names, as the tables of services write them, to members to be started too;
    `posed` are names that a stand-in must answer for. A name in neither has nothing set.
    """

    real: Mapping[str, Service]
    posed: tuple[str, ...] = ()


def neighbours_of(service: Service, config: Config) -> Neighbours:
    """Find everyone that a service reaches, directly and through its neighbours."""
    if config.neighbours == "real":
        return _real_neighbours(service, config)
    names = (consumption.provider for consumption in service.consumes)
    return Neighbours({}, tuple(name for name in names if _can_be_posed(name, config)))


def _real_neighbours(service: Service, config: Config) -> Neighbours:
    real: dict[str, Service] = {}
    posed: dict[str, None] = {}
    waiting = [service]
    while waiting:
        for consumption in waiting.pop().consumes:
            name = consumption.provider
            neighbour = config.service(name)
            if neighbour is not None and neighbour.serves and name not in real:
                real[name] = neighbour
                waiting.append(neighbour)
            elif neighbour is None and _can_be_posed(name, config):
                posed[name] = None
    return Neighbours(real, tuple(posed))


def _can_be_posed(name: str, config: Config) -> bool:
    """Whether there is anything to derive answers from: a member's contracts, or a document."""
    neighbour = config.service(name)
    if neighbour is not None:
        return neighbour.serves
    return any(external.name == name and external.documents for external in config.externals)


@contextmanager
def _stand_ins(
    service: Service, names: tuple[str, ...], context: StepContext
) -> Iterator[Mapping[str, str]]:
    """
    Give the URL of a stand-in for each name, which answers from the service's contracts with it.

    Shape: what none of them holds is answered from the provider's document, where it is among what
    the step takes.
    Raises: HarnessError, naming all that have neither contract nor document to answer from.
    """
    callers = (service, *neighbours_of(service, context.config).real.values())
    posings = [posing_of(name, callers, context) for name in names]
    bare = [one.name for one in posings if one.is_bare]
    if bare:
        raise HarnessError(
            f"{service.name} consumes {', '.join(bare)}, and no contract or document is there to "
            "answer from in place of " + ("it" if len(bare) == 1 else "them"),
            hint=f"run the contract tests of {service.name} first, so that they give their pacts; "
            'or set neighbours = "real" where these are members of the workspace',
        )
    with ExitStack() as opened:
        yield {
            one.name: opened.enter_context(StandIn(one.answers(), instead=one.shown.instead)).url
            for one in posings
        }
