"""Shards of a run, merged, give the verdict of one machine."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from tests.gate.test_reuse import two
from tests.gate.workspaces import Ended, Place

pytestmark = pytest.mark.tools
__all__ = ["two"]


@pytest.mark.slow
def test_four_shards_are_one_run(two: Place, tmp_path: Path) -> None:
    """Merged they find what one run finds, and tell every edge as it does."""
    whole = two.gate("--evidence", str(tmp_path / "one"))
    files = [f"shard-{index}.jsonl" for index in range(1, 5)]
    told = ""
    for index, file in enumerate(files, 1):
        ended = two.run(
            *("gate", "--examples", "3", "--shard", f"{index}/4", "--output", f"evidence={file}"),
            *("--evidence", str(tmp_path / f"of {index}")),
        )
        assert ended.code == 0, ended.text
        told += ended.out
        assert stat.S_IMODE((two.root / file).stat().st_mode) == 0o600
    merged = report(two, *files)

    assert whole.code == merged.code == 1
    assert whole.report["findings"] == merged.report["findings"]
    assert whole.report["edges"] == merged.report["edges"]
    assert {one["id"] for one in whole.report["steps"]} == {
        one["id"] for one in merged.report["steps"]
    }
    assert "nothing is judged yet" in told

    partial = report(two, *files[1:])
    assert "shard 1/4" in partial.reasons
    (two.root / files[0]).write_bytes((two.root / files[1]).read_bytes()[:-40])
    damaged = report(two, *files)
    assert damaged.code == 2
    assert "shard-1.jsonl is damaged" in damaged.err


def test_a_shard_writes_evidence_and_no_report(two: Place) -> None:
    """A report of a part would look like one of the whole."""
    bare = two.run("gate", "--shard", "1/2")
    judged = two.run("gate", "--shard", "1/2", "--output", "json=x.json")
    wrong = two.run("gate", "--shard", "3/2")
    whole = two.run("merge", "x", "--output", "evidence=x.jsonl")

    assert {bare.code, judged.code, wrong.code, whole.code} == {2}
    assert "--output evidence=shard-1.jsonl" in bare.err
    assert "2/4 for the second of four" in wrong.err
    assert "cannot read x" in whole.err


def test_the_matrix_is_what_a_pipeline_reads(two: Place) -> None:
    """One job for each shard, for either maker of pipelines."""
    github = two.run("shards", "--count", "3")
    gitlab = two.run("shards", "--count", "2", "--format", "gitlab")

    assert json.loads(github.out) == {"shard": ["1/3", "2/3", "3/3"]}
    assert 'SHARD: ["1/2", "2/2"]' in gitlab.out
    assert "shard 1/3: " in github.err


def report(place: Place, *files: str) -> Ended:
    """Merge, and read the report."""
    written = place.root.parent / "merged.json"
    written.unlink(missing_ok=True)
    ended = place.run("merge", *files, "--output", f"json={written}")
    told = json.loads(written.read_text("utf-8")) if written.exists() else {}
    return Ended(ended.code, ended.out, ended.err, told)
