"""What becomes of replies that are put to plain contract tests, however these are written."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest

from harness.consumer.asks import Asks
from harness.domain.json import Json
from tests.consumer.drives import BAD, CLIENT, GOOD, PLAIN, driven, project, put, questions
from tests.consumer.support import run, run_apart

pytest_plugins = ["pytester"]

REFUSED, TAKEN, UNASKED = ("code", "refused"), ("code", "taken"), ("code", "unasked")
STYLES = {
    "context manager": """
def test_stock():
    pact = told()
    with pact.serve() as server:
        on_hand(server.url)
    kept(pact)
""",
    "fixed port": """
import socket

def free():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

PORT = free()

def test_stock():
    pact = told()
    with pact.serve(port=PORT):
        on_hand(f"http://localhost:{PORT}")
    kept(pact)
""",
    "by hand": """
def test_stock():
    pact = told()
    server = pact.serve()
    server.__enter__()
    on_hand(server.url)
    server.__exit__(None, None, None)
    kept(pact)
""",
    "fixture": """
@pytest.fixture
def pact():
    made = told()
    yield made
    kept(made)

@pytest.fixture
def url(pact):
    with pact.serve() as server:
        yield server.url

def test_stock(url):
    on_hand(url)
""",
    "unittest": """
import unittest

class TestStock(unittest.TestCase):
    def setUp(self):
        self.pact = told()

    def test_stock(self):
        with self.pact.serve() as server:
            self.assertEqual(on_hand(server.url), on_hand(server.url))
        kept(self.pact)
""",
    "class": """
class TestStock:
    def setup_method(self):
        self.pact = told()
        self.times = getattr(self, "times", 0) + 1

    def test_stock(self):
        assert self.times == 1
        with self.pact.serve() as server:
            on_hand(server.url)
        kept(self.pact)
""",
    "async": """
import asyncio

async def told_later(url):
    return await asyncio.to_thread(on_hand, url)

def test_stock():
    pact = told()
    with pact.serve() as server:
        asyncio.run(told_later(server.url))
    kept(pact)
""",
    "anyio": """
import asyncio

@pytest.fixture
def anyio_backend(): return "asyncio"

@pytest.mark.anyio
async def test_stock():
    pact = told()
    with pact.serve() as server:
        await asyncio.to_thread(on_hand, server.url)
    kept(pact)
""",
    "parametrised": """
@pytest.mark.parametrize("times", [1, 2])
def test_stock(times, tmp_path):
    assert not list(tmp_path.iterdir())
    (tmp_path / "used").touch()
    pact = told()
    with pact.serve() as server:
        for _ in range(times):
            on_hand(server.url)
    kept(pact)
""",
    "kept alive": """
import requests

def test_stock():
    pact = told()
    with pact.serve() as server, requests.Session() as session:
        assert session.get(f"{server.url}/stock").status_code == 200
        on_hand(server.url)
        session.get(f"{server.url}/stock")
    kept(pact)
""",
    "httpx": """
import httpx

def test_stock():
    pact = told()
    with pact.serve() as server, httpx.Client() as client:
        client.get(f"{server.url}/stock")
        on_hand(server.url)
    kept(pact)
""",
    "its own mismatches": """
def test_stock():
    pact = told()
    with pact.serve(raises=False) as server:
        on_hand(server.url)
        assert server.matched
        assert server.mismatches == []
    kept(pact)
""",
    "it writes by its server": """
def test_stock():
    with told().serve() as server:
        on_hand(server.url)
        server.write_file("pacts")
""",
}


@pytest.mark.parametrize("style", STYLES)
def test_a_reply_reaches_the_client_however_its_test_is_written(
    pytester: pytest.Pytester, style: str
) -> None:
    """Each reply is tried in its order until one is refused, and what follows is not tried."""
    project(pytester, stock=PLAIN + STYLES[style])
    told = driven(pytester, {"stock": [GOOD, {"on_hand": 9}, BAD, GOOD]})

    assert told.received() == [TAKEN, TAKEN, REFUSED], told.lines
    refused = told.answers["stock"][2]
    assert json.loads(refused["what"]) == BAD
    assert refused["error"].startswith("TypeError: unsupported operand")
    assert refused["crash"]["type"] == "TypeError"
    assert refused["crash"]["frames"][-1]["function"] == "on_hand"
    assert refused["crash"]["frames"][-1]["code"] == 'return get(url, path)["on_hand"] + 1'
    assert told.lines[-1] == {"kind": "run", "exit_status": 0}


SHARED = """
@pytest.fixture(scope="SCOPE")
def url():
    pact = told("stock", "more", "never")
    with pact.serve(raises=False) as server:
        yield server.url
    kept(pact)

def test_first(url): on_hand(url)
def test_second(url): on_hand(url, "/more")
def test_last(url): pass
"""


@pytest.mark.parametrize("scope", ["module", "session"])
def test_one_server_may_serve_many_tests(pytester: pytest.Pytester, scope: str) -> None:
    """Which test asks for what is seen when they run, though the last of them gives the pact."""
    project(pytester, shared=PLAIN + SHARED.replace("SCOPE", scope))
    told = driven(pytester, {"stock": [GOOD, BAD], "more": [GOOD], "never": [GOOD, BAD]})

    assert told.received("stock") == [TAKEN, REFUSED]
    assert told.received("more") == [TAKEN]
    assert told.received("never") == [UNASKED]
    assert told.only("never")["detail"] == "its test never asked the stand-in for this interaction"


def test_what_is_passed_over_leaves_nothing_standing(pytester: pytest.Pytester) -> None:
    """After a refusal, the fixtures of a module go down before the next module begins."""
    module = PLAIN + SHARED.replace("SCOPE", "module")
    other = module.replace('"till"', '"bank"').replace("stock", "cash").replace("/more", "/gold")
    other = other.replace('"more"', '"gold"').replace('path="/stock"', "").replace("never", "nil")
    other = other.replace("on_hand(url)", 'on_hand(url, "/cash")')
    project(pytester, a=module, b=other)
    told = driven(pytester, {"more": [BAD, GOOD, GOOD], "stock": [BAD, GOOD], "cash": [GOOD, BAD]})

    assert told.received("more") == [REFUSED]
    assert told.received("stock") == [REFUSED]
    assert told.received("cash") == [TAKEN, REFUSED]


def test_two_providers_in_one_test(pytester: pytest.Pytester) -> None:
    """A reply is put in the place of its own provider's, though both are asked alike."""
    body = """
def test_both():
    till, bank = told(), Pact("shop", "bank")
    bank.upon_receiving("cash").with_request("GET", "/stock").will_respond_with(200).with_body(
        {"on_hand": 2})
    with till.serve() as one, bank.serve() as other:
        on_hand(one.url)
        assert get(other.url) == {"on_hand": 2}
    kept(till)
    kept(bank)
"""
    project(pytester, both=PLAIN + body)
    told = driven(pytester, {"stock": [GOOD, BAD], "cash": [BAD]})

    assert told.received("stock") == [TAKEN, REFUSED]
    assert told.received("cash") == [TAKEN]  # its client does nothing with it


BODIES = {
    # What a test's own body makes of a reply is nobody's fault.
    "the test's own assertion": ("assert get(url) == {'on_hand': 3}", TAKEN, ""),
    "the test's own arithmetic": ("get(url)['on_hand'] + 1", TAKEN, ""),
    "a failure that pytest makes": ("pytest.raises(KeyError, get, url)", TAKEN, ""),
    "deep in a library": ("client.parsed(url)", REFUSED, ""),
    "from a thread": ("client.in_a_thread(url)", REFUSED, ""),
    "wrapped": ("client.wrapped(url)", REFUSED, ""),
    "an assertion of the client": ("client.asserted(url)", REFUSED, ""),
    "an exit of the client": ("client.left(url)", REFUSED, ""),
    "swallowed": ("client.swallowed(url)", TAKEN, ""),
    "expected by the test": ("with pytest.raises(TypeError): on_hand(url)", TAKEN, ""),
    "a library that the test calls": (
        "import json, decimal; decimal.Decimal(json.dumps(get(url)))",
        TAKEN,
        "",
    ),
    "code that the test calls and nobody named": (
        "import statistics; statistics.mean([get(url)['on_hand']])",
        UNASKED,
        "its test itself called code that is not the consumer's own and raised TypeError",
    ),
    "no question": ("get", UNASKED, "its test never asked the stand-in for this interaction"),
    "an error before the question": (
        "raise OSError('no network')",
        UNASKED,
        "never asked the stand-in for this interaction; it ended with OSError: no network",
    ),
    "a skip after the question": (
        "get(url); pytest.skip('not here')",
        UNASKED,
        "its test was skipped: not here",
    ),
    "a request that no contract holds": (
        "client.goes_on(url)",
        UNASKED,
        "the client went on to send GET /refill, which no contract of the test answers",
    ),
}
CONFTEST = """
import os

def pytest_configure(config):
    os.environ["DRIVEN"] = "1" if config.getoption("--harness-asks") else ""
"""
MORE = """
import concurrent.futures
import statistics

def parsed(url):
    return statistics.mean([get(url)["on_hand"]])

def in_a_thread(url):
    with concurrent.futures.ThreadPoolExecutor() as pool:
        return pool.submit(on_hand, url).result()

def wrapped(url):
    try:
        on_hand(url)
    except TypeError as error:
        raise ValueError("no stock") from error

def asserted(url):
    assert get(url)["on_hand"] is not None

def left(url):
    if get(url)["on_hand"] is None:
        raise SystemExit(3)

def swallowed(url):
    try:
        on_hand(url)
    except TypeError:
        return 0

def goes_on(url):
    if get(url)["on_hand"] is None:
        return get(url, "/refill")["never"]
"""


@pytest.mark.parametrize("name", BODIES)
def test_whose_an_exception_is(pytester: pytest.Pytester, name: str) -> None:
    """Only what the consumer's own code lets out refuses a reply."""
    body, expected, why = BODIES[name]
    test = f"""
import os
import shop.client as client

def test_stock():
    pact = told()
    with pact.serve(raises=False) as url:
        url = url.url
        if os.environ.get("DRIVEN"):
            {body}
        else:
            get(url)
    kept(pact)
"""
    project(pytester, client=CLIENT + MORE, stock=PLAIN + test)
    (pytester.path / "conftest.py").write_text(CONFTEST)
    told = driven(pytester, {"stock": [BAD]})

    assert told.received() == [expected], told.lines
    assert why in told.only()["detail"]


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ((), REFUSED),
        (("shop.client.Closed",), TAKEN),
        (("shop.Closed",), TAKEN),
        (("Exception",), TAKEN),
        (("builtins.Exception",), TAKEN),
        (("shop.client.Shut", "no.such.Error", "KeyError"), REFUSED),
    ],
)
def test_an_exception_that_is_raised_on_purpose(
    pytester: pytest.Pytester, named: tuple[str, ...], expected: tuple[str, str]
) -> None:
    """What the service's table names is how its client copes, by whichever name it goes."""
    body = """
def test_stock():
    pact = told()
    with pact.serve() as server:
        on_purpose(server.url)
    kept(pact)
"""
    project(pytester, stock=PLAIN + body)
    (pytester.path / "shop" / "__init__.py").write_text("from shop.client import Closed\n")
    told = driven(pytester, {"stock": [BAD]}, raises=named)

    assert told.received() == [expected]


GROUPS = """
import asyncio

async def one(url):
    await asyncio.sleep(0)
    raise Closed("on purpose")

async def other(url):
    return on_hand(url)

async def far(url):
    await asyncio.sleep(9)

async def grouped(url, *more):
    async with asyncio.TaskGroup() as tasks:
        for each in more:
            tasks.create_task(each(url))

def all_of(url, *more):
    if get(url)["on_hand"] is None:
        asyncio.run(grouped(url, *more))
"""


@pytest.mark.parametrize(
    ("tasks", "expected", "kind"),
    [
        ("client.other, client.far", REFUSED, "TypeError"),
        ("client.one, client.one", TAKEN, ""),
        ("client.one", TAKEN, ""),
    ],
)
def test_what_a_task_group_wraps(
    pytester: pytest.Pytester, tasks: str, expected: tuple[str, str], kind: str
) -> None:
    """A group is judged by what it holds: all on purpose is on purpose."""
    body = f"""
import shop.client as client

def test_stock():
    pact = told()
    with pact.serve() as server:
        client.all_of(server.url, {tasks})
    kept(pact)
"""
    project(pytester, client=CLIENT + GROUPS, stock=PLAIN + body)
    told = driven(pytester, {"stock": [BAD]}, raises=("shop.client.Closed",))

    assert told.received() == [expected], told.lines
    assert (told.only()["crash"] or {"type": ""})["type"] == kind


def test_a_reply_of_an_error_keeps_its_status(pytester: pytest.Pytester) -> None:
    """The body of a 404 may vary as well, and stays that of a 404."""
    body = """
from urllib.error import HTTPError
from urllib.request import urlopen

def test_stock():
    pact = told(status=404)
    with pact.serve() as server:
        with pytest.raises(HTTPError, match="404"):
            urlopen(f"{server.url}/stock")
        on_hand(server.url)
    kept(pact)
"""
    project(pytester, stock=PLAIN + body)
    told = driven(pytester, {"stock": [GOOD, BAD]})

    assert told.received() == [TAKEN, REFUSED]


def files_of(root: Path) -> dict[str, bytes]:
    """The files of a project but those that the runs themselves are told by."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.suffix not in (".pyc", ".json", ".jsonl")
    }


def test_nothing_is_written(pytester: pytest.Pytester) -> None:
    """A run that varies replies writes no pact, whoever would write it."""
    project(pytester, stock=PLAIN + STYLES["it writes by its server"])
    before = files_of(pytester.path)
    driven(pytester, {"stock": [GOOD]})

    made = files_of(pytester.path).keys() - before.keys()
    assert [name for name in made if not name.startswith(".pytest_cache/")] == []
    assert not list(pytester.path.rglob("*till*.json"))


def test_a_file_that_cannot_be_imported_stops_no_other(pytester: pytest.Pytester) -> None:
    """What can be asked is asked, though another file breaks off when it is collected."""
    project(
        pytester, stock=PLAIN + STYLES["fixture"], a="import os\nif os.environ['DRIVEN']: 1 / 0"
    )
    (pytester.path / "conftest.py").write_text(CONFTEST)
    told = driven(pytester, {"stock": [GOOD, BAD]})

    assert told.received() == [TAKEN, REFUSED]
    told.result.stdout.fnmatch_lines(["*ERROR test_a.py - ZeroDivisionError*"])


@pytest.mark.parametrize(
    "options",
    ["-x", "--maxfail=1", "--stepwise", "--lf", "-p no:cacheprovider", "-W error", "-n 2", "--pdb"],
)
def test_the_workspaces_own_options_change_no_answer(
    pytester: pytest.Pytester, options: str
) -> None:
    """No setting of the workspace ends the run early, spreads it, or turns an answer."""
    project(pytester, stock=PLAIN + STYLES["class"], two=PLAIN + SHARED.replace("SCOPE", "module"))
    text = (pytester.path / "test_two.py").read_text().replace("stock", "less")
    (pytester.path / "test_two.py").write_text(
        text.replace("on_hand(url)", "on_hand(url, '/less')")
    )
    replies = {"stock": [GOOD, BAD], "less": [BAD], "more": [GOOD, BAD]}
    told = driven(pytester, replies, *options.split())

    assert told.received("stock") == [TAKEN, REFUSED], told.lines
    assert told.received("less") == [REFUSED]
    assert told.received("more") == [TAKEN, REFUSED]
    assert [one["kind"] for one in told.lines].count("run") == 1


def test_what_was_not_collected_is_told(pytester: pytest.Pytester) -> None:
    """A question whose test is gone has one answer, that nobody could be asked."""
    project(pytester, stock=PLAIN + STYLES["class"])
    tests = {"stock": "test_gone.py::a"}
    told = driven(pytester, {"stock": [GOOD, BAD]}, "--deselect=test_stock.py", tests=tests)

    assert told.received() == [UNASKED]
    assert told.only()["detail"] == "its test test_gone.py::a was not collected"


def test_a_test_that_nobody_named_is_found(pytester: pytest.Pytester) -> None:
    """Where it is not known which test gave an interaction, the one that asks for it is found."""
    project(pytester, stock=PLAIN + STYLES["class"])
    told = driven(pytester, {"stock": [GOOD, BAD]}, tests={"stock": ""})

    assert told.received() == [TAKEN, REFUSED]


@pytest.mark.parametrize("mark", ["xfail", "xfail(strict=True)"])
def test_a_test_that_is_expected_to_fail_tells_nothing(
    pytester: pytest.Pytester, mark: str
) -> None:
    """What fails on its own example anyway shows nothing of another reply."""
    body = STYLES["class"].replace(
        "    def test_stock", f"    @pytest.mark.{mark}\n    def test_stock"
    )
    project(pytester, stock=PLAIN + body)
    told = driven(pytester, {"stock": [BAD, GOOD]})

    assert told.received() == [UNASKED]
    assert "expected to fail" in told.only()["detail"]


def test_what_was_answered_outlives_a_kill(pytester: pytest.Pytester) -> None:
    """Each answer is in the file as soon as it is known, and behind it what was put last."""
    body = """
import os

def test_stock():
    pact = told()
    with pact.serve() as server:
        if get(server.url)["on_hand"] == 7:
            os._exit(9)
    kept(pact)
"""
    project(pytester, stock=PLAIN + body)
    replies: dict[str, list[Json]] = {"stock": [GOOD, {"on_hand": 7}]}
    (pytester.path / "asks.json").write_text(questions(pytester, replies).text())
    run_apart(pytester, "--harness-asks=asks.json", "--harness-evidence=told.jsonl")
    lines = [json.loads(line) for line in (pytester.path / "told.jsonl").read_text().splitlines()]

    assert [one["kind"] for one in lines] == ["answers", "put", "answer", "put"]
    assert (lines[2]["id"], lines[2]["reception"]) == ("stock", "taken")
    assert lines[3]["what"] == '{"on_hand": 7}'


def test_no_thread_and_no_port_is_left_behind(pytester: pytest.Pytester) -> None:
    """Servers that a test never stops end with the run, and pact-python is as it was."""
    import pact.pact

    serve, leave = pact.pact.Pact.serve, pact.pact.PactServer.__exit__
    body = """
OPEN = []

def test_stock():
    pact = told()
    server = pact.serve(port=PORT)
    server.__enter__()
    OPEN.append(server)
    on_hand(server.url)
    kept(pact)
"""
    body = STYLES["fixed port"].partition("def test_stock")[0] + body
    project(pytester, stock=PLAIN + body)
    asks = questions(pytester, {"stock": [GOOD, GOOD, BAD]})
    put(pytester, asks)  # pact-python's library opens what it needs for good
    threads = set(threading.enumerate())
    descriptors = len(os.listdir("/dev/fd"))
    told = put(pytester, asks)

    assert told.received() == [TAKEN, TAKEN, REFUSED], told.lines
    left = {one.name for one in set(threading.enumerate()) - threads}
    assert "contract-harness-stand-in" not in left  # what other plugins leave is theirs
    assert len(os.listdir("/dev/fd")) == descriptors
    assert (pact.pact.Pact.serve, pact.pact.PactServer.__exit__) == (serve, leave)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "expected version 2 of the asks, seen None"),
        ('{"v": 2}', "expected a file of asks"),
        ("[", "expected a file of asks"),
        (None, "No such file"),
    ],
)
def test_a_file_that_holds_no_questions_is_told(
    pytester: pytest.Pytester, text: str | None, said: str
) -> None:
    """pytest ends at once, and says why."""
    if text is not None:
        (pytester.path / "asks.json").write_text(text)
    result = run(pytester, "--harness-asks=asks.json", "--harness-evidence=told.jsonl")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert said in result.stderr.str() + result.stdout.str()


def test_answers_need_a_file(pytester: pytest.Pytester) -> None:
    """Questions without a place for their answers are a mistake of the caller."""
    (pytester.path / "asks.json").write_text(Asks().text())
    result = run(pytester, "--harness-asks=asks.json")

    assert result.ret == pytest.ExitCode.USAGE_ERROR


def test_without_questions_no_test_runs(pytester: pytest.Pytester) -> None:
    """An empty list of questions is answered by an empty list of answers."""
    project(pytester, stock=PLAIN + STYLES["class"])
    told = put(pytester, Asks())

    assert [one["kind"] for one in told.lines] == ["answers", "run"]
