"""Let policy say what the evidence and the findings come to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from harness.checks.facts import Facts
from harness.domain.edge import Edge, EdgeReport, Leg, LegReport, LegStatus
from harness.domain.evidence import (
    DocumentRefused,
    InteractionVerified,
    OperationExercised,
    Outcome,
    PactGathered,
    TypesChecked,
    Unobserved,
)
from harness.domain.finding import Finding
from harness.domain.policy import Policy, gravest
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
from harness.domain.verdict import Status, StepReport, Verdict
from harness.stages.judging import Judgement
from harness.stages.waiving import waiver_reports, with_waivers


@dataclass(frozen=True, slots=True)
class Run:
    """
    How the run itself went: its plan, its steps in the order of their ends, its time.

    Shape: `is_slice` says that only a part of the system was asked for; `today` is the day that
    waivers are judged by.
    """

    plan: Plan
    steps: tuple[Step, ...]
    elapsed_ms: int
    interrupted: bool = False
    is_slice: bool = False
    today: date = date.min

    def looked_for_provider(self, edge: Edge) -> bool:
        """Whether a step was to see the provider of an edge keep its word to its consumer."""
        return any(
            (isinstance(step, Fuzz) and step.service == edge.pair.provider)
            or (
                isinstance(step, VerifyPacts)
                and step.service == edge.pair.provider
                and (not step.consumers or edge.pair.consumer in step.consumers)
            )
            for step in self.steps
        )

    def looked_for_consumer(self, edge: Edge) -> bool:
        """Whether a step was to see the consumer of an edge cope."""
        return any(
            isinstance(step, ConsumerTests | TypeCheck) and step.service == edge.pair.consumer
            for step in self.steps
        )


def decide(facts: Facts, judgement: Judgement, run: Run) -> Verdict:
    """Grade the findings, count the evidence of every leg, and say how it stands."""
    config = facts.system.config
    graded = tuple(grade(judgement.findings, config.policy))
    findings = tuple(with_waivers(graded, config.waivers, run.today))
    edges = tuple(_edges(facts, findings, config.policy, run))
    reasons = tuple(_reasons(facts, judgement, edges, run))
    return Verdict(
        status=_status(findings, reasons, judgement, interrupted=run.interrupted),
        edges=edges,
        findings=findings,
        reasons=reasons,
        steps=tuple(_step_reports(facts, run)),
        operations=tuple(facts.of(OperationExercised)),
        left_out=(*run.plan.left_out, *_not_fuzzed(facts, run), *_not_compared(facts, run)),
        seed=config.seed,
        examples=config.examples,
        interactions=sum(1 for _ in facts.of(InteractionVerified)),
        elapsed_ms=run.elapsed_ms,
        waivers=tuple(
            waiver_reports(
                config.waivers,
                findings,
                run.today,
                is_whole=not (run.is_slice or run.interrupted or reasons),
            )
        ),
    )


def grade(findings: tuple[Finding, ...], policy: Policy) -> Iterator[Finding]:
    """Give each finding the severity that policy has for its checks, and drop what is off."""
    for finding in findings:
        told = ((finding.check, finding.severity, finding.flaw.rule), *finding.also)
        breaks = bool(finding.flaw.consumer)
        severity = gravest(policy.graded(*one, breaks=breaks) for one in told)
        if severity is not None:
            yield replace(finding, severity=severity)


def _not_fuzzed(facts: Facts, run: Run) -> Iterator[LeftOut]:
    """Name the services that answer and have no document to make requests from."""
    refused = {seen.service for seen in facts.of(DocumentRefused)}
    lost = {lost.what for lost in facts.of(Unobserved)}
    for step in run.steps:
        undescribed = step.service not in facts.documents and step.service not in refused
        if isinstance(step, Describe) and undescribed and step.id not in lost:
            why = "no API document was found: name it in the service's table, documents = [...]"
            yield LeftOut(f"generated requests to {step.service}", why)


def _not_compared(facts: Facts, run: Run) -> Iterator[LeftOut]:
    """Name the services whose documents have no accepted version to be compared with."""
    if DiffVersions.kind not in run.plan.kinds or facts.system.base is not None:
        return
    for service in facts.documents:
        if not facts.system.compared_with(service):
            why = f"no version of its document is accepted yet: harness accept document {service}"
            yield LeftOut(f"changes of {service}", why)


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
    facts: Facts, judgement: Judgement, edges: tuple[EdgeReport, ...], run: Run
) -> Iterator[Unobserved]:
    for check, error in judgement.broken_checks:
        yield Unobserved(check, f"the check itself broke: {error}", "please report this")
    yield from facts.of(Unobserved)
    for gathered in facts.of(PactGathered):
        if not gathered.complete:
            yield Unobserved(
                f"the pact of {gathered.consumer} with {gathered.provider}",
                f"left alone: {gathered.reason}",
                "a pact is taken from a whole and green run of the consumer's tests alone",
            )
    yield from _shut_out(facts)
    for report in edges:
        for leg in report.legs:
            if leg.status is LegStatus.MISSING:
                yield Unobserved(str(report.edge), f"{leg.leg.value}: {leg.reason}")
    if not run.interrupted and not any(observed.evidence for observed in facts.observed):
        yield Unobserved(
            "the gate",
            "nothing was checked",
            "name members in `services`, and give them an app, contract tests or packages",
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
            step.id, step.why, seen.elapsed_ms, len(seen.evidence), seen.failed_to_observe
        )


def _edges(
    facts: Facts, findings: tuple[Finding, ...], policy: Policy, run: Run
) -> Iterator[EdgeReport]:
    edges = {contract.edge for contract in facts.contracts}
    bare = {Edge(pair, "") for pair in facts.pairs} - {Edge(edge.pair, "") for edge in edges}
    for edge in sorted(edges | bare):
        provider = _provider_leg(edge, facts, findings, policy, run)
        consumer = _consumer_leg(edge, facts, findings, policy, run)
        seen = {provider.status, consumer.status} != {LegStatus.NOT_LOOKED_AT}
        if seen or not run.is_slice:
            yield EdgeReport(edge, (provider, _fit_leg(policy, run), consumer))


def _provider_leg(
    edge: Edge, facts: Facts, findings: tuple[Finding, ...], policy: Policy, run: Run
) -> LegReport:
    keys = {c.interaction.key for c in facts.contracts if c.edge == edge}
    honoured = sum(
        1
        for seen in facts.of(InteractionVerified)
        if seen.interaction in keys
        and (seen.consumer, seen.provider) == (edge.pair.consumer, edge.pair.provider)
        and seen.outcome is Outcome.PASSED
    )
    cases = sum(
        seen.cases
        for seen in facts.of(OperationExercised)
        if (seen.service, seen.operation) == (edge.pair.provider, edge.operation) and seen.accepted
    )
    against = sum(1 for f in findings if f.leg is Leg.PROVIDER and _refutes_provider(f, edge))
    return _leg(
        Leg.PROVIDER,
        LegReport(Leg.PROVIDER, LegStatus.TESTED, honoured, cases, against),
        policy,
        run,
        looked_at=run.looked_for_provider(edge),
        reason="no interaction was verified and no generated request succeeded",
    )


def _consumer_leg(
    edge: Edge, facts: Facts, findings: tuple[Finding, ...], policy: Policy, run: Run
) -> LegReport:
    passed = sum(1 for c in facts.contracts if c.edge == edge and c.is_fresh)
    typed = any(seen.service == edge.pair.consumer for seen in facts.of(TypesChecked))
    against = sum(1 for f in findings if f.leg is Leg.CONSUMER and _refutes_consumer(f, edge))
    report = LegReport(Leg.CONSUMER, LegStatus.TESTED, passed, 0, against, typed=typed)
    return _leg(
        Leg.CONSUMER,
        report,
        policy,
        run,
        looked_at=run.looked_for_consumer(edge),
        reason="no contract test of the consumer ran",
    )


def _fit_leg(policy: Policy, run: Run) -> LegReport:
    required = policy.required is not None and Leg.FIT in policy.required and not run.is_slice
    status = LegStatus.MISSING if required else LegStatus.NOT_LOOKED_AT
    return LegReport(Leg.FIT, status, reason="this version cannot compare schemas")


def _leg(
    leg: Leg, report: LegReport, policy: Policy, run: Run, *, looked_at: bool, reason: str
) -> LegReport:
    required = looked_at if policy.required is None or run.is_slice else leg in policy.required
    if report.findings:
        return replace(report, status=LegStatus.FAILED)
    if report.interactions or report.cases or report.typed:
        return report
    if required:
        return replace(report, status=LegStatus.MISSING, reason=reason)
    return replace(report, status=LegStatus.NOT_LOOKED_AT)


def _refutes_provider(finding: Finding, edge: Edge) -> bool:
    flaw = finding.flaw
    if not finding.fails:
        return False
    same_pair = (flaw.consumer or edge.pair.consumer) == edge.pair.consumer
    same_operation = not flaw.operation or flaw.operation == edge.operation
    return flaw.service == edge.pair.provider and same_pair and same_operation


def _refutes_consumer(finding: Finding, edge: Edge) -> bool:
    flaw = finding.flaw
    if not finding.fails:
        return False
    if flaw.consumer:
        return (flaw.consumer, flaw.service) == (edge.pair.consumer, edge.pair.provider)
    return flaw.service == edge.pair.consumer
