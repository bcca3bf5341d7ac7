"""Runs contract tests against replies that their provider may send, instead of writing pacts."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from harness.consumer.asks import Answer, AnswerFile, Ask, Asks
from harness.consumer.capture import PactWatch
from harness.consumer.collecting import declarations_of, facts_of
from harness.consumer.declaration import Declaration
from harness.consumer.raised import Grounds, Whose, the_one_inside
from harness.consumer.redirecting import Redirection
from harness.consumer.repeating import CASE, Case, calm, copied_for, copies, run_each
from harness.consumer.stashed import let_go
from harness.consumer.validating import model_of
from harness.domain.fit import Asked, Reception
from harness.standin import Received, Reply

_ERROR_CHARACTERS = 2000
_BY_DESIGN = (pytest.skip.Exception, pytest.xfail.Exception)


@dataclass(slots=True, eq=False)  # pytest before 8.2 keeps its plugins in a set
class ReplyDriver:
    """
    The hooks of a run that asks what becomes of replies; nothing else of the run is kept.

    Shape: `ran` are the tests that ran with any reply; `asked_by` names for each provider and
    interaction a test that was seen to ask for it; `unsent` are questions whose own test never
    asked, for which another may be found.
    """

    config: pytest.Config
    asks: Asks
    answers: AnswerFile
    active: Case | None = None
    items: dict[str, pytest.Item] = field(default_factory=dict)
    ran: set[str] = field(default_factory=set)
    asked_by: dict[tuple[str, str], str] = field(default_factory=dict)
    unsent: dict[str, Answer] = field(default_factory=dict)
    watch: PactWatch = field(init=False)
    redirection: Redirection = field(init=False)
    grounds: Grounds = field(init=False)

    def __post_init__(self) -> None:
        self.watch = PactWatch(roots=(self.config.rootpath, self.config.invocation_params.dir))
        self.redirection = Redirection(lambda pact: self.watch.document_of(pact).document, self._in)
        tests, roots = tuple(map(Path, self.asks.tests)), tuple(map(Path, self.asks.roots))
        self.grounds = Grounds(self.asks.packages, tests, frozenset(self.asks.raises), roots)

    def start(self) -> None:
        """Stand in for mocks, keep tests from writing pacts, and let nothing end the run early."""
        self.config.option.continue_on_collection_errors = True
        self.config.option.maxfail = 0
        self.answers.open()
        self.watch.start()
        self.redirection.install()

    def stop(self) -> None:
        """Give pact-python back as it was."""
        self.redirection.uninstall()
        self.watch.stop()

    def _in(self, provider: str, _received: Received, reply: Reply) -> Reply:
        """What is answered in a provider's place: the reply under test where it is its turn."""
        case, asked = self.active, (provider, reply.interaction)
        if case is None:
            return reply
        self.asked_by.setdefault(asked, case.test)
        if case.ask is None or asked != (case.ask.provider, case.ask.interaction):
            return reply
        case.was_sent = True
        return replace(reply, body=case.reply.encode("utf-8", "surrogatepass"))

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Ask models at once, and leave a copy of each test for each reply to be tried."""
        self.items = {item.nodeid: item for item in items}
        by_test: dict[str, list[Ask]] = {}
        for ask in self.asks.asks:
            by_test.setdefault(self._test_of(ask), []).append(ask)
        for ask in by_test.pop("", ()):
            why = f"its test {ask.test or '(unknown)'} was not collected"
            self.unsent[ask.id] = _unasked(ask, why)
        items[:] = [
            copied
            for item in items
            for ask in by_test.get(item.nodeid, ())
            if not (ask.by_model and self._asked_model(ask, declarations_of(item)))
            for copied in copies(item, ask)
        ]

    def _test_of(self, ask: Ask) -> str:
        """The test that gave an interaction, else one that declares it; empty for none."""
        if ask.test in self.items:
            return ask.test
        declaring = (
            name
            for name, item in self.items.items()
            if any(_declares(one, ask) for one in declarations_of(item))
        )
        return next(declaring, "")

    def _asked_model(self, ask: Ask, declared: Iterable[Declaration]) -> bool:
        """Put the replies to the declared model; false where there is none that can tell."""
        one = next((one for one in declared if _declares(one, ask)), None)
        validate = model_of(one) if one is not None else None
        if validate is None:
            return False
        for text in ask.replies:
            if ask.id in self.answers.settled:
                break
            try:
                validate(text)
            except Exception as error:  # noqa: BLE001 - whatever a model raises is its refusal
                told = str(error)[:_ERROR_CHARACTERS]
                self.answers.add(Answer(ask.id, Asked.MODEL, Reception.REFUSED, text, told))
            else:
                self.answers.add(Answer(ask.id, Asked.MODEL, Reception.TAKEN, text))
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """
        When every question's own test has run, look for others that ask.

        One server may serve the tests of a whole module: which of them asks for what is only seen
        when they run.
        """
        result = yield
        if any(ask.provider for ask in self.asks.asks if ask.id in self.unsent):
            run_each(session, self._unseen())
        found = [
            copied
            for ask in self.asks.asks
            if ask.id in self.unsent and (ask.provider, ask.interaction) in self.asked_by
            for copied in copies(self.items[self.asked_by[ask.provider, ask.interaction]], ask)
        ]
        run_each(session, found)
        return result

    def _unseen(self) -> Iterator[pytest.Item]:
        """A copy of each test with a pact of its own making that did not run yet."""
        plain = [
            facts.nodeid
            for facts in facts_of(self.items.values(), self.config.rootpath)
            if facts.kind == "plain" and facts.nodeid not in self.ran
        ]
        for name in plain:
            yield copied_for(self.items[name], Case(name))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        """It is this reply's turn, unless its question is settled."""
        case = item.stash[CASE]
        case.is_idle = case.ask is not None and not self._is_open(case.ask, case.test)
        self.active = None if case.is_idle else case
        self.ran |= set() if case.is_idle else {case.test}
        self.redirection.strays()

    def _is_open(self, ask: Ask, test: str) -> bool:
        elsewhere = self.asked_by.get((ask.provider, ask.interaction)) == test
        return ask.id not in self.answers.settled and (ask.id not in self.unsent or elsewhere)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Pass over what is settled; what earlier tests set up is still torn down in its turn."""
        if item.stash[CASE].is_idle:
            pytest.skip("its question is settled")

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Note what the test ended with, and answer when it is over."""
        case, ended = item.stash[CASE], call.excinfo
        if ended is not None and call.when != "setup" and not isinstance(ended.value, _BY_DESIGN):
            # Nobody reads pytest's picture of the traceback, and drawing it takes its time.
            call.excinfo = None
        report = yield
        ended = ended or call.excinfo
        if hasattr(report, "wasxfail"):
            case.why_not = "its test is marked as one that is expected to fail"
        elif ended is not None and isinstance(ended.value, _BY_DESIGN):
            case.why_not = f"its test was skipped: {ended.value}"
        elif ended is not None and case.raised is None:
            case.raised = the_one_inside(ended.value)
        calm(report)
        if report.when == "teardown":
            self._is_over(case, declarations_of(item))
        return report

    def _is_over(self, case: Case, declared: Iterable[Declaration]) -> None:
        """Answer, and let go of what the test held."""
        self.active = None
        self.watch.take()
        if case.ask is not None and not case.is_idle:
            if case.was_sent:
                self.unsent.pop(case.ask.id, None)
                self.answers.add(self._answer(case, case.ask, declared))
            else:
                self.unsent.setdefault(case.ask.id, _never_sent(case, case.ask))
        case.raised = None

    def _answer(self, case: Case, ask: Ask, declared: Iterable[Declaration]) -> Answer:
        error, strays = case.raised, self.redirection.strays()
        if case.why_not:
            return _unasked(ask, case.why_not, case.reply)
        on_purpose = tuple(kind for one in declared for kind in one.raises)
        whose = Whose.NOBODY if error is None else self.grounds.whose(error, on_purpose)
        if error is None or whose is Whose.NOBODY:
            return Answer(ask.id, Asked.CODE, Reception.TAKEN, case.reply)
        told = f"{type(error).__name__}: {error}"[:_ERROR_CHARACTERS]
        if whose is Whose.STRANGER:
            why = f"its test itself called code that is not the consumer's own and raised {told}"
            return _unasked(ask, why, case.reply)
        if strays:
            why = f"the client went on to send {strays[0]}, which no contract of the test answers"
            return _unasked(ask, why, case.reply)
        crash = self.grounds.described(error)
        return Answer(ask.id, Asked.CODE, Reception.REFUSED, case.reply, told, crash=crash)

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """Let go of the mocks of a declared test."""
        let_go(item)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Say which questions nobody could be asked, and that all was told."""
        for answer in self.unsent.values():
            self.answers.add(answer)
        self.answers.close(int(exitstatus))


def _declares(one: Declaration, ask: Ask) -> bool:
    return (*one.pair, one.description) == (ask.consumer, ask.provider, ask.description)


def _unasked(ask: Ask, why: str, reply: str = "") -> Answer:
    told = why[:_ERROR_CHARACTERS]
    return Answer(ask.id, Asked.CODE, Reception.UNASKED, reply, detail=told)


def _never_sent(case: Case, ask: Ask) -> Answer:
    why, error = "its test never asked the stand-in for this interaction", case.raised
    if case.why_not:
        why += f"; {case.why_not}"
    elif error is not None:
        why += f"; it ended with {type(error).__name__}: {error}"
    return _unasked(ask, why)
