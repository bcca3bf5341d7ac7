"""Decide what will be done, and why each step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from harness.checks.check import Catalog
from harness.domain.config import Config
from harness.domain.edge import Pair
from harness.domain.evidence import DocumentRead, Observed, PactGathered
from harness.domain.selection import Selection
from harness.domain.service import Service
from harness.domain.steps import (
    ConsumerTests,
    Describe,
    DiffVersions,
    Fuzz,
    LeftOut,
    Plan,
    Step,
    TypeCheck,
    VerifyPacts,
)
from harness.domain.system import System


def make_plan(system: System, catalog: Catalog, selection: Selection) -> Plan:
    """Name the steps that can be named before anything ran."""
    kinds = needed_kinds(catalog, selection, system.config)
    steps = tuple(step for step in _all_steps(system, selection) if step.kind in kinds)
    ids = {step.id for step in steps}
    closed = tuple(
        replace(step, takes=tuple(taken for taken in step.takes if taken in ids)) for step in steps
    )
    return Plan(closed, tuple(_left_out(system.config, selection)), kinds)


def needed_kinds(catalog: Catalog, selection: Selection, config: Config) -> frozenset[str]:
    """Name the kinds of steps that the wanted checks judge, and those that feed them."""
    wanted = [c for c in catalog if not selection.checks or c.id in selection.checks]
    kinds = frozenset[str]().union(*(check.needs for check in wanted))
    if kinds & {"verify", "fuzz"}:
        kinds |= {"describe"}  # documents lay interactions on operations
    if "diff" in kinds:
        kinds |= {"describe"}
    if "verify" in kinds or ("fuzz" in kinds and config.neighbours == "stand-in"):
        kinds |= {"consumer-tests"}  # fresh pacts are also what stand-ins answer from
    return kinds


def expand(
    step: Step, observed: Observed, system: System, selection: Selection, kinds: frozenset[str]
) -> tuple[Step, ...]:
    """Name the steps that this evidence calls for: documents give operations, tests give pacts."""
    match step:
        case Describe():
            return tuple(_of_document(step, observed, system, selection, kinds))
        case ConsumerTests() if "verify" in kinds:
            return tuple(_newly_named_providers(step, observed, system, selection))
        case _:
            return ()


def _of_document(
    step: Describe,
    observed: Observed,
    system: System,
    selection: Selection,
    kinds: frozenset[str],
) -> Iterator[Step]:
    """Name what a document is wanted for, once it was read."""
    if not any(isinstance(one, DocumentRead) for one in observed.evidence):
        return
    if "fuzz" in kinds and _may_fuzz(step.service, system.config, selection):
        yield from _fuzz_steps(step, system.config)
    if "diff" in kinds and selection.wants_provider(step.service):
        yield from _version_steps(step, system)


def _version_steps(step: Describe, system: System) -> Iterator[Step]:
    """Compare versions where there is an accepted one, and where one was asked for by name."""
    if system.base is not None:
        why = f"its document at {system.config.base} is what it is compared with"
    elif system.compared_with(step.service):
        why = "it has an accepted document"
    else:
        return
    yield DiffVersions(step.service, why=why, takes=(step.id,))


def _all_steps(system: System, selection: Selection) -> Iterator[Step]:
    config = system.config
    for service in config.services:
        consumer = selection.wants_consumer(service.name)
        provider = selection.wants_provider(service.name)
        if service.packages and (consumer or provider):
            yield TypeCheck(service.name, why="its packages are named in its table")
        fed = provider and _own_contracts(service, config)
        if service.contract_tests and (consumer or fed or _feeds(service, system, selection)):
            yield ConsumerTests(service.name, why="its contract tests give its pacts")
        verifications = tuple(_verifications(service, system, selection)) if service.serves else ()
        if service.serves and (consumer or provider or verifications):
            yield Describe(service.name, why="it serves requests")
        yield from verifications


def _feeds(service: Service, system: System, selection: Selection) -> bool:
    """Whether a wanted provider is to be verified against this consumer's pacts."""
    return any(
        selection.wants_pair(pair)
        for pair in pairs_with_contracts(system)
        if pair.consumer == service.name
    )


def _verifications(service: Service, system: System, selection: Selection) -> Iterator[Step]:
    pairs = [
        pair
        for pair in pairs_with_contracts(system)
        if pair.provider == service.name and selection.wants_pair(pair)
    ]
    if not pairs:
        return
    consumers = tuple(pair.consumer for pair in pairs)
    yield VerifyPacts(
        service.name,
        consumers=() if _all_wanted(service, system, selection) else consumers,
        why="contracts of " + ", ".join(consumers),
        takes=(
            *(f"{ConsumerTests.kind}:{name}" for name in consumers),
            *_own_contracts(service, system.config),
        ),
    )


def _own_contracts(service: Service, config: Config) -> tuple[str, ...]:
    """Name the step that gives the contracts from which stand-ins answer a service, if any."""
    posed = config.neighbours == "stand-in" and service.consumes and service.contract_tests
    return (f"{ConsumerTests.kind}:{service.name}",) if posed else ()


def _all_wanted(service: Service, system: System, selection: Selection) -> bool:
    return all(
        selection.wants_pair(pair)
        for pair in pairs_with_contracts(system)
        if pair.provider == service.name
    )


def pairs_with_contracts(system: System) -> tuple[Pair, ...]:
    """Name the pairs that have a contract, or tests that should give one, in a fixed order."""
    config = system.config
    named = {
        _member_pair(config, pact.consumer, pact.provider)
        for pact in system.pacts
        if pact.consumer and pact.provider
    }
    tested = {
        pair
        for pair in system.declared_pairs
        if (service := config.service(pair.consumer)) and service.contract_tests
    }
    return tuple(sorted(named | tested))


def _member_pair(config: Config, consumer: str, provider: str) -> Pair:
    """Name a pact's sides as the workspace names them, where they are members."""
    found = config.service(consumer), config.service(provider)
    return Pair(
        found[0].name if found[0] else consumer,
        found[1].name if found[1] else provider,
    )


def _may_fuzz(name: str, config: Config, selection: Selection) -> bool:
    service = config.service(name)
    return service is not None and service.serves and selection.wants_provider(name)


def _fuzz_steps(step: Describe, config: Config) -> Iterator[Step]:
    service = config.service(step.service)
    if service is None:
        return
    yield Fuzz(
        step.service,
        seed=config.seed,
        examples=config.examples,
        why="it has an API document",
        takes=(step.id, *_own_contracts(service, config)),
        limit_s=config.time_cap_s + 60,
    )


def _newly_named_providers(
    step: ConsumerTests, observed: Observed, system: System, selection: Selection
) -> Iterator[Step]:
    known = set(pairs_with_contracts(system))
    for gathered in observed.evidence:
        if not isinstance(gathered, PactGathered):
            continue
        pair = _member_pair(system.config, gathered.consumer, gathered.provider)
        provider = system.config.service(pair.provider)
        if provider and provider.serves and pair not in known and selection.wants_pair(pair):
            yield VerifyPacts(
                provider.name,
                consumers=(pair.consumer,),
                why=f"the contract tests of {pair.consumer} gave a pact that no table names",
                takes=(step.id,),
            )


def _left_out(config: Config, selection: Selection) -> Iterator[LeftOut]:
    for service in config.services:
        if not (selection.wants_consumer(service.name) or selection.wants_provider(service.name)):
            yield LeftOut(service.name, "not selected")
