"""Runs of contract tests against replies, begun again after each reply that ends the process."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import dataclass, replace

from harness.adapters.consumer_tests import run_tests
from harness.adapters.consumer_tests_evidence import Record, place_of, records
from harness.adapters.members import environment_of, without_secrets
from harness.adapters.tool_process import Ended
from harness.consumer.asks import Ask, Asks, settles
from harness.domain.config import Config
from harness.domain.crash import Crash, Frame
from harness.domain.fit import Reception
from harness.domain.service import Service
from harness.services.environment import reachable_hosts
from harness.stages.ports import StepContext

_MOST_RUNS = 12
_TOLD = frozenset({"answer", "address", "contradiction", "observed"})


@dataclass(frozen=True, slots=True)
class Died:
    """The process ended while a reply was put, which is that reply's doing."""

    id: str
    what: str
    ended: Ended

    @property
    def sentence(self) -> str:
        """How it ended."""
        if self.ended.code > 128:
            return f"the interpreter was ended by {_signal(self.ended.code - 128)}"
        return f"the interpreter ended with code {self.ended.code}"


@dataclass(frozen=True, slots=True)
class CutShort:
    """The run ended before everything was told, and no reply is to blame."""

    ended: Ended


Told = Record | Died | CutShort


def asks_of(
    service: Service, asks: tuple[Ask, ...], context: StepContext, typeguard: str = ""
) -> Asks:
    """
    Questions with what the consumer's own interpreter must know of the consumer.

    Shape: `typeguard` is a directory that holds one, for a run in which its code is observed.
    """
    return Asks(
        service.packages,
        tuple(str(path) for path in service.contract_tests),
        service.raises,
        asks,
        (str(service.root or service.directory),),
        reachable_hosts(service, environment_of(service, context.directory)),
        patience_s=context.config.patience_s,
        typeguard=typeguard,
    )


def put(
    asks: Asks, service: Service, context: StepContext, name: str = "answers"
) -> Iterator[Told]:
    """
    Put all questions, and give what is told as it is told.

    Shape: the records of answers and of what was seen beside them; a run that a reply ended is
    begun again without it.
    Raises: HarnessError where the interpreter lacks what is needed.
    """
    ended: Ended
    for number in range(_MOST_RUNS):
        held = context.directory / f"{name}.asks.json"
        told = context.directory / f"{name}{number or ''}.jsonl"
        held.write_text(asks.text(), encoding="utf-8")
        # Nobody reads how an assertion failed, and rewriting modules for it takes seconds.
        options = (f"--harness-asks={held}", f"--harness-evidence={told}", "--assert=plain")
        lines: list[Record] = []
        try:
            ended = run_tests(service, context, options, in_place=True)
        finally:
            # What was told until then counts, though the run be cut short.
            lines += records(told)
            yield from (one for one in lines if one["kind"] in _TOLD)
        if lines and lines[-1]["kind"] == "run":
            return
        last = _last_put(lines)
        if last is None:
            yield CutShort(ended)
            return
        if not _is_answered(last, lines):
            yield Died(last["id"], last["what"], ended)
        asks = _without(asks, lines)
        if not asks.asks:
            return
    yield CutShort(ended)


def crash_of(told: Record | None, service: Service, config: Config) -> Crash | None:
    """An exception that a run told, as evidence holds it."""
    if told is None:
        return None
    frames = tuple(
        Frame(
            place_of(one["file"], service, config),
            one["line"],
            one["function"],
            one["module"],
            one["code"],
        )
        for one in told["frames"]
    )
    return Crash(
        seq=0,
        request=None,
        type=told["type"],
        message=without_secrets(told["message"], service),
        frames=frames,
        traceback=without_secrets(told["traceback"], service),
        in_flight=(),
        source="raised",
    )


def _last_put(lines: list[Record]) -> Record | None:
    return next((one for one in reversed(lines) if one["kind"] == "put"), None)


def _is_answered(put: Record, lines: list[Record]) -> bool:
    named = (put["id"], put["what"])
    return any(one["kind"] == "answer" and (one["id"], one["what"]) == named for one in lines)


def _without(asks: Asks, lines: list[Record]) -> Asks:
    """What is left to ask of questions, some of which were put."""
    done = {(one["id"], one["what"]) for one in lines if one["kind"] in ("put", "answer")}
    ended = {one["id"] for one in lines if one["kind"] == "answer" and _settles(one, asks)}
    left = (
        replace(ask, replies=tuple(one for one in ask.replies if (ask.id, one.what) not in done))
        for ask in asks.asks
        if ask.id not in ended
    )
    return replace(asks, asks=tuple(ask for ask in left if ask.replies))


def _settles(answer: Record, asks: Asks) -> bool:
    """Whether an answer leaves nothing more to ask."""
    until = next(one.until for one in asks.asks if one.id == answer["id"])
    return settles(Reception(answer["reception"]), str(answer["site"]), until)


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
