"""Decide what will be done, and why each step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from harness.checks.check import Catalog
from harness.domain.config import Config
from harness.domain.edge import Pair
from harness.domain.evidence import InteractionCompared, Observed, PactGathered
from harness.domain.fit import is_put
from harness.domain.selection import Selection
from harness.domain.service import Service
from harness.domain.steps import (
    Compare,
    ConsumerTests,
    Describe,
    DiffVersions,
    DriveReplies,
    Fuzz,
    FuzzReplies,
    LeftOut,
    Plan,
    Step,
    TypeCheck,
    VerifyPacts,
)
from harness.domain.system import System
from harness.stages.reading import is_over_http


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
    if "replies" in kinds:
        kinds |= {"compare"}  # comparison gives the replies that are put to consumers
    if kinds & {"verify", "fuzz", "compare", "diff", "reply-fuzz"}:
        kinds |= {"describe"}  # documents lay interactions on operations
    if kinds & {"verify", "compare", "reply-fuzz"} or (
        "fuzz" in kinds and config.neighbours == "stand-in"
    ):
        kinds |= {"consumer-tests"}  # fresh pacts are also what stand-ins answer from
    return kinds


def kind_with_followers(kind: str) -> frozenset[str]:
    """
    Name a kind of step with those that judge with it.

    Shape: only a comparison names replies to be put; a change matters by what fits no more.
    """
    followers = {
        Compare.kind: {DriveReplies.kind},
        DiffVersions.kind: {Compare.kind, DriveReplies.kind},
    }
    return frozenset({kind, *followers.get(kind, ())})


def expand(
    step: Step, observed: Observed, system: System, selection: Selection, kinds: frozenset[str]
) -> tuple[Step, ...]:
    """Name the steps that this evidence calls for: documents give operations, tests give pacts."""
    match step:
        case Describe():
            return tuple(_of_document(step, observed, system, selection, kinds))
        case ConsumerTests():
            return tuple(_newly_named_providers(step, observed, system, selection, kinds))
        case Compare() if "replies" in kinds:
            return tuple(_replies_to_put(step, observed, system.config))
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
    if not any(map(is_over_http, observed.evidence)):
        return
    if "fuzz" in kinds and _may_fuzz(step.service, system.config, selection):
        yield from _fuzz_steps(step, system.config)
    is_member = system.config.service(step.service) is not None
    if "diff" in kinds and is_member and selection.wants_provider(step.service):
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
        if service.contract_tests:
            yield from _reply_fuzz(service, system, selection)
        if not service.may_describe_itself:
            continue
        pairs = _wanted_pairs(service.name, system, selection)
        if consumer or provider or pairs:
            why = "it serves requests" if service.serves else "its table names its documents"
            yield Describe(service.name, why=why)
        if pairs and service.serves:
            yield _verification(service, pairs, system, selection)
        if pairs:
            yield _comparison(service.name, pairs, system, selection)
    for external in config.externals:
        pairs = _wanted_pairs(external.name, system, selection)
        if external.document is not None and pairs:
            yield Describe(external.name, why="its table names its document")
            yield _comparison(external.name, pairs, system, selection)


def _reply_fuzz(service: Service, system: System, selection: Selection) -> Iterator[Step]:
    """Put replies to a consumer in one run, whichever of its providers they come from."""
    providers = tuple(
        pair.provider
        for pair in pairs_with_contracts(system)
        if pair.consumer == service.name and selection.wants_pair(pair)
    )
    if providers:
        yield _replies_of(
            providers, service.name, system.config, "its contract tests run its client"
        )


def _replies_of(providers: tuple[str, ...], consumer: str, config: Config, why: str) -> Step:
    return FuzzReplies(
        consumer,
        providers,
        seed=config.seed,
        examples=config.examples,
        why=why,
        takes=(*_tests_of((consumer,)), *(f"{Describe.kind}:{name}" for name in providers)),
        limit_s=config.time_cap_s + 60,
    )


def _feeds(service: Service, system: System, selection: Selection) -> bool:
    """Whether a wanted provider is to be verified against this consumer's pacts."""
    return any(
        selection.wants_pair(pair)
        for pair in pairs_with_contracts(system)
        if pair.consumer == service.name
    )


def _wanted_pairs(provider: str, system: System, selection: Selection) -> tuple[Pair, ...]:
    return tuple(
        pair
        for pair in pairs_with_contracts(system)
        if pair.provider == provider and selection.wants_pair(pair)
    )


def _verification(
    service: Service, pairs: tuple[Pair, ...], system: System, selection: Selection
) -> Step:
    consumers = tuple(pair.consumer for pair in pairs)
    return VerifyPacts(
        service.name,
        consumers=() if _all_wanted(service.name, system, selection) else consumers,
        why="contracts of " + ", ".join(consumers),
        takes=(*_tests_of(consumers), *_own_contracts(service, system.config)),
    )


def _comparison(
    provider: str, pairs: tuple[Pair, ...], system: System, selection: Selection
) -> Step:
    consumers = tuple(pair.consumer for pair in pairs)
    return Compare(
        provider,
        consumers=() if _all_wanted(provider, system, selection) else consumers,
        why="contracts of " + ", ".join(consumers),
        takes=(f"{Describe.kind}:{provider}", *_tests_of(consumers)),
    )


def _tests_of(consumers: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{ConsumerTests.kind}:{name}" for name in consumers)


def _own_contracts(service: Service, config: Config) -> tuple[str, ...]:
    """Name the step that gives the contracts from which stand-ins answer a service, if any."""
    posed = config.neighbours == "stand-in" and service.consumes and service.contract_tests
    return (f"{ConsumerTests.kind}:{service.name}",) if posed else ()


def _all_wanted(provider: str, system: System, selection: Selection) -> bool:
    return all(
        selection.wants_pair(pair)
        for pair in pairs_with_contracts(system)
        if pair.provider == provider
    )


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
    step: ConsumerTests,
    observed: Observed,
    system: System,
    selection: Selection,
    kinds: frozenset[str],
) -> Iterator[Step]:
    known = set(pairs_with_contracts(system))
    config = system.config
    for gathered in observed.evidence:
        if not isinstance(gathered, PactGathered):
            continue
        pair = Pair(config.name_of(gathered.consumer), config.name_of(gathered.provider))
        if pair not in known and selection.wants_pair(pair):
            why = f"the contract tests of {pair.consumer} gave a pact that no table names"
            named = _newly_named(pair, why, step, config)
            yield from (new for new in named if new.kind in kinds)


def _newly_named(pair: Pair, why: str, step: ConsumerTests, config: Config) -> Iterator[Step]:
    """Look at a provider of which nothing was known, as at those that a table names."""
    name, consumers = pair.provider, (pair.consumer,)
    provider, external = config.service(name), config.external(name)
    if provider is not None and provider.serves:
        yield VerifyPacts(name, consumers, why, takes=(step.id,))
    is_member = provider is not None and provider.may_describe_itself
    if is_member or (external is not None and external.document is not None):
        yield Describe(name, why)
        yield Compare(name, consumers, why, takes=(f"{Describe.kind}:{name}", step.id))
    yield _replies_of((name,), step.service, config, why)


def _replies_to_put(step: Compare, observed: Observed, config: Config) -> Iterator[Step]:
    """Ask each consumer whose tests are at hand about the replies that may not fit it."""
    consumers = dict.fromkeys(
        seen.consumer
        for seen in observed.evidence
        if isinstance(seen, InteractionCompared)
        and any(is_put(one, declared=seen.compat.declared) for one in seen.compat.misfits)
    )
    for name in consumers:
        consumer = config.service(name)
        if consumer and consumer.contract_tests:
            yield DriveReplies(
                consumer.name,
                step.service,
                why=f"{step.service} may send what the contracts of {consumer.name} do not show",
                takes=(step.id, f"{ConsumerTests.kind}:{consumer.name}"),
            )


def _left_out(config: Config, selection: Selection) -> Iterator[LeftOut]:
    for service in config.services:
        if not (selection.wants_consumer(service.name) or selection.wants_provider(service.name)):
            yield LeftOut(service.name, "not selected")
