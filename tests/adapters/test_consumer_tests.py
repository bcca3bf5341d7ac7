"""The step that runs a consumer's contract tests, with real pytest and pact-python."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import venv
from pathlib import Path

import pytest

from harness.adapters.consumer_tests import ConsumerTestRunner
from harness.domain.config import Config
from harness.domain.errors import HarnessError
from harness.domain.evidence import ContractTestRan, Evidence, Outcome, PactGathered, Unobserved
from harness.domain.service import EnvValue, Service
from harness.domain.steps import ConsumerTests
from harness.domain.system import System
from harness.stages.ports import StepContext

pytestmark = pytest.mark.tools

PLAIN = """\
import http.client
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pact import Pact, match

from shop.client import read


@pytest.fixture
def pact():
    made = Pact("shop", "till")
    yield made
    made.write_file(Path(__file__).parent / "pacts")


def test_reads_the_till(pact):
    (pact.upon_receiving("the till").given("open").with_request("GET", "/till")
        .will_respond_with(200).with_body({"id": match.int(7)}))
    with pact.serve() as server:
        assert read(str(server.url)) == {"id": 7}
"""
CLIENT = """\
import json
from urllib.request import urlopen


def read(url):
    return json.load(urlopen(url + "/till"))
"""


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the plugins of the test environment out: importing them takes most of the time."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


def consumer(root: Path, **tests: str) -> Service:
    """A consumer with its package below `src` and these contract tests beside it."""
    package = root / "shop" / "src" / "shop"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "client.py").write_text(CLIENT)
    contracts = root / "contracts" / "shop"
    contracts.mkdir(parents=True)
    for name, text in tests.items():
        (contracts / f"test_{name}.py").write_text(text)
    return Service("shop", root / "shop", root=root / "shop" / "src", contract_tests=(contracts,))


def context_of(root: Path, *services: Service) -> StepContext:
    """The step's surroundings; its directory lies beside the workspace."""
    directory = root.parent / "step"
    directory.mkdir(exist_ok=True)
    pacts = (root / "contracts" / "pacts",)
    config = Config(root, root / "pyproject.toml", services, pacts=pacts)
    return StepContext(System(config), directory, root.parent / "cache", root.parent, {})


def run(root: Path, service: Service) -> list[Evidence]:
    """What the step sees."""
    return list(ConsumerTestRunner()(ConsumerTests(service.name), context_of(root, service)))


def files_of(root: Path) -> dict[Path, bytes]:
    """Everything in a workspace."""
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_plain_tests_give_their_pact(tmp_path: Path) -> None:
    """Tests that know nothing of the harness give evidence of each test and each pact."""
    root = tmp_path / "a wörk space"
    service = consumer(root, plain=PLAIN)
    before = files_of(root)
    ran, given = run(root, service)

    assert isinstance(ran, ContractTestRan)
    assert (ran.consumer, ran.outcome, ran.providers) == ("shop", Outcome.PASSED, ("till",))
    assert ran.file == "contracts/shop/test_plain.py"
    assert isinstance(given, PactGathered)
    assert (given.consumer, given.provider, given.complete) == ("shop", "till", True)
    assert json.loads(given.text)["interactions"][0]["description"] == "the till"
    assert given.path == str(root / "contracts/shop/pacts/shop-till.json")
    assert files_of(root) == before


def test_a_failed_test_leads_to_its_line(tmp_path: Path) -> None:
    """A red run is told test by test, and its pact is not to be kept."""
    root = tmp_path / "work"
    broken = PLAIN.replace("== {", "!= {")
    seen = run(root, consumer(root, plain=broken, other="def test_fine(): pass\n"))

    fine, ran, given = seen
    assert isinstance(fine, ContractTestRan)
    assert isinstance(ran, ContractTestRan)
    assert (fine.outcome, ran.outcome) == (Outcome.PASSED, Outcome.FAILED)
    assert (ran.file, ran.line) == ("contracts/shop/test_plain.py", 22)
    assert ran.message == "AssertionError: assert {'id': 7} != {'id': 7}"
    assert "read(str(server.url))" in ran.detail
    assert isinstance(given, PactGathered)
    assert not given.complete
    assert "failed" in given.reason


def test_no_test_at_all_is_no_success(tmp_path: Path) -> None:
    """Silence never passes."""
    root = tmp_path / "work"
    (seen,) = run(root, consumer(root, empty="x = 1\n"))

    assert isinstance(seen, Unobserved)
    assert seen.reason == "the consumer tests of shop hold no test"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("import", "import absent_module\n", "absent_module"),
        ("syntax", "def test_(:\n", "SyntaxError"),
        ("exit", "import os\ndef test_a(): os._exit(9)\n", "code 9"),
    ],
)
def test_a_run_that_breaks_off_is_unseen(tmp_path: Path, name: str, text: str, said: str) -> None:
    """What could not be collected, or died, is told with its output."""
    root = tmp_path / "work"
    seen = run(root, consumer(root, plain=PLAIN, **{name: text}))

    last = seen[-1]
    assert isinstance(last, Unobserved)
    assert said in last.reason + last.detail
    assert not any(isinstance(one, PactGathered) and one.complete for one in seen)


def test_an_option_that_pytest_does_not_know_is_unseen(tmp_path: Path) -> None:
    """A workspace's own settings may be at fault; its words are kept."""
    root = tmp_path / "work"
    service = consumer(root, plain=PLAIN)
    (root / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    (seen,) = run(root, service)

    assert isinstance(seen, Unobserved)
    assert "--no-such-option" in seen.detail


def test_the_workspaces_own_conftest_and_settings_hold(tmp_path: Path) -> None:
    """Fixtures and settings at the root reach the contract tests."""
    root = tmp_path / "work"
    service = consumer(root, fixture="def test_a(shelf): assert shelf == 'of the root'\n")
    (root / "conftest.py").write_text(
        "import pytest\n@pytest.fixture\ndef shelf(pytestconfig):\n"
        "    return 'of ' + pytestconfig.getini('shelf_of')\n"
        "def pytest_addoption(parser): parser.addini('shelf_of', 'x')\n"
    )
    (root / "pytest.ini").write_text("[pytest]\nshelf_of = the root\n")
    (ran,) = run(root, service)

    assert isinstance(ran, ContractTestRan)
    assert ran.outcome is Outcome.PASSED


def test_files_named_one_by_one_and_skipped_tests(tmp_path: Path) -> None:
    """A skipped test is told as such, and takes the right to keep a pact away."""
    root = tmp_path / "work"
    skipped = PLAIN.replace("def test_reads", "@pytest.mark.skip('later')\ndef test_reads")
    (ran,) = [
        one for one in run(root, consumer(root, plain=skipped)) if isinstance(one, ContractTestRan)
    ]

    assert (ran.outcome, ran.message) == (Outcome.SKIPPED, "Skipped: later")


def test_secrets_are_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that prints a secret in its failure does not spread it."""
    root = tmp_path / "work"
    monkeypatch.setenv("OUTER", "hush-hush")
    base = consumer(root, secret="import os\ndef test_a(): assert os.environ['KEY'] == 'x'\n")
    service = Service(
        "shop",
        base.directory,
        root=base.root,
        contract_tests=base.contract_tests,
        env={"KEY": EnvValue(secret_from="OUTER")},
    )
    told = repr(run(root, service))

    assert "***" in told
    assert "hush-hush" not in told


def test_an_interpreter_without_pact_is_told(tmp_path: Path) -> None:
    """What to install, and where, stands in the sentence."""
    root = tmp_path / "work"
    venv.create(tmp_path / "bare", symlinks=True)
    base = consumer(root, plain=PLAIN)
    service = Service(
        "shop",
        base.directory,
        root=base.root,
        contract_tests=base.contract_tests,
        python=tmp_path / "bare",
    )
    with pytest.raises(HarnessError, match="no pytest and no pact-python") as raised:
        run(root, service)
    assert "install contract-harness" in raised.value.hint


def test_tests_that_are_not_there_are_told(tmp_path: Path) -> None:
    """A path that leads nowhere is not an empty success."""
    service = Service("shop", tmp_path, contract_tests=(tmp_path / "absent",))
    (seen,) = run(tmp_path / "work", service)

    assert isinstance(seen, Unobserved)
    assert "absent: no such file" in seen.reason


HANGS = """\
import os, subprocess, sys, time
def test_hangs():
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    with open(os.environ["PIDS"], "w") as file:
        file.write(f"{os.getpid()} {child.pid}")
    time.sleep(600)
"""
OWNER = """\
import sys
from pathlib import Path
from harness.adapters.tool_process import run_tool
import os
run_tool(sys.argv[2:], cwd=Path("/"), env=dict(os.environ), directory=Path(sys.argv[1]))
"""


def is_alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at /proc")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_of_a_hung_test_outlives_its_owner(tmp_path: Path, number: int) -> None:
    """When the step's process is killed, the tests and what they started are gone too."""
    pids = tmp_path / "pids"
    tests = tmp_path / "test_hangs.py"
    tests.write_text(HANGS)
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path), sys.executable, "-m", "pytest", str(tests)],
        env={**os.environ, "PIDS": str(pids), "PYTHONPATH": os.getcwd()},
    )
    until = time.monotonic() + 20
    while not (pids.exists() and pids.read_text().count(" ")) and time.monotonic() < until:
        time.sleep(0.05)
    started = [int(pid) for pid in pids.read_text().split()]
    assert all(is_alive(pid) for pid in started)

    owner.send_signal(number)
    owner.wait()
    until = time.monotonic() + 5
    while any(is_alive(pid) for pid in started) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(is_alive(pid) for pid in started)


def test_an_interpreter_with_pytest_and_pact_is_lent_the_plugin(tmp_path: Path) -> None:
    """A consumer's own environment need not hold the harness; it gets our package and no other."""
    root = tmp_path / "work"
    venv.create(tmp_path / "own", symlinks=True)
    (site,) = (tmp_path / "own").glob("lib/python*/site-packages")
    (site / "tools.pth").write_text(str(Path(pytest.__file__).parents[1]))
    base = consumer(root, plain=PLAIN, origin="import harness\ndef test_a(): pass\n")
    service = Service(
        "shop",
        base.directory,
        root=base.root,
        contract_tests=base.contract_tests,
        python=tmp_path / "own",
    )
    seen = run(root, service)

    assert [one.outcome for one in seen if isinstance(one, ContractTestRan)] == [
        Outcome.PASSED,
        Outcome.PASSED,
    ]
    assert [one.complete for one in seen if isinstance(one, PactGathered)] == [True]
