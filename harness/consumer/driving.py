"""Runs contract tests against replies that their provider may send, instead of writing pacts."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harness.consumer.asks import Answer, AnswerFile, Ask, Asks
from harness.consumer.capture import PactWatch
from harness.consumer.collecting import declarations_of, facts_of
from harness.consumer.declaration import Declared
from harness.consumer.exchanging import Exchanges
from harness.consumer.guarding import AddressGuard
from harness.consumer.judging import Jury, asked_model, never_sent, unasked
from harness.consumer.observing import Observations
from harness.consumer.patience import CutOff, Patience
from harness.consumer.raised import Calls, Grounds
from harness.consumer.redirecting import Redirection
from harness.consumer.repeating import (
    CASE,
    EXPECTED_TO_FAIL,
    Case,
    calm,
    copied_for,
    is_told_by_raising,
    run_again,
    run_each,
)
from harness.consumer.sharing import SharedContexts
from harness.consumer.stashed import exchange_as, hand_out, let_go, take_pacts_from
from harness.consumer.turns import Turns
from harness.domain.possible import Fault, Origin, PossibleReply

_MOST_HANGS = 4
_BY_DESIGN = (pytest.skip.Exception, pytest.xfail.Exception)


@dataclass(slots=True, eq=False)  # pytest before 8.2 keeps its plugins in a set
class ReplyDriver:
    """
    The hooks of a run that asks what becomes of replies; nothing else of the run is kept.

    Shape: `ran` are the tests that ran with any reply; `unsent` are questions whose own test never
    asked, for which another may be found.
    Units: `hung` counts the replies of each provider and origin that a test did not get over;
    `waited_s` is how long replies of each provider were waited for that never came.
    """

    config: pytest.Config
    asks: Asks
    answers: AnswerFile
    items: dict[str, pytest.Item] = field(default_factory=dict)
    ran: set[str] = field(default_factory=set)
    unsent: dict[str, Answer] = field(default_factory=dict)
    hung: Counter[tuple[str, Origin]] = field(default_factory=Counter)
    waited_s: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    exit_status: int = 0
    watch: PactWatch = field(init=False)
    redirection: Redirection = field(init=False)
    jury: Jury = field(init=False)
    patience: Patience = field(init=False)
    guard: AddressGuard = field(init=False)
    observations: Observations | None = None
    contexts: SharedContexts = field(default_factory=SharedContexts)
    turns: Turns = field(default_factory=Turns)
    _light: dict[str, bool] = field(default_factory=dict)
    _known_threads: frozenset[threading.Thread] = frozenset()

    def __post_init__(self) -> None:
        here = (self.config.rootpath, self.config.invocation_params.dir)
        self.watch = PactWatch(roots=here, keeps=False)
        self.redirection = Redirection(
            self.watch.text_of, self.turns.answered, self.turns.handed, self.turns.read
        )
        tests, roots = tuple(map(Path, self.asks.tests)), tuple(map(Path, self.asks.roots))
        raises = frozenset(self.asks.raises)
        self.jury = Jury(Grounds(self.asks.packages, tests, raises, roots))
        self.patience = Patience(self.asks.patience_s, self._give_up)
        self.guard = AddressGuard(frozenset(self.asks.reachable), self._address)

    def start(self) -> None:
        """Stand in for mocks, keep tests from writing pacts, and let nothing end the run early."""
        self.config.option.continue_on_collection_errors = True
        self.config.option.maxfail = 0
        self.answers.open()
        self.watch.start()
        self.redirection.install()
        take_pacts_from(self.config, self.redirection.pact_of)
        hand_out(self.config, self.turns.delivered, self.turns.handing.delivered)
        exchange_as(self.config, Exchanges((), self.turns.replied, self.redirection.note_stray))
        self.guard.install()
        self.contexts.install()
        self._known_threads = frozenset(threading.enumerate())

    def stop(self) -> None:
        """Give pact-python back as it was."""
        self.contexts.uninstall()
        self.guard.uninstall()
        self.redirection.uninstall()
        self.watch.stop()
        left = set(threading.enumerate()) - self._known_threads
        if any(not one.daemon for one in left):
            # A thread that a client left behind would keep the process for ever.
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(self.exit_status)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep in mind what there is to run."""
        self.items = {item.nodeid: item for item in items}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """
        Run each test once for each reply.

        When every question's own test has run, look for others that ask: one server may serve the
        tests of a whole module, and which of them asks for what is only seen when they run.
        """
        run_each(session, self._cases())
        if any(ask.provider for ask in self.asks.asks if ask.id in self.unsent):
            run_each(session, self._unseen())
        run_each(session, self._found_elsewhere())
        return True

    def _cases(self) -> Iterator[pytest.Item]:
        """Ask models at once, and give each test a copy for each reply to be tried."""
        by_test: dict[str, list[Ask]] = {}
        for ask in self.asks.asks:
            by_test.setdefault(self._test_of(ask), []).append(ask)
        for ask in by_test.pop("", ()):
            why = f"its test {ask.test or '(unknown)'} was not collected"
            self.unsent[ask.id] = unasked(ask, why)
        for item in self.items.values():
            declared = declarations_of(item)
            asks = [
                ask
                for ask in by_test.get(item.nodeid, ())
                if not (ask.by_model and asked_model(ask, declared, self.answers))
            ]
            if asks:
                yield copied_for(item, Case(item.nodeid))
            for ask in asks:
                yield from self._copies(item, ask)

    def _copies(self, item: pytest.Item, ask: Ask) -> Iterator[pytest.Item]:
        """The test once for each reply, each set up and torn down by itself."""
        for reply in ask.replies:
            if ask.id in self.answers.settled:
                return
            yield copied_for(item, Case(item.nodeid, ask, reply))

    def _unseen(self) -> Iterator[pytest.Item]:
        """A copy of each test with a pact of its own making that did not run yet."""
        for facts in facts_of(self.items.values(), self.config.rootpath):
            if facts.kind == "plain" and facts.nodeid not in self.ran:
                yield copied_for(self.items[facts.nodeid], Case(facts.nodeid))

    def _found_elsewhere(self) -> Iterator[pytest.Item]:
        for ask in self.asks.asks:
            test = self.turns.asked_by.get((ask.provider, ask.interaction))
            if ask.id in self.unsent and test is not None:
                yield from self._copies(self.items[test], ask)

    def _test_of(self, ask: Ask) -> str:
        """The test that gave an interaction, else one that declares it; empty for none."""
        if ask.test in self.items:
            return ask.test
        declaring = (
            name
            for name, item in self.items.items()
            if any(ask.is_of(one) for one in declarations_of(item))
        )
        return next(declaring, "")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> bool | None:
        """Put one reply; only where pytest must make reports of it does that take its whole way."""
        case = item.stash[CASE]
        self._turn_to(case)
        if case.ask is None or not self._is_light(item):
            return None
        run_again(item, nextitem)
        self._is_over(case, declarations_of(item))
        return True

    def _is_light(self, item: pytest.Item) -> bool:
        if item.nodeid not in self._light:
            self._light[item.nodeid] = is_told_by_raising(item)
        return self._light[item.nodeid]

    def _turn_to(self, case: Case) -> None:
        """It is this reply's turn, unless its question is settled."""
        case.is_idle = case.ask is not None and not self._is_open(case.ask, case.test)
        if case.ask is not None and case.reply is not None and not case.is_idle:
            why = self._why_left_out(case.ask, case.test, case.reply)
            case.is_idle = bool(why)
            if why:
                self.answers.add(unasked(case.ask, why, case.reply.what), case.ask.until)
        self.turns.active = None if case.is_idle else case
        self.ran |= set() if case.is_idle else {case.test}
        self.redirection.strays()
        if self.turns.active and case.ask is not None and case.reply is not None:
            self.answers.put(case.ask, case.reply)

    def _is_open(self, ask: Ask, test: str) -> bool:
        elsewhere = self.turns.asked_by.get((ask.provider, ask.interaction)) == test
        return ask.id not in self.answers.settled and (ask.id not in self.unsent or elsewhere)

    def _why_left_out(self, ask: Ask, test: str, reply: PossibleReply) -> str:
        """Why a reply is not worth the time that it would take; empty where it is."""
        if reply.fault is Fault.SILENT and self.waited_s[ask.provider] >= self.asks.waits_s:
            return "other replies that never come were waited for long enough"
        if self.hung[ask.provider, reply.origin] >= _MOST_HANGS:
            return f"it did not come to an end on {_MOST_HANGS} others like it"
        return self.jury.endless.get(test, "")

    # The innermost: other plugins take down only what they themselves saw set up.
    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, object, object]:
        """Pass over what is settled; what earlier tests set up is still torn down in its turn."""
        if item.stash[CASE].is_idle:
            pytest.skip("its question is settled")
        return (yield from self._within(item.stash[CASE]))

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Run the test no longer than there is patience for it."""
        return (yield from self._within(item.stash[CASE]))

    def _within(self, case: Case) -> Generator[None, object, object]:
        started = time.monotonic()
        try:
            with self.patience.kept():
                return (yield)
        except CutOff:
            case.waited_s = time.monotonic() - started
            case.waiting = self.patience.waiting
            raise
        finally:
            if case.reply is not None and case.reply.fault is Fault.SILENT:
                self.waited_s[case.provider] += time.monotonic() - started

    def _give_up(self) -> None:
        """Tell of a test that lets nothing cut it off, before the process ends for it."""
        case = self.turns.active
        if case is not None and case.ask is not None:
            case.waited_s, case.waiting = self.asks.patience_s, self.patience.waiting
            self.answers.add(self.jury.answer(case, case.ask, (), []), case.ask.until)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, object, object]:
        """Let what is handed twice come again when the test's body has ended."""
        ended = yield
        case = pyfuncitem.stash[CASE]
        if case.comes_again:
            case.comes_again = False
            self.turns.handing.hand_again(pyfuncitem, case)
            pyfuncitem.ihook.pytest_pyfunc_call(pyfuncitem=pyfuncitem)
        return ended

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Note what the test ended with, and answer when it is over."""
        case, ended = item.stash[CASE], call.excinfo
        is_plain = item.get_closest_marker("xfail") is None and call.when != "setup"
        if ended is not None and is_plain and not isinstance(ended.value, _BY_DESIGN):
            # Nobody reads pytest's picture of the traceback, and drawing it takes its time.
            call.excinfo = None
        report = yield
        ended = ended or call.excinfo
        if hasattr(report, "wasxfail"):
            case.why_not = EXPECTED_TO_FAIL
        elif ended is not None:
            case.note(ended.value)
        calm(report)
        if report.when == "teardown":
            self._is_over(case, declarations_of(item))
        return report

    def _is_over(self, case: Case, declared: Sequence[Declared]) -> None:
        """Answer, and let go of what the test held."""
        self.turns.active = None
        self.watch.take()
        if case.ask is None:
            self.jury.note_itself(case)
        elif not case.is_idle:
            if case.sent:
                self.unsent.pop(case.ask.id, None)
                strays = self.redirection.strays()
                answer = self.jury.answer(case, case.ask, declared, strays)
                self.answers.add(answer, case.ask.until)
                if case.waited_s and case.reply is not None:
                    self.hung[case.ask.provider, case.reply.origin] += 1
            else:
                self.unsent.setdefault(case.ask.id, never_sent(case, case.ask))
        self._tell_contradictions(case)
        case.raised, case.waiting = None, ()

    def _tell_contradictions(self, case: Case) -> None:
        """Tell what the code saw that it says it never does, while a document's reply was put."""
        is_allowed = case.reply is None or case.reply.origin is Origin.DOCUMENT
        for one in self.observations.take() if self.observations is not None else ():
            if is_allowed:
                id = case.ask.id if case.ask is not None else ""
                what = case.reply.what if case.reply is not None else ""
                self.answers.tell_contradiction(one, id, what)

    def _address(self, address: str, calls: Calls) -> None:
        """Tell of an address that nothing accounts for, with the calls that led to it."""
        told = self.jury.grounds.described_call(calls, "calls")
        test = self.turns.active.test if self.turns.active is not None else ""
        self.answers.tell_address(address, test, told)

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """Let go of the mocks of a declared test."""
        let_go(item)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Say which questions nobody could be asked, and that all was told."""
        for answer in self.unsent.values():
            self.answers.add(answer)
        if self.observations is not None:
            self.answers.tell_observed(self.observations.confirm())
        self.answers.close(int(exitstatus))
        self.exit_status = int(exitstatus)
