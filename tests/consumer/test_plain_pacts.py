"""Tests of plain pact-python are full citizens, with no line changed."""

from __future__ import annotations

import pytest

from tests.consumer.support import CLIENT, PLAIN, declared, descriptions, run, run_apart

pytest_plugins = ["pytester"]

PER_TEST = """
@pytest.fixture
def pact():
    pact = Pact("web", "inventory")
    yield pact
    pact.write_file("pacts")

@pytest.mark.parametrize("number", range(12))
def test_stock(pact, number):
    ask(told(pact, f"stock {number:02}"), "/stock")
"""


def test_a_pact_goes_where_its_test_wants_it(pytester: pytest.Pytester) -> None:
    """Interactions of many tests come together in the directory that the tests name."""
    pytester.makepyfile(PLAIN + PER_TEST)
    result = run(pytester)
    result.assert_outcomes(passed=12)
    result.stdout.fnmatch_lines(["pacts/web-inventory.json written: 12 interactions"])
    expected = [f"stock {number:02}" for number in range(12)]
    assert descriptions(pytester.path / "pacts/web-inventory.json") == expected


def test_a_failing_test_does_not_write(pytester: pytest.Pytester) -> None:
    """pact-python writes in teardown even after a failure; here the file stays as it was."""
    pytester.makepyfile(PLAIN + PER_TEST + "    assert number != 5\n")
    result = run(pytester)
    result.stdout.fnmatch_lines(["pacts/web-inventory.json left alone: 1 test failed"])
    assert not (pytester.path / "pacts").exists()


@pytest.mark.parametrize("broken", ["before", "in setup", "skipped"])
def test_a_test_that_never_came_to_its_pact_counts(pytester: pytest.Pytester, broken: str) -> None:
    """A plain test that ended before it told its pair leaves the pair's pact alone."""
    tests = {
        "before": "\ndef test_early():\n    assert 0\n    Pact('web', 'inventory')\n",
        "in setup": "\n@pytest.fixture\ndef bad(): assert 0\ndef test_early(bad): ...\n",
        "skipped": "\n@pytest.mark.skip\ndef test_early(pact): ...\n",
    }
    pytester.makepyfile(PLAIN + PER_TEST + tests[broken])
    run(pytester).stdout.fnmatch_lines(["pacts/web-inventory.json left alone: 1 test *"])


@pytest.mark.parametrize("scope", ["module", "session"])
@pytest.mark.parametrize(
    "write", ["pact.write_file('out')", "pact.write_file('out', overwrite=True)"]
)
def test_shared_pacts(pytester: pytest.Pytester, scope: str, write: str) -> None:
    """A pact that many tests share is written once, whatever its fixture's scope."""
    source = f"""
@pytest.fixture(scope="{scope}")
def shared():
    pact = Pact("web", "inventory")
    yield pact
    {write}

def test_one(shared): ask(told(shared, "one"), "/stock")
def test_two(shared): ask(told(shared, "two", "/two"), "/two") if False else None
"""
    pytester.makepyfile(PLAIN + source)
    run(pytester).assert_outcomes(passed=2)
    assert descriptions(pytester.path / "out/web-inventory.json") == ["one"]


def test_other_ways_to_write(pytester: pytest.Pytester) -> None:
    """The server's own write_file, no directory, a relative one, and a late import are all kept."""
    source = """
import os

def test_server_writes():
    pact = told(Pact("web", "server"), "one")
    with pact.serve() as server:
        urllib.request.urlopen(f"{server.url}/stock").read()
        server.write_file("out")

def test_no_directory(monkeypatch, tmp_path):
    pact = told(Pact("web", "here"), "one")
    ask(pact, "/stock")
    pact.write_file()
"""
    late = """
def test_late():
    from pact import Pact
    pact = Pact("web", "late")
    pact.upon_receiving("m", "Async").with_body({"id": 1}, "application/json")
    pact.verify(lambda body, metadata: None, "Async")
    pact.write_file("out")
"""
    pytester.makepyfile(test_late=late)
    run_apart(pytester).assert_outcomes(passed=1)
    assert descriptions(pytester.path / "out/web-late.json") == ["m"]
    pytester.makepyfile(test_plain=PLAIN + source)
    run(pytester).assert_outcomes(passed=3)
    assert descriptions(pytester.path / "out/web-server.json") == ["one"]
    assert descriptions(pytester.path / "web-here.json") == ["one"]


def test_a_description_told_differently_in_two_tests(pytester: pytest.Pytester) -> None:
    """pact-python would keep the last and drop the first; here the run fails and names both."""
    source = """
@pytest.mark.parametrize("path", ["/a", "/b"])
def test_stock(path):
    pact = told(Pact("web", "inventory"), "stock", path)
    ask(pact, path)
    pact.write_file("pacts")
"""
    pytester.makepyfile(PLAIN + source)
    result = run(pytester)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*'stock' is told twice and differently, in *test_stock* and *"])
    assert not (pytester.path / "pacts").exists()


def test_declared_and_plain_tests_share_a_pact(pytester: pytest.Pytester) -> None:
    """Both kinds of tests of one pair come together in one file, in one order."""
    plain = """
def test_plain():
    pact = told(Pact("orders", "inventory"), "beside")
    ask(pact, "/stock")
    pact.write_file("contracts/pacts")
"""
    pytester.makepyfile(test_a=CLIENT + declared("one"), test_b=PLAIN + plain)
    run(pytester).assert_outcomes(passed=2)
    path = pytester.path / "contracts/pacts/orders-inventory.json"
    assert descriptions(path) == ["beside", "one"]


def test_a_temporary_directory_is_the_test_s_own(pytester: pytest.Pytester) -> None:
    """A test that writes a pact to read it again finds it, and no run writes it anywhere else."""
    source = """
def test_reads_again(tmp_path):
    pact = told(Pact("web", "inventory"), "stock")
    ask(pact, "/stock")
    pact.write_file(tmp_path)
    assert (tmp_path / "web-inventory.json").exists()
"""
    pytester.makepyfile(PLAIN + source)
    result = run(pytester, "--basetemp", str(pytester.path.parent / "apart"))
    result.assert_outcomes(passed=1)
    assert "pacts" not in result.stdout.str()


def test_pact_python_is_given_back(pytester: pytest.Pytester) -> None:
    """After a run pact-python is as it was."""
    from pact.pact import Pact, PactServer

    before = (Pact.write_file, PactServer.write_file, Pact.upon_receiving)
    pytester.makepyfile(PLAIN + PER_TEST)
    run(pytester)
    assert (Pact.write_file, PactServer.write_file, Pact.upon_receiving) == before
