"""What is kept of a run."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from harness.adapters.last_run import keep_run, read_name, read_run
from harness.domain.edge import Leg, LegStatus
from harness.domain.kept_run import kept
from harness.domain.verdict import Status
from tests.reports.samples import BROKEN_PROMISE, FAILED, PASSED


def test_the_names_of_the_last_run_are_known(tmp_path: Path) -> None:
    """A finding is known by what the last run called it, until a run that did not find it."""
    keep_run(kept(FAILED), tmp_path)
    known = read_name(BROKEN_PROMISE.fingerprint, tmp_path)
    keep_run(kept(PASSED), tmp_path)

    assert known == BROKEN_PROMISE.named
    assert known.identity is not None
    assert known.identity.fingerprint == BROKEN_PROMISE.fingerprint
    assert read_name(BROKEN_PROMISE.fingerprint, tmp_path) is None


def test_how_the_edges_stood_is_known(tmp_path: Path) -> None:
    """Every edge comes back with its legs and their counts."""
    keep_run(kept(replace(FAILED, is_slice=True)), tmp_path)

    found = read_run(tmp_path)

    assert found is not None
    assert (found.status, found.is_whole) == (Status.FAILED, False)
    assert [one.edge for one in found.edges] == [one.edge for one in FAILED.edges]
    provider = found.edges[0].legs[0]
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
