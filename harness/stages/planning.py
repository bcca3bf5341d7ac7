"""Decide what will be done, and why each step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from harness.checks.check import Catalog
from harness.domain.config import Config
from harness.domain.edge import Pair
from harness.domain.evidence import DocumentRead, InteractionCompared, Observed, PactGathered
from harness.domain.fit import is_put
from harness.domain.selection import Selection
from harness.domain.service import Service
from harness.domain.steps import (
    Compare,
    ConsumerTests,
    Describe,
    DiffVersions,
    DriveReplies,
    DriveService,
    Fuzz,
    FuzzReplies,
    Plan,
    Step,
    TypeCheck,
    VerifyPacts,
)
from harness.domain.system import System
from harness.stages.asking import further_worked, worked
from harness.stages.changing import explained, left_out_since
from harness.stages.driving import (
    driving,
    running_jobs,
    varied,
)
from harness.stages.feeding import (
    own_contracts,
    pairs_with_contracts,
    posed_from,
    tests_of,
    told_to_listen,
)
from harness.stages.omitting import left_out
from harness.stages.reading import is_over_http

# The kinds of steps that judge by contracts.
OF_CONTRACTS = frozenset({"verify", "compare", "reply-fuzz", "service-replies", "wire", "answers"})


def make_plan(system: System, catalog: Catalog, selection: Selection) -> Plan:
    """Name the steps that can be named before anything ran."""
    plan = _plan_of(system, catalog, selection)
    if selection.since is None:
        return plan
    steps = tuple(explained(plan.steps, selection))
    whole = _plan_of(system, catalog, replace(selection, services=(), since=None))
    return replace(
        plan, steps=steps, left_out=tuple(left_out_since(whole.steps, steps, selection.since))
    )


def _plan_of(system: System, catalog: Catalog, selection: Selection) -> Plan:
    kinds = needed_kinds(catalog, selection, system.config)
    steps = tuple(step for step in _all_steps(system, selection, kinds) if step.kind in kinds)
    ids = {step.id for step in steps}
    closed = tuple(
        replace(step, takes=tuple(taken for taken in step.takes if taken in ids)) for step in steps
    )
    return Plan(closed, tuple(left_out(system, selection)), kinds)


def needed_kinds(catalog: Catalog, selection: Selection, config: Config) -> frozenset[str]:
    """Name the kinds of steps that the wanted checks judge, and those that feed them."""
    wanted = [c for c in catalog if not selection.checks or c.id in selection.checks]
    kinds = frozenset[str]().union(*(check.needs for check in wanted))
    if "replies" in kinds:
        kinds |= {"compare"}  # comparison gives the replies that are put to consumers
    if kinds & {"fuzz", "diff", *OF_CONTRACTS}:
        kinds |= {"describe"}  # documents lay interactions on operations
    if kinds & OF_CONTRACTS or ("fuzz" in kinds and config.neighbours == "stand-in"):
        kinds |= {"consumer-tests"}  # fresh pacts are also what stand-ins answer from
    return kinds


def kind_with_followers(kind: str) -> frozenset[str]:
    """
    Name a kind of step with those that judge with it.

    Shape: only a comparison names replies to be put; a change matters by what fits no more; what
    may be replied is put to clients and to whole services.
    """
    followers = {
        Compare.kind: {DriveReplies.kind},
        DiffVersions.kind: {Compare.kind, DriveReplies.kind},
        FuzzReplies.kind: {DriveService.kind},
    }
    return frozenset({kind, *followers.get(kind, ())})


def expand(
    step: Step, observed: Observed, system: System, selection: Selection, kinds: frozenset[str]
) -> tuple[Step, ...]:
    """Name the steps that this evidence calls for: documents give operations, tests give pacts."""
    return tuple(explained(_called_for(step, observed, system, selection, kinds), selection))


def _called_for(
    step: Step, observed: Observed, system: System, selection: Selection, kinds: frozenset[str]
) -> tuple[Step, ...]:
    match step:
        case Describe():
            told = tuple(_of_document(step, observed, system, selection, kinds))
            if "service-replies" not in kinds:
                return told
            is_fuzzed = any(isinstance(one, Fuzz) for one in told)
            return (*told, *driving(step, system, selection, is_fuzzed=is_fuzzed))
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
    if not any(isinstance(one, DocumentRead) for one in observed.evidence):
        return
    is_called = any(map(is_over_http, observed.evidence))
    if is_called and _is_fuzzed(step.service, system, selection, kinds):
        yield from _fuzz_steps(step, system.config)
    is_member = system.config.service(step.service) is not None
    # A document of messages counts once it is accepted, as one over HTTP does from the start.
    is_counted = is_member and (is_called or bool(system.compared_with(step.service)))
    if "diff" in kinds and is_counted and selection.wants_provider(step.service):
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


def _all_steps(system: System, selection: Selection, kinds: frozenset[str]) -> Iterator[Step]:
    config = system.config
    posed = frozenset(_posed(system, selection, kinds))
    for service in config.services:
        consumer = selection.wants_consumer(service.name)
        provider = selection.wants_provider(service.name)
        if service.packages and (consumer or provider):
            yield TypeCheck(service.name, why="its packages are named in its table")
        fed = provider and own_contracts(service, config)
        if service.contract_tests and (
            consumer or fed or _feeds(service, system, selection, kinds)
        ):
            yield ConsumerTests(service.name, why="its contract tests give its pacts")
        if service.contract_tests:
            yield from _reply_fuzz(service, system, selection)
        yield from running_jobs(service, system, selection)
        yield from worked(service, system, selection)
        pairs = _wanted_pairs(service.name, system, selection)
        is_looked_at = consumer or provider or pairs or service.name in posed
        if service.may_describe_itself and is_looked_at:
            why = "it serves requests" if service.serves else "its table names its documents"
            yield Describe(service.name, why=why)
        if pairs and service.can_be_verified:
            yield _verification(service, pairs, system, selection)
        if pairs and service.may_describe_itself:
            yield _comparison(service.name, pairs, system, selection)
    for external in config.externals:
        pairs = _wanted_pairs(external.name, system, selection)
        if external.documents and (pairs or external.name in posed):
            yield Describe(external.name, why="its table names its document")
        if external.documents and pairs:
            yield _comparison(external.name, pairs, system, selection)


def _posed(system: System, selection: Selection, kinds: frozenset[str]) -> Iterator[str]:
    """Name everyone in whose place somebody answers while a wanted service runs."""
    config = system.config
    for service in config.services:
        is_driven = "service-replies" in kinds and varied(service.name, system, selection)
        is_tried = (
            service.serves
            and config.neighbours == "stand-in"
            and (
                ("fuzz" in kinds and selection.wants_provider(service.name))
                or ("verify" in kinds and _wanted_pairs(service.name, system, selection))
            )
        )
        is_worked = any(one.kind in kinds for one in worked(service, system, selection))
        if is_driven or is_tried or is_worked:
            yield from (config.name_of(one.provider) for one in service.consumes)


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
        takes=(*tests_of((consumer,)), *(f"{Describe.kind}:{name}" for name in providers)),
        limit_s=config.time_cap_s + 60,
    )


def _feeds(service: Service, system: System, selection: Selection, kinds: frozenset[str]) -> bool:
    """Whether a wanted service is to be verified against this consumer's pacts, or driven by."""
    driven = "service-replies" in kinds
    return any(
        selection.wants_pair(pair) or bool(driven and varied(pair.provider, system, selection))
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
        takes=(
            *tests_of(consumers),
            *posed_from(service, system.config),
            *told_to_listen(service),
        ),
    )


def _comparison(
    provider: str, pairs: tuple[Pair, ...], system: System, selection: Selection
) -> Step:
    consumers = tuple(pair.consumer for pair in pairs)
    return Compare(
        provider,
        consumers=() if _all_wanted(provider, system, selection) else consumers,
        why="contracts of " + ", ".join(consumers),
        takes=(f"{Describe.kind}:{provider}", *tests_of(consumers)),
    )


def _all_wanted(provider: str, system: System, selection: Selection) -> bool:
    return all(
        selection.wants_pair(pair)
        for pair in pairs_with_contracts(system)
        if pair.provider == provider
    )


def _is_fuzzed(name: str, system: System, selection: Selection, kinds: frozenset[str]) -> bool:
    """Whether a service is fuzzed: for itself, or for the requests that it is then driven by."""
    service = system.config.service(name)
    if service is None or not service.serves:
        return False
    if "service-replies" in kinds and varied(name, system, selection):
        return True
    return "fuzz" in kinds and selection.wants_provider(name)


def _fuzz_steps(step: Describe, config: Config) -> Iterator[Step]:
    service = config.service(step.service)
    if service is None:
        return
    yield Fuzz(
        step.service,
        seed=config.seed,
        examples=config.examples,
        why="it has an API document",
        takes=(step.id, *posed_from(service, config)),
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
    new = [
        pair
        for one in observed.evidence
        if isinstance(one, PactGathered)
        and (pair := Pair(config.name_of(one.consumer), config.name_of(one.provider))) not in known
        and selection.wants_pair(pair)
    ]
    for pair in new:
        why = f"the contract tests of {pair.consumer} gave a pact that no table names"
        named = _newly_named(pair, why, step, config)
        yield from (one for one in named if one.kind in kinds)
    further = further_worked(step.service, new, observed, system, selection)
    yield from (one for one in further if one.kind in kinds)


def _newly_named(pair: Pair, why: str, step: ConsumerTests, config: Config) -> Iterator[Step]:
    """Look at a provider of which nothing was known, as at those that a table names."""
    name, consumers = pair.provider, (pair.consumer,)
    provider, external = config.service(name), config.external(name)
    if provider is not None and provider.can_be_verified:
        yield VerifyPacts(name, consumers, why, takes=(step.id, *told_to_listen(provider)))
    is_member = provider is not None and provider.may_describe_itself
    if is_member or (external is not None and external.documents):
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
