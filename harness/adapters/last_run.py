"""What a run found and saw, for whoever comes later: kept by the gate, or of a JSON report."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from harness.adapters.workspace_files import write_atomically
from harness.domain.edge import Edge, EdgeReport, Leg, LegReport, LegStatus, Pair
from harness.domain.errors import Misused
from harness.domain.finding import Identity, Named
from harness.domain.kept_run import KeptRun
from harness.domain.policy import Severity
from harness.domain.verdict import Status

_FILE = "last-run.json"
_VERSION = 2
_REPORT = "contract-harness-report"


def keep_run(run: KeptRun, state_directory: Path) -> None:
    """Keep what a run found and how every edge stands, in place of the run before."""
    record = {
        "contract-harness-run": _VERSION,
        "status": run.status.value,
        "whole": run.is_whole,
        "complete": run.is_complete,
        "seed": run.seed,
        "examples": run.examples,
        "findings": {one.fingerprint: _record(one) for one in run.findings},
        "edges": [_written(one) for one in run.edges],
    }
    write_atomically(state_directory / _FILE, json.dumps(record, indent=2) + "\n")


def read_name(fingerprint: str, state_directory: Path) -> Named | None:
    """Give what the last run knew of a finding; nothing where it, or its record, is not there."""
    found = read_run(state_directory)
    return found.finding(fingerprint) if found else None


def read_run(state_directory: Path) -> KeptRun | None:
    """Give what the last run found; nothing where it left no record that can be read."""
    try:
        record = json.loads((state_directory / _FILE).read_text("utf-8"))
        if record["contract-harness-run"] != _VERSION:
            return None
        return _run(record, [_named(name, one) for name, one in record["findings"].items()])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def read_report(file: Path) -> KeptRun:
    """
    Give what the run of a JSON report found.

    Raises: Misused, where the file is no such report.
    """
    try:
        report = json.loads(file.read_text("utf-8"))
        if report["format"]["name"] != _REPORT:
            raise KeyError
        return _run({**report, "whole": report["complete"]}, map(_of_report, report["findings"]))
    except OSError as error:
        raise Misused(f"cannot read {file}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Misused(
            f"{file}: expected the JSON report of this version's gate, saw something else",
            hint=f"harness gate --output json={file}",
        ) from None


def _written(report: EdgeReport) -> Mapping[str, object]:
    edge = report.edge
    return {
        "consumer": edge.pair.consumer,
        "provider": edge.pair.provider,
        "operation": edge.operation,
        "legs": [
            {
                "leg": one.leg.value,
                "status": one.status.value,
                "interactions": one.interactions,
                "cases": one.cases,
                "findings": one.findings,
            }
            for one in report.legs
        ],
    }


def _edge(written: Mapping[str, Any]) -> EdgeReport:
    pair = Pair(str(written["consumer"]), str(written["provider"]))
    return EdgeReport(Edge(pair, str(written["operation"])), tuple(map(_leg, written["legs"])))


def _leg(written: Mapping[str, Any]) -> LegReport:
    counts = (written["interactions"], written["cases"], written["findings"])
    interactions, cases, findings = map(int, counts)
    status = LegStatus(written["status"])
    return LegReport(Leg(written["leg"]), status, interactions, cases, findings)


def _record(one: Named) -> Mapping[str, object]:
    identity = one.identity or Identity(one.check, one.subject)
    return {
        "check": one.check,
        "subject": one.subject,
        "owner": one.owner,
        "severity": one.severity.value,
        "operation": identity.operation,
        "path": identity.where,
        "identity": {"check": identity.check, "cause": identity.cause},
    }


def _run(record: Mapping[str, Any], findings: Iterable[Named]) -> KeptRun:
    return KeptRun(
        status=Status(record["status"]),
        edges=tuple(map(_edge, record["edges"])),
        findings=tuple(findings),
        is_whole=record["whole"] is True,
        is_complete=record["complete"] is True,
        seed=int(record["seed"]),
        examples=int(record["examples"]),
    )


def _of_report(one: Mapping[str, Any]) -> Named:
    subject = ":".join(name for name in (one["consumer"], one["service"]) if name)
    return _named(one["fingerprint"], {**one, "subject": subject})


def _named(fingerprint: str, one: Mapping[str, Any]) -> Named:
    by = one["identity"]
    return Named(
        fingerprint=fingerprint,
        check=str(one["check"]),
        subject=str(one["subject"]),
        owner=str(one["owner"] or ""),
        severity=Severity(one["severity"]),
        identity=Identity(
            *map(str, (by["check"], one["subject"], one["operation"], one["path"], by["cause"]))
        ),
    )
