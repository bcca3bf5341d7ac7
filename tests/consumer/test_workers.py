"""The number of workers is no part of a pact."""

from __future__ import annotations

import pytest

from tests.consumer.support import CLIENT, PLAIN, declared, run_apart
from tests.consumer.test_plain_pacts import PER_TEST

pytest_plugins = ["pytester"]


def test_bytes_are_the_same_with_any_number_of_workers(pytester: pytest.Pytester) -> None:
    """None, two or eight workers write the same bytes, of declared and of plain tests."""
    pytest.importorskip("xdist", reason="pytest-xdist is not installed")
    many = "".join(declared(f"sku {number:02}") for number in range(20))
    pytester.makepyfile(test_a=CLIENT + many, test_b=PLAIN + PER_TEST)
    seen = set()
    for workers in ("0", "2", "8"):
        directory = pytester.path / workers
        run_apart(pytester, "-n", workers, "--pact-dir", workers).assert_outcomes(passed=32)
        plain = pytester.path / "pacts/web-inventory.json"
        seen.add(((directory / "orders-inventory.json").read_bytes(), plain.read_bytes()))
        plain.unlink()
    assert len(seen) == 1


def test_workers_tell_what_went_wrong(pytester: pytest.Pytester) -> None:
    """With workers too, repeats fail, failures keep pacts alone, and the last line says why."""
    pytest.importorskip("xdist", reason="pytest-xdist is not installed")
    pytester.makepyfile(
        CLIENT
        + declared("one")
        + declared("two")
        + declared("one").replace("def test_one", "def test_again")
    )
    result = run_apart(pytester, "-n", "2")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines_random(
        ["*is declared twice*", "contracts/pacts/orders-inventory.json left alone: 1 test failed"]
    )


def test_a_lost_worker_leaves_pacts_alone(pytester: pytest.Pytester) -> None:
    """What a worker that died had seen is gone; nothing is written from the rest."""
    pytest.importorskip("xdist", reason="pytest-xdist is not installed")
    pytester.makepyfile(CLIENT + declared("one") + declared("two", body="import os; os._exit(9)"))
    result = run_apart(pytester, "-n", "2", "--max-worker-restart", "0")
    assert result.ret != 0
    assert not (pytester.path / "contracts/pacts/orders-inventory.json").exists()
