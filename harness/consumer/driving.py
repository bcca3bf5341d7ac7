"""Runs contract tests against replies that their provider may send, instead of writing pacts."""

from __future__ import annotations

import copy
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from harness.consumer.asks import Answer, AnswerFile, Ask, Asks
from harness.consumer.capture import PactWatch
from harness.consumer.collecting import declarations_of
from harness.consumer.declaration import Declaration
from harness.consumer.raised import Grounds, the_one_inside
from harness.consumer.redirecting import Redirection
from harness.consumer.schema import type_of_example
from harness.consumer.stashed import let_go
from harness.consumer.validating import validator_of
from harness.domain.fit import Asked, Reception
from harness.standin import Reply

_CASE = pytest.StashKey["Case"]()
_ERROR_CHARACTERS = 2000


@dataclass(slots=True)
class Case:
    """
    One reply put to one test.

    Shape: `was_sent` says that the client got it; `raised` is what the test ended with, None where
    it passed.
    """

    ask: Ask
    reply: str
    was_sent: bool = False
    raised: BaseException | None = None


@dataclass(slots=True)
class ReplyDriver:
    """The hooks of a run that asks what becomes of replies; nothing else of the run is kept."""

    config: pytest.Config
    asks: Asks
    answers: AnswerFile
    active: Case | None = None
    watch: PactWatch = field(init=False)
    redirection: Redirection = field(init=False)
    grounds: Grounds = field(init=False)

    def __post_init__(self) -> None:
        self.watch = PactWatch(roots=(self.config.rootpath, self.config.invocation_params.dir))
        self.redirection = Redirection(lambda pact: self.watch.document_of(pact).document, self._in)
        tests = tuple(map(Path, self.asks.tests))
        self.grounds = Grounds(self.asks.packages, tests, frozenset(self.asks.raises))

    def start(self) -> None:
        """Stand in for mocks, and keep tests from writing pacts."""
        self.answers.open()
        self.watch.start()
        self.redirection.install()

    def stop(self) -> None:
        """Give pact-python back as it was."""
        self.redirection.uninstall()
        self.watch.stop()

    def _in(self, provider: str, reply: Reply) -> Reply:
        """What is answered in a provider's place: the reply under test where it is its turn."""
        case = self.active
        if case is None or (provider, reply.interaction) != (
            case.ask.provider,
            case.ask.interaction,
        ):
            return reply
        case.was_sent = True
        return replace(reply, body=case.reply.encode("utf-8", "surrogatepass"))

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Ask models at once, and leave a copy of each test for each reply to be tried."""
        by_test: dict[str, list[Ask]] = {}
        for ask in self.asks.asks:
            by_test.setdefault(ask.test, []).append(ask)
        found = {item.nodeid for item in items}
        for ask in self.asks.asks:
            if ask.test not in found:
                self._unasked(ask, "", f"its test {ask.test or '(unknown)'} was not collected")
        items[:] = [
            copied
            for item in items
            for ask in by_test.get(item.nodeid, ())
            if not (ask.by_model and self._asked_model(ask, declarations_of(item)))
            for copied in _copies(item, ask)
        ]

    def _asked_model(self, ask: Ask, declared: Iterable[Declaration]) -> bool:
        """Put the replies to the declared model; false where there is none that can tell."""
        kind = next(_models_of(ask, declared), None)
        validate = validator_of(kind) if kind is not None else None
        if validate is None:
            return False
        for reply in ask.replies:
            if ask.id in self.answers.settled:
                break
            try:
                validate(reply)
            except Exception as error:  # noqa: BLE001 - whatever a model raises is its refusal
                told = str(error)[:_ERROR_CHARACTERS]
                self.answers.add(Answer(ask.id, Asked.MODEL, Reception.REFUSED, reply, told))
            else:
                self.answers.add(Answer(ask.id, Asked.MODEL, Reception.TAKEN, reply))
        return True

    def _unasked(self, ask: Ask, reply: str, why: str) -> None:
        self.answers.add(Answer(ask.id, Asked.CODE, Reception.UNASKED, reply, detail=why))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool | None:
        """Pass over a question that is settled; else it is this reply's turn."""
        case = item.stash[_CASE]
        if case.ask.id in self.answers.settled:
            return True
        self.active = case
        self.redirection.strays()
        return None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Note what the test ended with, and answer when it is over."""
        report = yield
        case = item.stash[_CASE]
        if call.excinfo is not None and case.raised is None and not report.skipped:
            case.raised = the_one_inside(call.excinfo.value)
        if report.when == "teardown":
            self.active = None
            self.answers.add(self._answer(case, declarations_of(item)))
        return report

    def _answer(self, case: Case, declared: Iterable[Declaration]) -> Answer:
        error, strays = case.raised, self.redirection.strays()
        taken = Answer(case.ask.id, Asked.CODE, Reception.TAKEN, case.reply)
        if not case.was_sent:
            why = "its test never asked the stand-in for this interaction"
            if error is not None:
                why += f"; it ended with {type(error).__name__}: {error}"
            return replace(taken, reception=Reception.UNASKED, detail=why[:_ERROR_CHARACTERS])
        if error is None or not self.grounds.blames_consumer(error):
            return taken
        if isinstance(error, _raised_on_purpose(declared)):
            return taken
        if strays:
            why = f"the client went on to send {strays[0]}, which no contract of the test answers"
            return replace(taken, reception=Reception.UNASKED, detail=why)
        told = f"{type(error).__name__}: {error}"[:_ERROR_CHARACTERS]
        refused = replace(taken, reception=Reception.REFUSED, error=told)
        return replace(refused, crash=self.grounds.described(error))

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """Let go of the mocks of a declared test."""
        let_go(item)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Say that all was told."""
        self.answers.close(int(exitstatus))


def _models_of(ask: Ask, declared: Iterable[Declaration]) -> Iterator[object]:
    for one in declared:
        if (*one.pair, one.description) == (ask.consumer, ask.provider, ask.description):
            reply = one.response
            yield reply.reads if reply.reads is not None else type_of_example(reply.body)


def _raised_on_purpose(declared: Iterable[Declaration]) -> tuple[type[BaseException], ...]:
    return tuple(kind for one in declared for kind in one.raises)


def _copies(item: pytest.Item, ask: Ask) -> Iterator[pytest.Item]:
    """
    The test once for each reply, each set up and torn down by itself.

    pytest has no way to run an item twice with the fixtures of its module left standing, so each
    run gets a copy that shares nothing that a run changes.
    """
    for reply in ask.replies:
        copied = copy.copy(item)
        copied.stash = pytest.Stash()
        copied.stash[_CASE] = Case(ask, reply)
        copied._report_sections = []
        if isinstance(copied, pytest.Function):
            # A method's instance, and what a run puts into it, belongs to one copy.
            vars(copied).pop("_instance", None)
            vars(copied).pop("_obj", None)
            copied._initrequest()
        yield copied
