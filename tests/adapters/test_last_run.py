"""What is kept of a run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.adapters.last_run import keep_run, read_name, read_run
from harness.domain.edge import Leg, LegStatus
from harness.domain.finding import Named
from tests.reports.samples import BROKEN_PROMISE, FAILED, PASSED


def test_the_names_of_the_last_run_are_known(tmp_path: Path) -> None:
    """A finding is known by what the last run called it, until a run that did not find it."""
    keep_run(FAILED, tmp_path)
    known = read_name(BROKEN_PROMISE.fingerprint, tmp_path)
    keep_run(PASSED, tmp_path)

    assert known == Named(
        BROKEN_PROMISE.fingerprint,
        "interaction-not-honoured",
        "orders:inventory",
        "team-inventory",
    )
    assert read_name(BROKEN_PROMISE.fingerprint, tmp_path) is None


def test_how_the_edges_stood_is_known(tmp_path: Path) -> None:
    """Every edge comes back with its legs and their counts."""
    keep_run(FAILED, tmp_path, is_whole=False)
    kept = read_run(tmp_path)

    assert kept is not None
    assert (kept.status, kept.is_whole) == ("failed", False)
    assert [one.edge for one in kept.edges] == [one.edge for one in FAILED.edges]
    provider = kept.edges[0].legs[0]
    assert (provider.leg, provider.status, provider.findings) == (
        Leg.PROVIDER,
        LegStatus.FAILED,
        2,
    )


@pytest.mark.parametrize(
    "record",
    [
        "damaged",
        "[]",
        json.dumps({"contract-harness-findings": 1, "findings": {}}),
        json.dumps({"status": "passed", "whole": True, "edges": [{"consumer": "a"}]}),
        json.dumps({"status": "passed", "whole": True, "edges": None}),
    ],
)
def test_a_record_that_cannot_be_read_is_none(tmp_path: Path, record: str) -> None:
    """A damaged record, or one that an earlier version wrote, says nothing of edges."""
    (tmp_path / "last-run.json").write_text(record, "utf-8")

    assert read_run(tmp_path) is None
    assert read_name(BROKEN_PROMISE.fingerprint, tmp_path) is None


def test_nothing_is_known_before_the_first_run(tmp_path: Path) -> None:
    """Without a record there is neither a name nor an edge."""
    assert read_run(tmp_path) is None
    assert read_name(BROKEN_PROMISE.fingerprint, tmp_path) is None
