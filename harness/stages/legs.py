"""Count the evidence of every leg of every edge, and say how it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date

from harness.checks.facts import Facts
from harness.domain.carried import MessagesCarried, RequestCarried
from harness.domain.coping import RepliesPut, WitnessPut
from harness.domain.edge import Edge, EdgeReport, Leg, LegReport, LegStatus, Pair
from harness.domain.evidence import InteractionCompared, InteractionVerified, Outcome
from harness.domain.finding import Finding
from harness.domain.fit import InteractionCompat
from harness.domain.pact import InteractionKind
from harness.domain.policy import Policy
from harness.domain.produced import MessageShown, read
from harness.domain.steps import (
    AskWorker,
    Compare,
    ConsumerTests,
    DriveService,
    DriveWorker,
    Fuzz,
    FuzzReplies,
    Plan,
    Step,
    TypeCheck,
    VerifyPacts,
)
from harness.domain.traffic import OperationExercised
from harness.domain.typed import TypesChecked

Counts = tuple[tuple[Finding, int, int], ...]
"""One finding for all of a leg, pair and operation, how many of them fail, how many are waived."""

_UNCOMPARED = "no interaction was compared with the document"


@dataclass(frozen=True, slots=True)
class Run:
    """
    How the run itself went: its plan, its steps in the order of their ends, its time.

    Shape: `is_slice` says that only a part of the system was asked for; `today` is the day that
    waivers are judged by; `notes` and `unkept` are those of the observation; `nothing_since` is the
    revision since which nothing has changed, where that is all there is to say; `undone` are steps
    that were given up.
    """

    plan: Plan
    steps: tuple[Step, ...]
    elapsed_ms: int
    interrupted: bool = False
    is_slice: bool = False
    today: date = date.min
    notes: Mapping[str, str] = field(default_factory=dict)
    unkept: str = ""
    nothing_since: str = ""
    undone: tuple[Step, ...] = ()

    def looked_for_provider(self, edge: Edge, *, is_asked: bool) -> bool:
        """Whether a step was to see a provider keep its word: by requests where it `is_asked`."""
        judged = (VerifyPacts, AskWorker) if is_asked else VerifyPacts
        return any(
            (isinstance(step, Fuzz) and step.service == edge.pair.provider)
            or (
                isinstance(step, judged)
                and step.service == edge.pair.provider
                and (not step.consumers or edge.pair.consumer in step.consumers)
            )
            for step in self.steps
        )

    def looked_for_consumer(self, edge: Edge) -> bool:
        """Whether a step was to see the consumer of an edge cope."""
        return any(
            isinstance(step, ConsumerTests | DriveService | DriveWorker | FuzzReplies | TypeCheck)
            and step.service == edge.pair.consumer
            for step in self.steps
        )

    def looked_for_fit(self, edge: Edge) -> bool:
        """Whether a step was to compare the words of an edge's two sides."""
        return any(
            isinstance(step, Compare)
            and step.service == edge.pair.provider
            and (not step.consumers or edge.pair.consumer in step.consumers)
            for step in self.steps
        )


def edge_reports(
    facts: Facts, findings: tuple[Finding, ...], policy: Policy, run: Run
) -> Iterator[EdgeReport]:
    """Give every edge with what is known of its three legs."""
    counts = _counts(findings)
    edges = {contract.edge for contract in facts.contracts}
    bare = {Edge(pair, "") for pair in facts.pairs} - {Edge(edge.pair, "") for edge in edges}
    for edge in sorted(edges | bare):
        provider = _provider_leg(edge, facts, counts, policy, run)
        consumer = _consumer_leg(edge, facts, counts, policy, run)
        fit = _fit_leg(edge, facts, counts, policy, run)
        legs = (provider, fit, consumer)
        if not run.is_slice or any(leg.status is not LegStatus.NOT_LOOKED_AT for leg in legs):
            yield EdgeReport(edge, legs)


def _provider_leg(edge: Edge, facts: Facts, counts: Counts, policy: Policy, run: Run) -> LegReport:
    keys = {one.interaction.key for one in facts.on(edge)}
    is_asked = any(one.interaction.kind is InteractionKind.SYNC for one in facts.on(edge))
    verified = [
        seen
        for seen in facts.of(InteractionVerified)
        if seen.interaction in keys
        and (seen.consumer, seen.provider) == (edge.pair.consumer, edge.pair.provider)
    ]
    honoured = len({seen.of_whom for seen in verified if seen.outcome is Outcome.PASSED})
    cases = sum(
        seen.cases
        for seen in facts.of(OperationExercised)
        if (seen.service, seen.operation) == (edge.pair.provider, edge.operation) and seen.accepted
    )
    asked = _carriers(one for one in facts.of(RequestCarried) if _is_on(one, edge, keys))
    against, waived = _counted(counts, Leg.PROVIDER, _concerns_provider, edge)
    is_wish = bool(verified) and all(_is_pending(seen, facts) for seen in verified)
    if is_wish and not (honoured or cases or against or waived):
        reason = "what was verified is pending, and was not honoured yet"
        return LegReport(Leg.PROVIDER, LegStatus.NOT_LOOKED_AT, reason=reason)
    return _leg(
        Leg.PROVIDER,
        LegReport(
            Leg.PROVIDER,
            LegStatus.TESTED,
            honoured,
            cases,
            against,
            waived=waived,
            brokers=tuple(dict.fromkeys((*asked, *_heard_on(edge, facts)))),
        ),
        policy,
        run,
        looked_at=run.looked_for_provider(edge, is_asked=is_asked),
        reason="no interaction was verified and no generated request succeeded",
    )


def _is_on(one: MessagesCarried | RequestCarried, edge: Edge, keys: Set[str]) -> bool:
    return Pair(one.consumer, one.provider) == edge.pair and one.interaction in keys


def _carriers(carried: Iterable[MessagesCarried | RequestCarried]) -> tuple[str, ...]:
    """Name what carried messages, each once."""
    return tuple(dict.fromkeys(one.broker.name for one in carried))


def _heard_on(edge: Edge, facts: Facts) -> Iterator[str]:
    """Name what carried messages of a channel that its producer sent by itself."""
    for seen in facts.of(MessageShown):
        is_its_own = seen.broker and seen.service == edge.pair.provider
        if is_its_own and read(seen.text).channel == edge.operation:
            yield seen.broker


def _is_pending(seen: InteractionVerified, facts: Facts) -> bool:
    published = facts.system.publication(seen.contract) if seen.contract else None
    return seen.pending or (published is not None and published.pending)


def _consumer_leg(edge: Edge, facts: Facts, counts: Counts, policy: Policy, run: Run) -> LegReport:
    passed = sum(1 for one in facts.on(edge) if one.is_fresh)
    typed = any(seen.service == edge.pair.consumer for seen in facts.of(TypesChecked))
    keys = {one.interaction.key for one in facts.on(edge)}
    pair = (edge.pair.consumer, edge.pair.provider)
    replies = sum(
        seen.tried
        for seen in facts.of(RepliesPut)
        if (seen.consumer, seen.provider) == pair and seen.interaction in (*keys, edge.operation)
    )
    carried = [seen for seen in facts.of(MessagesCarried) if _is_on(seen, edge, keys)]
    replies += sum(seen.sent for seen in carried)
    against, waived = _counted(counts, Leg.CONSUMER, _concerns_consumer, edge)
    report = LegReport(
        Leg.CONSUMER,
        LegStatus.TESTED,
        passed,
        replies,
        against,
        typed=typed,
        waived=waived,
        brokers=_carriers(carried),
    )
    return _leg(
        Leg.CONSUMER,
        report,
        policy,
        run,
        looked_at=run.looked_for_consumer(edge),
        reason="no contract test of the consumer ran",
    )


def _fit_leg(edge: Edge, facts: Facts, counts: Counts, policy: Policy, run: Run) -> LegReport:
    interactions = [one.interaction for one in facts.on(edge)]
    keys = {one.key for one in interactions}
    pair = (edge.pair.consumer, edge.pair.provider)
    told = [
        seen
        for seen in facts.of(InteractionCompared)
        if (seen.consumer, seen.provider) == pair and seen.interaction in keys
    ]
    compared = [seen.compat for seen in told]
    put = [
        seen
        for seen in facts.of(WitnessPut)
        if (seen.consumer, seen.provider) == pair and seen.interaction in keys and seen.tried
    ]
    answered = {seen.interaction for seen in put}
    judged = [one for one in told if one.compat.is_judged or one.interaction in answered]
    proven = sum(1 for one in compared if one.proven)
    is_whole = bool(keys) and keys == {seen.interaction for seen in told}
    tried = sum(gap.tried for one in compared for gap in one.gaps)
    tried += sum(seen.tried for seen in put)
    against, waived = _counted(counts, Leg.FIT, _concerns_fit, edge)
    report = LegReport(
        Leg.FIT,
        LegStatus.PROVEN if is_whole and proven == len(compared) else LegStatus.TESTED,
        interactions=len(judged),
        cases=tried,
        findings=against,
        waived=waived,
        reason=_why_not_proven(compared),
        proven=proven,
    )
    lacks = _what_it_lacks({one.kind for one in interactions}, edge.pair.provider, facts)
    silent = bool(compared) and all(one.is_silent for one in compared)
    return _leg(
        Leg.FIT,
        report,
        policy,
        run,
        looked_at=run.looked_for_fit(edge) and not lacks and not silent,
        reason=lacks or _why_not_proven(compared) or _UNCOMPARED,
    )


def _what_it_lacks(kinds: Set[InteractionKind], provider: str, facts: Facts) -> str:
    """Name the document that is not there to compare with, or nothing."""
    if any(facts.is_described(provider, kind) for kind in kinds):
        return ""
    named = "document" if kinds <= {InteractionKind.HTTP} else "AsyncAPI document"
    return f"no {named} of {provider} to compare with"


def _why_not_proven(compared: list[InteractionCompat]) -> str:
    """Give the reasons for which something could not be judged, each once."""
    reasons = list(dict.fromkeys(gap.reason for one in compared for gap in one.gaps))
    unconfirmed = sum(one.unconfirmed for one in compared)
    if unconfirmed:
        reasons.append(f"{unconfirmed} shown by an example alone")
    return "; ".join(reasons)


def _leg(
    leg: Leg, report: LegReport, policy: Policy, run: Run, *, looked_at: bool, reason: str
) -> LegReport:
    required = looked_at if policy.required is None or run.is_slice else leg in policy.required
    if report.findings:
        return replace(report, status=LegStatus.FAILED)
    # What is refuted has been looked at, whoever answers for it.
    if report.interactions or report.cases or report.typed or report.waived:
        return report
    status = LegStatus.MISSING if required else LegStatus.NOT_LOOKED_AT
    return replace(report, status=status, reason=reason if required else report.reason)


def _counts(findings: tuple[Finding, ...]) -> Counts:
    """Count what each leg of each side has, so that no edge goes through all findings again."""
    found: dict[tuple[object, ...], tuple[Finding, int, int]] = {}
    for one in findings:
        key = (one.leg, one.flaw.consumer, one.flaw.service, one.flaw.operation)
        first, fails, waived = found.get(key, (one, 0, 0))
        found[key] = (first, fails + one.fails, waived + (one.refutes and one.is_waived))
    return tuple(found.values())


def _counted(
    counts: Counts, leg: Leg, concerns: Callable[[Finding, Edge], bool], edge: Edge
) -> tuple[int, int]:
    """Count the findings that refute a leg, and those that would if nobody answered for them."""
    mine = [each for each in counts if each[0].leg is leg and concerns(each[0], edge)]
    return sum(fails for _, fails, _ in mine), sum(waived for _, _, waived in mine)


def _concerns_provider(finding: Finding, edge: Edge) -> bool:
    flaw = finding.flaw
    same_pair = (flaw.consumer or edge.pair.consumer) == edge.pair.consumer
    same_operation = not flaw.operation or flaw.operation == edge.operation
    return flaw.service == edge.pair.provider and same_pair and same_operation


def _concerns_fit(finding: Finding, edge: Edge) -> bool:
    same_operation = finding.flaw.operation in ("", edge.operation)
    return same_operation and _concerns_consumer(finding, edge)


def _concerns_consumer(finding: Finding, edge: Edge) -> bool:
    flaw = finding.flaw
    if not flaw.consumer:
        return flaw.service == edge.pair.consumer
    same_pair = (flaw.consumer, flaw.service) == (edge.pair.consumer, edge.pair.provider)
    return same_pair and (not flaw.operation or flaw.operation == edge.operation)
