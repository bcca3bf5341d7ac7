"""Let policy say what the evidence and the findings come to."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial

from harness.checks.facts import Facts
from harness.domain.broker_answers import BrokerUnreached, DeployabilityTold, NothingPublished
from harness.domain.config import Config
from harness.domain.coping import RepliesPut
from harness.domain.edge import EdgeReport, LegStatus
from harness.domain.evidence import (
    ContractTestRan,
    DocumentRefused,
    InteractionVerified,
    Outcome,
    PactGathered,
    Unobserved,
)
from harness.domain.finding import Finding
from harness.domain.policy import Mode, Policy, Severity, gravest, mildest
from harness.domain.snapshot import SnapshotUse
from harness.domain.steps import (
    Describe,
    DiffVersions,
    Fuzz,
    LeftOut,
)
from harness.domain.system import System
from harness.domain.traffic import OperationExercised
from harness.domain.typed import CodeContradicted, TypesObserved
from harness.domain.verdict import Status, StepReport, Verdict
from harness.domain.waiver import Renaming, WaiverReport, WaiverStanding
from harness.stages.judging import Judgement
from harness.stages.legs import Run, edge_reports
from harness.stages.planning import OF_CONTRACTS
from harness.stages.renaming import suspected
from harness.stages.waiving import waiver_reports, with_waivers

_IDLE = (WaiverStanding.STALE, WaiverStanding.UNUSED)


def decide(facts: Facts, judgement: Judgement, run: Run) -> Verdict:
    """Grade the findings, count the evidence of every leg, and say how it stands."""
    config = facts.system.config
    graded = tuple(grade(judgement.findings, config.policy))
    findings = tuple(with_waivers(graded, config.waivers, run.today))
    edges = tuple(edge_reports(facts, findings, config.policy, run))
    reasons = tuple(_reasons(facts, judgement, findings, edges, run))
    status = _status(findings, reasons, judgement, interrupted=run.interrupted)
    is_whole = not (run.is_slice or run.interrupted or reasons)
    waivers = tuple(waiver_reports(config.waivers, findings, run.today, is_whole=is_whole))
    return Verdict(
        status=status,
        edges=edges,
        findings=findings,
        reasons=reasons,
        steps=tuple(_step_reports(facts, run)),
        operations=tuple(_operations(facts, run)),
        left_out=(
            *run.plan.left_out,
            *_not_fuzzed(facts, run),
            *_not_compared(facts, run),
            *_not_put(facts),
            *_not_observed(facts),
            *_passed_over(facts),
            *_vacuous(facts),
            *(LeftOut(one.id, "given up: enough findings fail already") for one in run.undone),
            *([LeftOut("keeping evidence for the next run", run.unkept)] if run.unkept else []),
        ),
        seed=config.seed,
        examples=config.examples,
        snapshot=_snapshot(facts.system, run.today),
        interactions=len({one.of_whom for one in facts.of(InteractionVerified)}),
        elapsed_ms=run.elapsed_ms,
        participants=config.participants,
        waivers=waivers,
        renamings=tuple(_renamings(waivers, findings, config)),
        is_slice=run.is_slice,
        advisory=config.policy.mode is Mode.ADVISORY,
    )


def grade(findings: tuple[Finding, ...], policy: Policy) -> Iterator[Finding]:
    """Give each finding the severity that policy has for its checks, and drop what is off."""
    for finding in findings:
        told = ((finding.check, finding.severity, finding.flaw.rule), *finding.also)
        breaks = bool(finding.flaw.consumer)
        grade_of = partial(policy.graded, leg=finding.leg, service=finding.mender, breaks=breaks)
        severity = gravest(grade_of(*one) for one in told)
        if finding.flaw.pending or finding.flaw.mild:
            severity = mildest(severity, Severity.WARNING)
        if severity is not None:
            yield replace(finding, severity=severity)


def _renamings(
    waivers: tuple[WaiverReport, ...],
    findings: tuple[Finding, ...],
    config: Config,
) -> Iterator[Renaming]:
    """
    Say which services that waivers are about seem to have another name now.

    Names that only pacts know are not asked: the pact of an old name is often left lying.
    """
    idle = [one.waiver for one in waivers if one.standing in _IDLE]
    known = {name for one in config.services for name in (one.name, one.participant)}
    known |= {one.name for one in config.externals}
    known |= {name for one in findings for name in one.subject.split(":")}
    return suspected(idle, (one.named for one in findings if one.waiver is None), known)


def _operations(facts: Facts, run: Run) -> Iterator[OperationExercised]:
    """Tell how each operation that was to be fuzzed fared, those that nothing reached too."""
    exercised = tuple(facts.of(OperationExercised))
    yield from exercised
    told = {(one.service, one.operation) for one in exercised}
    for step in run.steps:
        for document in facts.documents.get(step.service, ()) if isinstance(step, Fuzz) else ():
            for operation in document.operations:
                if (step.service, operation.label) not in told:
                    told.add((step.service, operation.label))
                    yield OperationExercised(step.service, operation.label)


def _snapshot(system: System, today: date) -> SnapshotUse | None:
    """Say what was taken from a snapshot, and how old it is."""
    config, one = system.config, system.config.snapshot
    if one is None:
        return None
    sources = [(one.directory, source) for one in config.services for source in one.documents]
    sources += [(config.root, source) for each in config.externals for source in each.documents]
    documents = [
        str(at / source.location)
        for at, source in sources
        if source.kept is not None and not source.is_remote
    ]
    files = [*(found.path for found in system.pacts if found.kept), *documents]
    taken = [posixpath.relpath(path, str(config.root)) for path in files]
    taken += config.fetched.from_snapshot if config.fetched else ()
    days = (today - date.fromisoformat(one.made_at[:10])).days
    return SnapshotUse(
        one.shown,
        one.made_at,
        one.commit,
        one.is_clean,
        None if today == date.min else max(days, 0),
        tuple(taken),
    )


def _not_fuzzed(facts: Facts, run: Run) -> Iterator[LeftOut]:
    """Name the services that answer and have no document to make requests from."""
    refused = {seen.service for seen in facts.of(DocumentRefused)}
    lost = {lost.what for lost in facts.of(Unobserved)}
    for step in run.steps:
        service = facts.service(step.service)
        undescribed = step.service not in facts.documents and step.service not in refused
        is_asked = isinstance(step, Describe) and service is not None and service.serves
        if is_asked and undescribed and step.id not in lost:
            why = "no OpenAPI document was found: name it in the service's table, documents = [...]"
            yield LeftOut(f"generated requests to {step.service}", why)


def _not_put(facts: Facts) -> Iterator[LeftOut]:
    """Count the replies that consumers were not given, with the reasons."""
    lost: dict[tuple[str, str], list[RepliesPut]] = {}
    for seen in facts.of(RepliesPut):
        if seen.left_out:
            lost.setdefault((seen.consumer, seen.provider), []).append(seen)
    for (consumer, provider), put in lost.items():
        reasons = (reason for one in put for reason in one.reason.split("; ") if reason)
        why = "; ".join(dict.fromkeys(reasons))
        count = sum(one.left_out for one in put)
        yield LeftOut(f"{count:,} replies of {provider} to {consumer}", why or "beyond the budget")


def _not_compared(facts: Facts, run: Run) -> Iterator[LeftOut]:
    """Name the services whose documents have no accepted version to be compared with."""
    if DiffVersions.kind not in run.plan.kinds or facts.system.base is not None:
        return
    passed_over = {left.what for left in run.plan.left_out}
    for service in facts.documents:
        is_wanted = facts.service(service) is not None and service not in passed_over
        if is_wanted and not facts.system.compared_with(service):
            why = f"no version is accepted yet: harness accept document {service}"
            yield LeftOut(f"changes of the document of {service}", why)


def _not_observed(facts: Facts) -> Iterator[LeftOut]:
    """Name the services whose types could not be observed while they ran."""
    reasons = {(seen.service, seen.why_not): None for seen in facts.of(TypesObserved)}
    for service, why_not in reasons:
        if why_not:
            yield LeftOut(f"the types of {service} while it runs", why_not)


def _vacuous(facts: Facts) -> Iterator[LeftOut]:
    """Name the services whose consumers nobody knows, and answers that rest on nothing."""
    config = facts.system.config
    if fetched := config.fetched:
        for name in fetched.vacuous:
            why = f"no consumer of {name} is known to the broker at {fetched.broker}"
            yield LeftOut(f"consumers of {name} beyond this repository", why)
    for told in facts.of(DeployabilityTold):
        if told.deployable and told.vacuous:
            what = f"whether {told.service} {told.version} can be deployed to {told.environment}"
            yield LeftOut(what, f"the broker's yes rests on nothing: {told.vacuous}")
    if config.deploys_to and not (fetched and fetched.place):
        why = "no broker was asked, and what lies in a folder does not tell"
        yield LeftOut(f"whether anything can be deployed to {config.environment}", why)


def _passed_over(facts: Facts) -> Iterator[LeftOut]:
    """Name the code that policy believes, and why."""
    policy = facts.system.config.policy
    places = {
        (f"{one.contradiction.module}.{one.contradiction.function}", passed.reason): None
        for one in facts.of(CodeContradicted)
        if (passed := policy.passes_over(one.contradiction))
    }
    for place, reason in places:
        yield LeftOut(f"what values contradict at {place}", reason)


def _status(
    findings: tuple[Finding, ...],
    reasons: tuple[Unobserved, ...],
    judgement: Judgement,
    *,
    interrupted: bool,
) -> Status:
    if interrupted:
        return Status.INTERRUPTED
    if judgement.broken_checks:
        return Status.BROKEN
    if any(f.fails for f in findings):
        return Status.FAILED
    return Status.INCONCLUSIVE if reasons else Status.PASSED


def _reasons(
    facts: Facts,
    judgement: Judgement,
    findings: tuple[Finding, ...],
    edges: tuple[EdgeReport, ...],
    run: Run,
) -> Iterator[Unobserved]:
    for check, error in judgement.broken_checks:
        yield Unobserved(check, f"the check itself broke: {error}", "please report this")
    yield from facts.of(Unobserved)
    yield from _missed(facts, run)
    yield from _left_alone(facts, findings)
    yield from _shut_out(facts)
    for report in edges:
        for leg in report.legs:
            if leg.status is LegStatus.MISSING:
                yield Unobserved(str(report.edge), f"{leg.leg.value}: {leg.reason}")
    if not run.interrupted and not any(observed.evidence for observed in facts.observed):
        yield Unobserved(
            "the gate",
            *_nothing(run),
        )


def _missed(facts: Facts, run: Run) -> Iterator[Unobserved]:
    """Name what could not be fetched, where a step would have taken it."""
    if run.plan.kinds & OF_CONTRACTS:
        for one in facts.of(BrokerUnreached):
            yield Unobserved(f"{one.what} of {one.service}", one.message, one.hint)
        fetched = facts.system.config.fetched
        for name in fetched.vacuous if fetched and fetched.wanted.alone else ():
            yield Unobserved(f"the contracts of {name}", "no consumer of it is known to the broker")
        for lacking in facts.of(NothingPublished):
            if lacking.what:
                what = f"the {lacking.what} of {lacking.service}"
                yield Unobserved(what, f"the broker at {lacking.place} holds none")
    for told in facts.of(DeployabilityTold):
        if told.deployable is None:
            yield Unobserved(
                f"whether {told.service} {told.version} can be deployed to {told.environment}",
                "; ".join(told.reasons) or "results are missing",
                "publish the results that are missing: harness verify --publish; "
                "or tell the broker what runs there: harness record-deployment",
            )


def _nothing(run: Run) -> tuple[str, str]:
    """Say why there was nothing to check, and what to do."""
    if run.nothing_since:
        return (
            f"nothing was checked, since nothing has changed since {run.nothing_since}",
            "compare with an earlier revision, or run the whole gate",
        )
    return (
        "nothing was checked",
        "name members in `services`, and give them an app, contract tests or packages",
    )


def _left_alone(facts: Facts, findings: tuple[Finding, ...]) -> Iterator[Unobserved]:
    """Name the pacts that were not taken, but for those of tests that somebody answers for."""
    failed = (
        one for one in facts.of(ContractTestRan) if one.outcome in (Outcome.FAILED, Outcome.ERROR)
    )
    answered = {one.flaw.cause for one in findings if one.is_waived}
    open_for = {one.consumer for one in failed if one.test not in answered}
    for gathered in facts.of(PactGathered):
        is_known = gathered.is_red and gathered.consumer not in open_for
        if not (gathered.complete or is_known):
            yield Unobserved(
                f"the pact of {gathered.consumer} with {gathered.provider}",
                f"left alone: {gathered.reason}",
                "a pact is taken from a whole and green run of the consumer's tests alone",
            )


def _shut_out(facts: Facts) -> Iterator[Unobserved]:
    """Name the services of which nothing was seen but their refusal to let anyone in."""
    exercised: dict[str, list[OperationExercised]] = {}
    for one in facts.of(OperationExercised):
        exercised.setdefault(one.service, []).append(one)
    for service, operations in exercised.items():
        cases = sum(one.cases for one in operations)
        if cases and cases == sum(one.unauthorised for one in operations):
            yield Unobserved(
                f"{service} behind its authentication",
                f"each of {cases} generated requests was answered 401 or 403",
                'give credentials: auth = "module:function" in its table',
            )


def _step_reports(facts: Facts, run: Run) -> Iterator[StepReport]:
    observed = {one.step: one for one in facts.observed}
    for step in run.steps:
        seen = observed[step.id]
        yield StepReport(
            step.id,
            step.why,
            seen.elapsed_ms,
            len(seen.evidence),
            seen.failed_to_observe,
            seen.reused,
            run.notes.get(step.id, ""),
        )
