"""Which steps give what others take, and which pairs there is anything to ask about."""

from __future__ import annotations

from harness.domain.config import Config
from harness.domain.edge import Pair
from harness.domain.service import Service
from harness.domain.steps import ConsumerTests, Describe
from harness.domain.system import System


def pairs_with_contracts(system: System) -> tuple[Pair, ...]:
    """Name the pairs that have a contract, or tests that should give one, in a fixed order."""
    config = system.config
    named = {
        Pair(config.name_of(pact.consumer), config.name_of(pact.provider))
        for pact in system.pacts
        if pact.consumer and pact.provider
    }
    tested = {
        pair
        for pair in system.declared_pairs
        if (service := config.service(pair.consumer)) and service.contract_tests
    }
    return tuple(sorted(named | tested))


def tests_of(consumers: tuple[str, ...]) -> tuple[str, ...]:
    """Name the steps that give the contracts of consumers."""
    return tuple(f"{ConsumerTests.kind}:{name}" for name in consumers)


def own_contracts(service: Service, config: Config) -> tuple[str, ...]:
    """Name the step that gives the contracts from which stand-ins answer a service, if any."""
    posed = config.neighbours == "stand-in" and service.consumes and service.contract_tests
    return tests_of((service.name,)) if posed else ()


def posed_from(service: Service, config: Config) -> tuple[str, ...]:
    """Name the steps that give what stand-ins answer a service from: contracts, then documents."""
    if config.neighbours != "stand-in":
        return ()
    return (*own_contracts(service, config), *descriptions_of(service, config))


def told_to_listen(service: Service) -> tuple[str, ...]:
    """Name the step that reads where a service sends to, if what it sends is to be heard."""
    is_heard = service.publisher is not None and service.publisher.sends and service.broker
    return (f"{Describe.kind}:{service.name}",) if is_heard else ()


def descriptions_of(service: Service, config: Config) -> tuple[str, ...]:
    """Name the steps that read the documents of those whom a service consumes."""
    names = (config.name_of(one.provider) for one in service.consumes)
    return tuple(f"{Describe.kind}:{name}" for name in names if is_described(name, config))


def is_described(name: str, config: Config) -> bool:
    """Whether a document of a provider may be read."""
    member, external = config.service(name), config.external(name)
    if member is not None:
        return member.serves
    return external is not None and bool(external.documents)
