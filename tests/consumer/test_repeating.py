"""A test is run anew for each reply: all of it, in its order, and the same with reports or not."""

from __future__ import annotations

import pytest

from harness.domain.json import Json
from tests.consumer.drives import BAD, GOOD, PLAIN, Told, driven, project, put, questions

pytest_plugins = ["pytester"]

NOTED = """
import pathlib
import pytest

def note(what):
    with pathlib.Path("noted.txt").open("a") as file:
        file.write(what + "\\n")
"""
CONFTEST = (
    NOTED
    + """
def pytest_runtest_setup(item): note("hook before")
def pytest_runtest_teardown(item): note("hook after")

@pytest.fixture(scope="module")
def once():
    note("module up")
    yield
    note("module down")

@pytest.fixture(autouse=True)
def each(once):
    note("up")
    yield
    note("down")
"""
)
TEST = """
from conftest import note

def test_stock(tmp_path, monkeypatch, capsys, caplog):
    note("test")
    assert not list(tmp_path.iterdir())
    (tmp_path / "used").touch()
    print("seen")
    assert capsys.readouterr().out == "seen\\n"
    pact = told()
    with pact.serve() as server:
        on_hand(server.url)
    kept(pact)
"""
REPORTS = """
@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    setattr(item, "told_" + report.when, report)
    return report
"""
# Its plugin waits for reports, and the gate leaves it out.
ALONE = ("-p", "no:schemathesis")
ONE_RUN = ["hook before", "up", "test", "hook after", "down"]


def noted(pytester: pytest.Pytester) -> list[str]:
    """What the runs noted since the pact was gathered."""
    return (pytester.path / "noted.txt").read_text().splitlines()


@pytest.mark.parametrize("conftest", [CONFTEST, CONFTEST + REPORTS], ids=["light", "whole"])
def test_all_of_a_test_is_run_for_each_reply(pytester: pytest.Pytester, conftest: str) -> None:
    """Its own fixtures and hooks each time, and those of its module once."""
    project(pytester, stock=PLAIN + TEST)
    (pytester.path / "conftest.py").write_text(conftest)
    replies: list[Json] = [GOOD, {"on_hand": 9}, {"on_hand": 7}]
    told = driven(pytester, {"stock": replies}, *ALONE)

    assert told.received() == [("code", "taken")] * 3, told.lines
    seen = noted(pytester)
    gathered = len(ONE_RUN) + 2  # the run that gave the pact
    first = ["hook before", "module up", *ONE_RUN[1:]]
    assert seen[gathered:] == [*first, *ONE_RUN * 3, "module down"]


ENDS = {
    "raises": "pass",
    "fails": "assert get(server.url, path) == {'on_hand': 3}",
    "skipped": "pytest.skip('not today')",
    "expected": "pytest.xfail('not yet')",
    "marked": "request.applymarker(pytest.mark.xfail(reason='not yet'))",
    "exits": "raise SystemExit(3)",
    "told": "pytest.fail('on purpose')",
    "broken": "before.append(1)",
}
HEAD = """
@pytest.fixture
def before(request):
    kept = []
    yield kept
    if kept:
        raise RuntimeError("taken down")
"""
BODY = """
def test_{name}(request, before):
    pact, path = told("{name}"), "/{name}"
    with pact.serve(raises=False) as server:
        if get(server.url, path)["on_hand"] != 3:
            {end}
            on_hand(server.url, path)
    kept(pact)
"""


def test_however_a_test_ends_reports_change_no_answer(pytester: pytest.Pytester) -> None:
    """What is told without pytest's reports is what is told with them."""
    bodies = "".join(BODY.format(name=name, end=end) for name, end in ENDS.items())
    project(pytester, stock=PLAIN + HEAD + bodies)
    asks = questions(pytester, {name: [GOOD, BAD] for name in ENDS})
    (pytester.path / "conftest.py").write_text("import pytest")
    light = put(pytester, asks, *ALONE)
    (pytester.path / "conftest.py").write_text("import pytest" + REPORTS)
    whole = put(pytester, asks, *ALONE)

    assert _plain(light) == _plain(whole)
    assert {one[0]["reception"] for one in light.answers.values()} == {"taken", "unasked"}
    assert light.received("raises") == [("code", "taken"), ("code", "refused")]
    counts = [sum(one.result.parseoutcomes().values()) for one in (light, whole)]
    assert counts[0] == len(ENDS) < counts[1]


def _plain(told: Told) -> list[object]:
    """Answers without the frames, which tell by what way the test was run."""
    return [{**one, "crash": bool(one["crash"])} for one in told.lines if one["kind"] == "answer"]
