"""The words that several reports have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from harness.domain.edge import Leg, LegReport, LegStatus
from harness.domain.evidence import Unobserved
from harness.domain.fetched import ResultsTold
from harness.domain.policy import Severity
from harness.domain.traffic import Depth
from harness.domain.verdict import Status, StepReport, Verdict
from harness.domain.waiver import Waiver

EXITS = {
    Status.PASSED: "exit 0",
    Status.FAILED: "exit 1: findings",
    Status.INCONCLUSIVE: "exit 3: not all that is required was seen",
    Status.BROKEN: "exit 4: a check itself broke",
    Status.INTERRUPTED: "exit 130: interrupted",
}


ADVISORY = (
    "advisory: the verdict is true and the exit code is softened to 0, as `mode` of the policy says"
)

SECOND_RUN = "the second run, which began afresh, did not show it:"

DEPTHS = {
    Depth.ACCEPTED: "accepted",
    Depth.REJECTED: "rejected",
    Depth.ONLY_UNAUTHORISED: "only 401, 403",
    Depth.ONLY_NOT_FOUND: "only 404",
    Depth.ONLY_FAILURES: "only failures",
    Depth.NEVER_REACHED: "never reached",
}

LEGEND = (
    "pact: interactions · fuzz: generated requests · tried: values of schemas · "
    "replies: put to the consumer · types: type-checked"
)


def counted(number: int, noun: str) -> str:
    """Write a number with its noun."""
    plural = f"{noun}es" if noun.endswith("ch") else f"{noun}s"
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else plural
    return f"{number:,} {noun if number == 1 else plural}"


def seconds(elapsed_ms: int) -> str:
    """Write a duration for people."""
    if elapsed_ms < 60_000:
        return f"{elapsed_ms / 1000:.1f} s"
    minutes, rest = divmod(round(elapsed_ms / 1000), 60)
    return f"{minutes} min {rest:02d} s"


def leg_words(leg: LegReport) -> str:
    """Say what one leg has: its status, and the evidence counted (`LEGEND` tells the words)."""
    parts: list[str] = []
    if leg.leg is Leg.FIT:
        parts += _of_fit(leg)
    else:
        parts += [f"{leg.interactions:,} pact"] if leg.interactions else []
        what = "replies" if leg.leg is Leg.CONSUMER else "fuzz"
        parts += [f"{leg.cases:,} {what}"] if leg.cases else []
    if leg.typed:
        parts.append("types")
    parts += [f"over {broker}" for broker in leg.brokers]
    if leg.waived:
        parts.append(f"{leg.waived:,} waived")
    if leg.status is LegStatus.FAILED and leg.findings:
        parts.insert(0, counted(leg.findings, "finding"))
    if not parts or leg.status in (LegStatus.MISSING, LegStatus.NOT_LOOKED_AT):
        return leg.status.value
    return f"{leg.status.value} {', '.join(parts)}"


def _of_fit(leg: LegReport) -> Iterator[str]:
    """Count what was compared: how much of it is proven, and what was tried of the rest."""
    if leg.interactions:
        yield f"{leg.interactions:,} pact"
    if leg.proven and leg.status is not LegStatus.PROVEN:
        yield f"{leg.proven:,} proven"
    if leg.cases:
        yield f"{leg.cases:,} tried"


def cases(verdict: Verdict) -> int:
    """Count the generated requests of a run."""
    return sum(operation.cases for operation in verdict.operations)


def replies(verdict: Verdict) -> int:
    """Count the replies that were put to consumers."""
    legs = (leg for report in verdict.edges for leg in report.legs)
    return sum(leg.cases for leg in legs if leg.leg is Leg.CONSUMER)


def proven(verdict: Verdict) -> int:
    """Count the interactions whose words are proven to fit."""
    return sum(leg.proven for report in verdict.edges for leg in report.legs)


def flaky(verdict: Verdict) -> int:
    """Count the findings that did not come back, those left out that somebody answers for."""
    return sum(1 for one in verdict.findings if one.flaw.flaky and not one.is_waived)


def reused(verdict: Verdict) -> str:
    """Say how many steps earlier runs have answered, and who ran them; nothing where none has."""
    found = [step.reused for step in verdict.steps if step.reused]
    if not found:
        return ""
    who = ", ".join(sorted({one.by for one in found}))
    return f"reused: {len(found):,} of {counted(len(verdict.steps), 'step')}, computed by {who}"


def results_words(verdict: Verdict) -> list[str]:
    """Say of results of published pacts whether others know them, a line for each."""
    return [_results(one) for one in verdict.results]


def _results(one: ResultsTold) -> str:
    what = f"results of {counted(one.count, 'pact')}"
    if one.why_not:
        return f"not published: {what}: {one.why_not}"
    branch = f" of branch {one.branch}" if one.branch else ""
    return f"published: {what}, as version {one.version}{branch}, at {one.broker}"


def snapshot_words(verdict: Verdict) -> str:
    """Say what was taken from a snapshot, of when and of which commit; nothing without one."""
    one = verdict.snapshot
    if one is None:
        return ""
    age = {None: "", 0: ", today", 1: ", 1 day ago"}.get(one.age_days, f", {one.age_days} days ago")
    of = commit_words(one.commit, is_clean=one.is_clean)
    taken = (
        f"{counted(len(one.taken), 'file')} taken from it" if one.taken else "nothing was lacking"
    )
    return f"snapshot: {one.shown} of {of}, made at {one.made_at}{age}: {taken}"


def commit_words(commit: str, *, is_clean: bool) -> str:
    """Say which commit something was made of."""
    if not commit:
        return "no commit"
    return f"commit {commit[:12]}" + ("" if is_clean else " with changes")


def reuse_words(step: StepReport) -> str:
    """Say of one step who saw what it rests on, or why that is not kept."""
    if step.reused:
        took = seconds(step.reused.elapsed_ms)
        return f"reused: seen by {step.reused.by} at {step.reused.at} in {took}"
    return f"evidence not reused: {step.note}" if step.note else ""


def waived(verdict: Verdict) -> int:
    """Count the findings that somebody answers for."""
    return sum(1 for finding in verdict.findings if finding.is_waived)


def without_a_day(verdict: Verdict) -> int:
    """Count the findings that somebody answers for without a last day."""
    return sum(1 for one in verdict.findings if one.waiver and not one.waiver.until)


def depth_counts(verdict: Verdict) -> dict[Depth, int]:
    """Count the operations that generated requests were meant for, by how far these came."""
    counts = Counter(one.depth for one in verdict.operations)
    return {depth: counts[depth] for depth in Depth}


def depth_line(verdict: Verdict) -> str:
    """Say in one line how deep generated requests went; empty where none were to be made."""
    counts = depth_counts(verdict)
    total = len(verdict.operations)
    if not total:
        return ""
    taken = (
        f"depth: {counts.pop(Depth.ACCEPTED):,} of {counted(total, 'operation')} accepted a request"
    )
    others = (f"{count:,} {DEPTHS[depth]}" for depth, count in counts.items() if count)
    return " · ".join((taken, *others))


def waiver_words(waiver: Waiver, *, expired: bool) -> str:
    """Say until when somebody answers for a finding, who, and why."""
    who = f" by {waiver.owner}" if waiver.owner else ""
    if expired:
        return f"its waiver{who} expired on {waiver.until}: {waiver.reason}"
    until = f"until {waiver.until}" if waiver.until else "without a last day"
    return f"waived{who} {until}: {waiver.reason}"


def verdict_line(verdict: Verdict) -> str:
    """Say the verdict in one line, with what it rests on."""
    return f"{verdict.status.value}: " + " · ".join(verdict_parts(verdict))


def verdict_parts(verdict: Verdict) -> tuple[str, str, str, str, str]:
    """Say what was found, what was seen, with which settings, how long it took, and the exit."""
    found = [
        counted(verdict.count(Severity.ERROR), "error"),
        counted(verdict.count(Severity.WARNING), "warning"),
    ]
    if verdict.count(Severity.INFORMATION):
        found.append(f"{verdict.count(Severity.INFORMATION):,} information")
    if flaky(verdict):
        found.append(f"{flaky(verdict):,} flaky")
    if waived(verdict):
        endless = without_a_day(verdict)
        note = f" ({endless:,} without a last day)" if endless else ""
        found.append(f"{waived(verdict):,} waived{note}")
    if verdict.reasons:
        found.append(f"{len(verdict.reasons):,} not observed")
    seen = [
        counted(len(verdict.edges), "edge"),
        counted(verdict.interactions, "interaction"),
        *([f"{proven(verdict):,} proven"] if proven(verdict) else []),
        counted(cases(verdict), "case"),
        *([f"{replies(verdict):,} replies"] if replies(verdict) else []),
    ]
    tried = f"seed {verdict.seed}, {counted(verdict.examples, 'example')}"
    took = seconds(verdict.elapsed_ms)
    return (", ".join(found), ", ".join(seen), tried, took, exit_words(verdict))


def exit_words(verdict: Verdict) -> str:
    """Say with which code the gate ends, and what an advisory one keeps to itself."""
    words = EXITS[verdict.status]
    if verdict.exit_code == verdict.true_exit_code:
        return words
    return f"exit {verdict.exit_code} as the policy is advisory, else {words}"


def notes(verdict: Verdict) -> tuple[Unobserved, ...]:
    """Gather what steps did not see and what the verdict does not rest on."""
    told = set(verdict.reasons)
    return tuple(
        dict.fromkeys(one for step in verdict.steps for one in step.unobserved if one not in told)
    )
