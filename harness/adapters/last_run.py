"""What the last run found and saw, for whoever names a finding or draws the map."""

from __future__ import annotations

import json
from pathlib import Path

from harness.adapters.workspace_files import write_atomically
from harness.domain.edge import Edge, EdgeReport, Leg, LegReport, LegStatus, Pair
from harness.domain.finding import Named
from harness.domain.json import Json
from harness.domain.service_map import KeptRun
from harness.domain.verdict import Verdict

_FILE = "last-run.json"


def keep_run(verdict: Verdict, state_directory: Path, *, is_whole: bool = True) -> None:
    """Keep the name of every finding and how every edge stands, in place of the run before."""
    path = state_directory / _FILE
    if not (verdict.findings or verdict.edges or path.exists()):
        return
    record: Json = {
        "contract-harness-findings": 1,
        "status": verdict.status.value,
        "whole": is_whole,
        "findings": {
            one.fingerprint: {"check": one.check, "subject": one.subject, "owner": one.owner}
            for one in verdict.findings
        },
        "edges": [_written(one) for one in verdict.edges],
    }
    write_atomically(path, json.dumps(record, indent=2) + "\n")


def read_name(fingerprint: str, state_directory: Path) -> Named | None:
    """Give what the last run knew of a finding; nothing where it, or its record, is not there."""
    try:
        record = json.loads((state_directory / _FILE).read_text("utf-8"))
        found = record["findings"][fingerprint]
        return Named(fingerprint, str(found["check"]), str(found["subject"]), str(found["owner"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def read_run(state_directory: Path) -> KeptRun | None:
    """Give how the edges stood in the last run; nothing where its record is not there."""
    try:
        record = json.loads((state_directory / _FILE).read_text("utf-8"))
        edges = tuple(_read(one) for one in record["edges"])
        return KeptRun(str(record["status"]), edges, is_whole=bool(record["whole"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _written(report: EdgeReport) -> Json:
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


def _read(written: dict[str, Json]) -> EdgeReport:
    pair = Pair(str(written["consumer"]), str(written["provider"]))
    legs = written["legs"]
    if not isinstance(legs, list):
        raise TypeError("expected a list of legs")
    return EdgeReport(Edge(pair, str(written["operation"])), tuple(_leg(one) for one in legs))


def _leg(written: Json) -> LegReport:
    if not isinstance(written, dict):
        raise TypeError("expected an object")
    counts = (written["interactions"], written["cases"], written["findings"])
    interactions, cases, findings = (int(str(one)) for one in counts)
    status = LegStatus(written["status"])
    return LegReport(Leg(written["leg"]), status, interactions, cases, findings)
