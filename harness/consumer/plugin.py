"""The pytest plugin of contract authors: mocks for what tests declare, pacts from green runs."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.consumer.capture import Capture, PactWatch
from harness.consumer.collecting import (
    declarations_of,
    exchanged_by,
    facts_of,
    received_by,
    repeated,
)
from harness.consumer.exchange import Exchange
from harness.consumer.face import Delivery, MockProvider
from harness.consumer.ledger import Ledger
from harness.consumer.reporting import Closing, note_report
from harness.consumer.stashed import deliveries_of, exchanges_of, let_go, mocks_of

if TYPE_CHECKING:
    from pact import Pact

    from harness.consumer.observing import Observations
    from harness.consumer.running import RunningMocks

WORKER_KEY = "contract_harness"
_OBSERVED: pytest.StashKey[Observations | None] = pytest.StashKey()
_STOP = pytest.StashKey[Callable[[], None]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say where pacts and evidence go."""
    group = parser.getgroup("contract-harness")
    group.addoption("--pact-dir", metavar="DIR", help="where pacts of declared tests are written")
    group.addoption("--pact-dry-run", action="store_true", help="write no pact, tell what would be")
    group.addoption(
        "--harness-evidence", metavar="FILE", help="write what the run showed, as JSON lines"
    )
    group.addoption(
        "--harness-asks",
        metavar="FILE",
        help="run the tests against the replies in this file; answers go to --harness-evidence",
    )
    parser.addini(
        "pact_dir", "where pacts of declared tests are written", default="contracts/pacts"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Observe a consumer's code, which a conftest may be the first to import."""
    told = early_config.known_args_namespace.harness_asks
    if told is not None:
        from harness.consumer.observing import observations_for

        here = early_config.invocation_params.dir
        early_config.stash[_OBSERVED] = observations_for(Path(here, told))


def pytest_configure(config: pytest.Config) -> None:
    """Start to watch; pact-python itself is touched only once a test imports it."""
    os.environ["PACT_DO_NOT_TRACK"] = "true"
    if config.getoption("--harness-asks") is not None:
        _drive(config)
        return
    session = ConsumerSession(config)
    config.stash[_STOP] = session.watch.stop
    config.pluginmanager.register(session, "harness_consumer_session")
    session.watch.start()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Give pact-python back as it was."""
    stop = config.stash.get(_STOP, None)
    if stop is not None:
        stop()


def _drive(config: pytest.Config) -> None:
    """Ask what becomes of replies, instead of gathering pacts."""
    from harness.consumer.asks import AnswerFile, read_asks
    from harness.consumer.driving import ReplyDriver

    told = config.getoption("--harness-evidence")
    if told is None:
        raise pytest.UsageError("--harness-asks needs --harness-evidence FILE for the answers")
    # Questions are put in one process, whatever the workspace's options say of workers.
    config.option.dist, config.option.tx = "no", []
    here = config.invocation_params.dir
    try:
        asks = read_asks(Path(here, config.getoption("--harness-asks")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise pytest.UsageError(f"--harness-asks: expected a file of asks, seen {error}") from error
    observations = config.stash.get(_OBSERVED, None)
    driver = ReplyDriver(config, asks, AnswerFile(Path(here, told)), observations=observations)
    config.stash[_STOP] = driver.stop
    config.pluginmanager.register(driver, "harness_reply_driver")
    driver.start()


@pytest.fixture
def providers(request: pytest.FixtureRequest) -> Mapping[str, MockProvider]:
    """The mocks of all providers that the test declares interactions with, by name."""
    return mocks_of(request.node).start()


@pytest.fixture
def provider(providers: Mapping[str, MockProvider]) -> MockProvider:
    """The mock of the one provider that the test declares interactions with."""
    from harness.consumer.running import only_one

    return only_one(providers)


@pytest.fixture
def deliveries(request: pytest.FixtureRequest) -> Sequence[Delivery]:
    """The messages that the test declares, in the order of reading."""
    return deliveries_of(request.node).taken()


@pytest.fixture
def delivery(request: pytest.FixtureRequest) -> Delivery:
    """The one message that the test declares."""
    return deliveries_of(request.node).only_one()


@pytest.fixture
def exchange(request: pytest.FixtureRequest) -> Exchange:
    """What carries the request messages that the test declares, and their replies."""
    return exchanges_of(request.node).taken()


class ConsumerSession:
    """The hooks of one session, in a worker or in the controlling process."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.ledger = Ledger()
        self.watch = PactWatch(roots=(config.rootpath, config.invocation_params.dir))
        self.is_worker = hasattr(config, "workerinput")
        self.repeated: dict[str, str] = {}
        self.declared: dict[str, list[Capture]] = {}
        self.closing: Closing | None = None

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        """Note what was left out."""
        for facts in facts_of(items, self.config.rootpath):
            self.ledger.deselected[facts.nodeid] = facts

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note what there is to run, and who repeats whom."""
        for facts in facts_of(session.items, self.config.rootpath):
            self.ledger.tests[facts.nodeid] = facts
        self.repeated = repeated(session.items)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note which files were looked at, and which of them could not be."""
        file = report.nodeid
        if not file.endswith(".py"):
            return
        self.ledger.collected_files.add(file)
        if report.outcome == "skipped":
            self.ledger.skipped_files.add(file)
        elif report.outcome == "failed":
            self.ledger.whole_run.append(f"{file} could not be collected")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Judge the client's calls after the body; the body's own error comes first."""
        if not declarations_of(item):
            return (yield)
        if item.nodeid in self.repeated:
            pytest.fail(self.repeated[item.nodeid], pytrace=False)
        running = mocks_of(item)
        try:
            result = yield
        except BaseException:
            seen = [each.sentence for each in running.stop() if each.seen]
            seen += exchanges_of(item).undeclared if exchanged_by(item) else ()
            if seen:
                item.add_report_section("call", "contract", "\n".join(seen))
            raise
        self._judge(item, running)
        return result

    def _judge(self, item: pytest.Item, running: RunningMocks) -> None:
        from harness.consumer.running import verdict_of

        sentence = verdict_of(item, running, running.stop())
        if sentence:
            pytest.fail(sentence, pytrace=False)
        made = [mock.pact for mock in running.mocks.values()]
        if received_by(item):
            made += self._received(item)
        if exchanged_by(item):
            made += self._exchanged(item)
        self.declared[item.nodeid] = [self.watch.document_of(each) for each in made]

    def _received(self, item: pytest.Item) -> list[Pact]:
        from harness.consumer.receiving import message_pacts

        if not deliveries_of(item).is_taken:
            pytest.fail(
                f"{item.name} declares a message and never asks for it: expected a parameter "
                "`delivery`, seen none\n"
                "hint: def test_...(delivery: Delivery), and give it to the consumer's handler",
                pytrace=False,
            )
        return message_pacts(received_by(item))

    def _exchanged(self, item: pytest.Item) -> list[Pact]:
        from harness.consumer.exchanging import exchange_pacts

        sentence = exchanges_of(item).verdict(item.name)
        if sentence:
            pytest.fail(sentence, pytrace=False)
        return exchange_pacts(exchanged_by(item))

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """Let go of the mocks, also of those whose test never ran."""
        let_go(item)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Send along with each report what its phase would have written."""
        report = yield
        captures, pairs = self.watch.take()
        captures += self.declared.pop(item.nodeid, [])
        if captures or pairs:
            told = {"captures": [each.shipped() for each in captures], "pairs": sorted(pairs)}
            setattr(report, WORKER_KEY, json.dumps(told))
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what a report tells; only the controlling process uses it."""
        if not self.is_worker:
            note_report(self.ledger, report, getattr(report, WORKER_KEY, None))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Take in what an xdist worker knows of the collection."""
        told = getattr(node, "workeroutput", {}).get(WORKER_KEY)
        if told is None:
            self.ledger.whole_run.append("a worker was lost")
        else:
            self.ledger.take_in(told)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """In a worker: hand over. In the controlling process: write what may be written."""
        if self.is_worker:
            output: dict[str, str] = getattr(self.config, "workeroutput", {})
            output[WORKER_KEY] = self.ledger.shipped()
            return
        self.closing = Closing(session, self.ledger, self.pact_dir)
        self.closing.close(int(exitstatus))

    @property
    def pact_dir(self) -> Path:
        """Where the pacts of declared tests go: the option from here, the setting from the root."""
        option: str | None = self.config.getoption("--pact-dir")
        if option is not None:
            return Path(self.config.invocation_params.dir, option).absolute()
        return Path(self.config.rootpath, str(self.config.getini("pact_dir"))).absolute()

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """One line a pact: written, or left alone and why."""
        lines = self.closing.lines if self.closing is not None else []
        if lines:
            terminalreporter.section("pacts")
        for line in lines:
            terminalreporter.write_line(line)
