"""The evidence of a run is whole, machine-readable, and tells where to look."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.consumer.support import CLIENT, PLAIN, declared, run, run_apart
from tests.consumer.test_plain_pacts import PER_TEST

pytest_plugins = ["pytester"]


def lines(pytester: pytest.Pytester, kind: str) -> list[dict[str, Any]]:
    """The lines of one kind."""
    text = (pytester.path / "out/evidence.jsonl").read_text()
    told = [json.loads(line) for line in text.splitlines()]
    assert told[0] == {"kind": "evidence", "v": 1}
    assert told[-1]["kind"] == "run"
    return [each for each in told if each["kind"] == kind]


FAILING = """
def helper():
    raise KeyError("gone")

@inventory.expects("failing", request=get("/a"), response=reply(200, 1))
def test_failing(provider):
    helper()

@pytest.mark.skip(reason="not today")
@inventory.expects("skipped", request=get("/a"), response=reply(200, 1))
def test_skipped(provider): ...

def test_other(): ...
"""


@pytest.mark.parametrize("workers", ["0", "2"])
def test_every_test_has_a_line(pytester: pytest.Pytester, workers: str) -> None:
    """Outcome, time, message, place and pairs of each test, with workers as without."""
    pytester.makepyfile(test_a=CLIENT + declared("known") + declared("lost", body="pass") + FAILING)
    run_apart(pytester, "-n", workers, "--harness-evidence", "out/evidence.jsonl")
    told = {each["nodeid"].partition("::")[2]: each for each in lines(pytester, "test")}
    source = (pytester.path / "test_a.py").read_text().splitlines()
    assert {name: each["outcome"] for name, each in told.items()} == {
        "test_known": "passed",
        "test_lost": "failed",
        "test_failing": "failed",
        "test_skipped": "skipped",
        "test_other": "passed",
    }
    failing, lost = told["test_failing"], told["test_lost"]
    assert failing["message"] == "KeyError: 'gone'"
    assert "raise KeyError" in source[failing["line"] - 1]
    assert failing["file"] == lost["file"] == "test_a.py"
    assert lost["message"].startswith("the client never sent what it declared")
    assert told["test_skipped"]["message"] == "Skipped: not today"
    assert told["test_known"]["pairs"] == [["orders", "inventory"]]
    assert (told["test_known"]["declared"], told["test_other"]["declared"]) == (True, False)
    assert told["test_other"]["pairs"] == []
    assert all(each["duration_ms"] >= 0 for each in told.values())


def test_every_pact_has_a_line(pytester: pytest.Pytester) -> None:
    """Path, content, and whether and why not it may be written, though nothing is written."""
    pytester.makepyfile(
        test_a=CLIENT + declared("known"),
        test_b=CLIENT.replace('"orders"', '"shop"') + declared("lost", body="assert 0"),
        test_c=PLAIN + PER_TEST,
    )
    run(pytester, "--pact-dry-run", "--harness-evidence", "out/evidence.jsonl")
    told = {each["consumer"]: each for each in lines(pytester, "pact")}
    known, lost, plain = told["orders"], told["shop"], told["web"]
    assert known["path"] == str(pytester.path / "contracts/pacts/orders-inventory.json")
    assert plain["path"] == str(pytester.path / "pacts/web-inventory.json")
    assert (known["complete"], known["why_not"]) == (True, "")
    assert (lost["complete"], lost["why_not"], lost["content"]) == (False, "1 test failed", None)
    assert (known["red"], lost["red"]) == (False, True)
    assert known["content"]["interactions"][0]["description"] == "known"
    assert known["interactions"] == [
        {
            "location": "$.interactions[0]",
            "description": "known",
            "states": [],
            "nodeid": "test_a.py::test_known",
        }
    ]
    assert len(plain["interactions"]) == 12
    assert not (pytester.path / "pacts").exists()
    assert lines(pytester, "run")[0]["exit_status"] == 1


def test_evidence_of_a_run_that_could_not_begin(pytester: pytest.Pytester) -> None:
    """A file that does not import is told as the reason of a run that is not whole."""
    pytester.makepyfile(test_a="import not_there_at_all")
    run(pytester, "--harness-evidence", "out/evidence.jsonl")
    (told,) = lines(pytester, "run")
    assert not told["whole"]
    assert "test_a.py could not be collected" in told["why_not"]
