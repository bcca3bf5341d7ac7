"""The verdict for programs; `report.schema.json` beside this file describes it."""

from __future__ import annotations

from importlib.resources import files

from harness import __version__
from harness.domain.edge import EdgeReport, LegReport
from harness.domain.evidence import Unobserved
from harness.domain.fetched import ResultsTold
from harness.domain.finding import Finding
from harness.domain.json import Json
from harness.domain.policy import Mode, Severity
from harness.domain.snapshot import SnapshotUse
from harness.domain.traffic import Exchange, OperationExercised
from harness.domain.verdict import StepReport, Verdict
from harness.domain.waiver import Waiver, WaiverReport
from harness.reports.json_text import json_text
from harness.reports.words import cases, depth_counts, flaky, replies, waived

FORMAT = "contract-harness-report"
FORMAT_VERSION = "1.6"


def render(verdict: Verdict) -> str:
    """Write the report."""
    return json_text(_verdict(verdict))


def schema_text() -> str:
    """Give the JSON Schema of the report."""
    return files("harness.reports").joinpath("report.schema.json").read_text("utf-8")


def _verdict(verdict: Verdict) -> Json:
    return {
        "format": {"name": FORMAT, "version": FORMAT_VERSION},
        "tool": {"name": "contract-harness", "version": __version__},
        "status": verdict.status.value,
        "exit_code": verdict.exit_code,
        "mode": (Mode.ADVISORY if verdict.advisory else Mode.ENFORCING).value,
        "complete": verdict.is_complete,
        "seed": verdict.seed,
        "examples": verdict.examples,
        "elapsed_ms": verdict.elapsed_ms,
        "counts": {
            "errors": verdict.count(Severity.ERROR),
            "warnings": verdict.count(Severity.WARNING),
            "information": verdict.count(Severity.INFORMATION),
            "flaky": flaky(verdict),
            "waived": waived(verdict),
            "edges": len(verdict.edges),
            "interactions": verdict.interactions,
            "cases": cases(verdict),
            "replies": replies(verdict),
        },
        "snapshot": _snapshot(verdict.snapshot),
        "results": [_results(one) for one in verdict.results],
        "depth": {depth.value: count for depth, count in depth_counts(verdict).items()},
        "edges": [_edge(one) for one in verdict.edges],
        "findings": [_finding(one) for one in verdict.findings],
        "reasons": [_unobserved(one) for one in verdict.reasons],
        "steps": [_step(one) for one in verdict.steps],
        "operations": [_operation(one) for one in verdict.operations],
        "left_out": [{"what": one.what, "why": one.why} for one in verdict.left_out],
        "waivers": [_waiver_report(one) for one in verdict.waivers],
        "renamings": [
            {"old": one.old, "new": one.new, "entries": one.entries} for one in verdict.renamings
        ],
    }


def _results(one: ResultsTold) -> Json:
    return {
        "broker": one.broker,
        "version": one.version,
        "branch": one.branch,
        "pacts": one.count,
        "published": not one.why_not,
        "reason": one.why_not,
    }


def _snapshot(one: SnapshotUse | None) -> Json:
    if one is None:
        return None
    return {
        "file": one.shown,
        "made_at": one.made_at,
        "commit": one.commit or None,
        "clean": one.is_clean,
        "age_days": one.age_days,
        "taken": list(one.taken),
    }


def _edge(report: EdgeReport) -> Json:
    return {
        "consumer": report.edge.pair.consumer,
        "provider": report.edge.pair.provider,
        "operation": report.edge.operation,
        "legs": [_leg(one) for one in report.legs],
    }


def _leg(report: LegReport) -> Json:
    return {
        "leg": report.leg.value,
        "status": report.status.value,
        "interactions": report.interactions,
        "cases": report.cases,
        "typed": report.typed,
        "findings": report.findings,
        "proven": report.proven,
        "waived": report.waived,
        "reason": report.reason,
        **({"brokers": list(report.brokers)} if report.brokers else {}),
    }


def _finding(finding: Finding) -> Json:
    flaw = finding.flaw
    location = flaw.location
    return {
        "check": finding.check,
        "severity": finding.severity.value,
        "fingerprint": finding.fingerprint,
        "identity": _identity(finding),
        "leg": finding.leg.value if finding.leg else None,
        "service": flaw.service,
        "consumer": flaw.consumer or None,
        "owner": finding.owner or None,
        "operation": flaw.operation,
        "path": flaw.where,
        "message": flaw.message,
        "expected": flaw.expected,
        "seen": flaw.seen,
        "witness": flaw.witness or None,
        "example": flaw.example or None,
        "hint": flaw.hint,
        "location": {"file": location.file, "line": location.line} if location else None,
        "confirmation": flaw.confirmation.value,
        "flaky": flaw.flaky,
        "pending": flaw.pending,
        "second_run": {"seen": flaw.seen_again, "exchanges": [_exchange(one) for one in flaw.again]}
        if flaw.flaky
        else None,
        "occurrences": flaw.occurrences,
        "exchanges": [_exchange(one) for one in flaw.exchanges],
        "detail": flaw.detail,
        "reproduce": finding.reproduce,
        "rules": list(finding.rules),
        "waiver": {**_waiver(finding.waiver), "expired": finding.expired}
        if finding.waiver
        else None,
    }


def _identity(finding: Finding) -> Json:
    """What the fingerprint holds beside subject, operation and path."""
    identity = finding.identity
    return {"check": identity.check, "cause": identity.cause}


def _waiver_report(report: WaiverReport) -> Json:
    return {**_waiver(report.waiver), "status": report.standing.value}


def _waiver(waiver: Waiver) -> dict[str, Json]:
    return {
        "fingerprint": waiver.fingerprint,
        "consumer": waiver.consumer or None,
        "until": waiver.until.isoformat() if waiver.until else None,
        "reason": waiver.reason,
        "owner": waiver.owner or None,
    }


def _exchange(exchange: Exchange) -> Json:
    request, reply = exchange.request, exchange.reply
    return {
        "request": {
            "method": request.method,
            "url": request.url,
            "headers": _headers(request.headers),
            "body": request.body,
            "body_is_base64": request.body_is_base64,
        },
        "reply": {
            "status": reply.status,
            "headers": _headers(reply.headers),
            "body": reply.body,
        },
    }


def _headers(headers: tuple[tuple[str, str], ...]) -> Json:
    return [[name, value] for name, value in headers]


def _unobserved(one: Unobserved) -> Json:
    return {"what": one.what, "reason": one.reason, "hint": one.hint, "detail": one.detail}


def _step(step: StepReport) -> Json:
    return {
        "id": step.id,
        "why": step.why,
        "elapsed_ms": step.elapsed_ms,
        "evidence": step.evidence,
        "unobserved": [_unobserved(one) for one in step.unobserved],
        "reused": {
            "by": step.reused.by,
            "at": step.reused.at,
            "elapsed_ms": step.reused.elapsed_ms,
        }
        if step.reused
        else None,
        "note": step.note,
    }


def _operation(one: OperationExercised) -> Json:
    return {
        "service": one.service,
        "operation": one.operation,
        "accepted": one.accepted,
        "rejected": one.rejected,
        "unauthorised": one.unauthorised,
        "not_found": one.not_found,
        "failed": one.failed,
        "depth": one.depth.value,
    }
