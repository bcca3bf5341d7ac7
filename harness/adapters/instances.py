"""One running instance of a service for one step, and whoever answers when it calls out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass

from harness.adapters.members import member
from harness.documents.pacts import read_pact
from harness.domain.config import Config
from harness.domain.errors import DocumentUnreadable, HarnessError
from harness.domain.evidence import PactGathered
from harness.domain.pact import Pact
from harness.domain.service import Service
from harness.services import RunningService, Services
from harness.stages.ports import StepContext
from harness.standin import contract_stand_in


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
        Services(context.run_directory).open(
            service, neighbours={**neighbours.real, **posed}, observed=observed
        ) as running,
    ):
        yield running


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
    return any(
        external.name == name and external.document is not None for external in config.externals
    )


@contextmanager
def _stand_ins(
    service: Service, names: tuple[str, ...], context: StepContext
) -> Iterator[Mapping[str, str]]:
    """
    Give the URL of a stand-in for each name, which answers from the service's contracts with it.

    Raises: HarnessError, naming all that have no contract to answer from.
    """
    callers = (service, *neighbours_of(service, context.config).real.values())
    pacts = {name: tuple(_pacts_with(name, callers, context)) for name in names}
    bare = [name for name in names if not pacts[name]]
    if bare:
        raise HarnessError(
            f"{service.name} consumes {', '.join(bare)}, and no contract is there to answer from "
            "in place of " + ("it" if len(bare) == 1 else "them"),
            hint=f"run the contract tests of {service.name} first, so that they give their pacts; "
            'or set neighbours = "real" where these are members of the workspace',
        )
    with ExitStack() as opened:
        yield {
            name: opened.enter_context(contract_stand_in(name, held, _mounts(name, callers)))
            for name, held in pacts.items()
        }


def _mounts(provider: str, callers: Iterable[Service]) -> tuple[str, ...]:
    """What callers put behind a provider's address, which their contracts may leave out."""
    return tuple(
        one.suffix for caller in callers for one in caller.consumes if one.provider == provider
    )


def _pacts_with(provider: str, callers: Iterable[Service], context: StepContext) -> Iterator[Pact]:
    """Find the callers' contracts with a provider; fresh ones go before those in files."""
    neighbour = context.config.service(provider)
    names = {neighbour.name, neighbour.participant} if neighbour else {provider}
    consumers = {name for caller in callers for name in (caller.name, caller.participant)}
    filed = (found.pact for found in context.system.pacts if found.pact is not None)
    seen: set[str] = set()
    for pacts in (_fresh_pacts(context), filed):
        found = [one for one in pacts if one.consumer in consumers - seen and one.provider in names]
        seen.update(one.consumer for one in found)
        yield from found


def _fresh_pacts(context: StepContext) -> Iterator[Pact]:
    for observed in context.taken.values():
        for gathered in observed.evidence:
            if isinstance(gathered, PactGathered) and gathered.complete:
                # One that cannot be read is told by the step that verifies it.
                with suppress(DocumentUnreadable):
                    yield read_pact(gathered.text, gathered.path or "a fresh pact")
