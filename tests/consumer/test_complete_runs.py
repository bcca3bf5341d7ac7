"""Pacts are written from complete and green runs of a consumer's tests, and from no others."""

from __future__ import annotations

import pytest

from tests.consumer.support import CLIENT, declared, descriptions, pact_path, run

pytest_plugins = ["pytester"]

OLD = "an older pact\n"
MARKS = "[pytest]\nmarkers =\n    slow: takes long\n"


def two_files(pytester: pytest.Pytester, *, first: str = "", second: str = "") -> None:
    """Two files of contracts, and a pact of an earlier run."""
    pytester.makeini(MARKS)
    pytester.makepyfile(
        test_a=CLIENT + declared("one") + first,
        test_b=CLIENT + declared("two") + second,
    )
    pact_path(pytester).parent.mkdir(parents=True)
    pact_path(pytester).write_text(OLD)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["-k", "one"], "1 test deselected"),
        (["-m", "slow"], "2 tests deselected"),
        (["--deselect", "test_b.py::test_two"], "1 test deselected"),
        (["test_a.py::test_one"], "single tests were asked for"),
        (["test_a.py"], "test_b.py was not collected"),
        (["--ignore", "test_b.py"], "test_b.py was not collected"),
        (["--collect-only"], "tests were only collected"),
        (["--pact-dry-run"], "not written (dry run): 2 interactions"),
    ],
)
def test_a_part_of_a_run_leaves_pacts_alone(
    pytester: pytest.Pytester, arguments: list[str], why: str
) -> None:
    """A narrowed run leaves the file as it was and says why in one line."""
    two_files(pytester)
    result = run(pytester, *arguments)
    assert pact_path(pytester).read_text() == OLD
    if "slow" not in arguments:
        result.stdout.fnmatch_lines([f"contracts/pacts/orders-inventory.json *{why}*"])


@pytest.mark.parametrize(
    ("test", "why"),
    [
        (declared("three", body="assert 0"), "1 test failed"),
        (declared("three", decorators="@pytest.mark.skip"), "1 test skipped"),
        (declared("three", decorators="@pytest.mark.xfail", body="assert 0"), "1 test xfailed"),
        ("\n@pytest.fixture\ndef broken(): assert 0\n\ndef test_e(broken): ...\n", "1 test error"),
        ("\ndef test_neighbour(): assert 0\n", "1 test failed"),
    ],
)
def test_a_run_that_is_not_green_leaves_pacts_alone(
    pytester: pytest.Pytester, test: str, why: str
) -> None:
    """A test that failed, erred, or was skipped keeps all of its consumer's pacts as they were."""
    two_files(pytester, second=test)
    result = run(pytester)
    assert pact_path(pytester).read_text() == OLD
    result.stdout.fnmatch_lines([f"contracts/pacts/orders-inventory.json left alone: {why}"])


def test_a_run_that_was_stopped_leaves_pacts_alone(pytester: pytest.Pytester) -> None:
    """After -x nobody knows what the rest would have said."""
    two_files(pytester, first=declared("three", body="assert 0"))
    result = run(pytester, "-x")
    assert pact_path(pytester).read_text() == OLD
    result.stdout.fnmatch_lines(["*left alone: the run was stopped*"])


def test_the_last_failures_alone_are_not_a_run(pytester: pytest.Pytester) -> None:
    """--lf runs what failed before; its green says nothing of the others."""
    two_files(pytester, second=declared("three", body="assert 0"))
    run(pytester)
    pytester.makepyfile(test_b=CLIENT + declared("two") + declared("three"))
    result = run(pytester, "--lf")
    result.stdout.fnmatch_lines(["*left alone: only the last failures were asked for*"])
    assert pact_path(pytester).read_text() == OLD


def test_a_file_that_cannot_be_collected_leaves_pacts_alone(pytester: pytest.Pytester) -> None:
    """A file that does not import may hold contracts; nothing is written without it."""
    two_files(pytester)
    pytester.makepyfile(test_c="import a_module_that_is_not_there")
    result = run(pytester, "--continue-on-collection-errors")
    assert pact_path(pytester).read_text() == OLD
    result.stdout.fnmatch_lines(["*left alone: test_c.py could not be collected*"])


def test_a_file_that_was_skipped_leaves_pacts_alone(pytester: pytest.Pytester) -> None:
    """A module that skips itself may hold contracts."""
    two_files(pytester)
    pytester.makepyfile(test_c='import pytest\npytest.importorskip("not_there_at_all")')
    result = run(pytester)
    assert pact_path(pytester).read_text() == OLD
    result.stdout.fnmatch_lines(["*left alone: test_c.py was skipped*"])


def test_a_green_run_writes_all_of_it(pytester: pytest.Pytester) -> None:
    """A complete green run replaces the file; what no test tells any more is gone from it."""
    two_files(pytester)
    result = run(pytester)
    result.stdout.fnmatch_lines(["contracts/pacts/orders-inventory.json written: 2 interactions"])
    assert descriptions(pact_path(pytester)) == ["one", "two"]
    assert pact_path(pytester).read_bytes().endswith(b"}\n")
    run(pytester).stdout.fnmatch_lines(["*unchanged: 2 interactions"])


def test_what_stands_elsewhere_does_not_matter(pytester: pytest.Pytester) -> None:
    """Another consumer's failure, and tests of another directory, leave this consumer's alone."""
    other = declared("theirs", body="assert 0").replace("@inventory", "@theirs")
    pytester.makepyfile(
        **{
            "contracts/test_a": CLIENT + declared("one"),
            "contracts/test_b": CLIENT + 'theirs = Consumer("web").of("inventory")\n' + other,
            "unit/test_c": "def test_c(): assert 0",
        }
    )
    result = run(pytester)
    result.stdout.fnmatch_lines(
        ["*orders-inventory.json written: 1 *", "*web-inventory.json left alone: 1 test failed"]
    )


def test_the_directory_can_be_named(pytester: pytest.Pytester) -> None:
    """The option names a directory from here, the setting one from the root."""
    pytester.makeini("[pytest]\npact_dir = by/setting\n")
    pytester.makepyfile(CLIENT + declared("one"))
    run(pytester)
    run(pytester, "--pact-dir", "by/option")
    assert descriptions(pytester.path / "by/setting/orders-inventory.json") == ["one"]
    assert descriptions(pytester.path / "by/option/orders-inventory.json") == ["one"]


def test_names_cannot_leave_the_directory(pytester: pytest.Pytester) -> None:
    """A name with slashes, dots, spaces or unicode stays a file of the directory."""
    names = CLIENT.replace('Consumer("orders").of("inventory")', 'Consumer("../a b").of("café/1")')
    pytester.makepyfile(names + declared("one"))
    run(pytester).assert_outcomes(passed=1)
    found = [path.name for path in pact_path(pytester).parent.iterdir()]
    assert found == ["%2E.%2Fa%20b-caf%C3%A9%2F1.json"]
