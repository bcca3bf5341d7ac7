"""One address of a worker: what is sent there, and what becomes of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness.adapters.worker_driver_letters import POISON, Letter, poison_like
from harness.domain.carried import MessagesCarried, Trial
from harness.domain.errors import HarnessError
from harness.domain.evidence import Unobserved
from harness.domain.message import Message, UsedBroker
from harness.messaging.port import Watch
from harness.services.worker import Calls, RunningWorker, Workers

PAUSE_S = 0.1
# Others are at work beside it: only what is wrong is waited for as long as this.
QUIET_S = 2.0
GONE_S = 5.0
MOMENT_S = 0.2
LAST_CHARS = 300


@dataclass(frozen=True, slots=True)
class Patience:
    """
    How long is waited.

    Units: `start_s` until a worker consumes, `work_s` for what it does with a message, `hold_s` for
    a handler that is at work when its process is killed.
    """

    start_s: float
    work_s: float
    hold_s: float
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def until(self, holds: Callable[[], bool], limit_s: float) -> bool:
        """Wait until something holds, and say whether it came to."""
        end = self.clock() + limit_s
        while not holds():
            if self.clock() > end:
                return False
            self.sleep(PAUSE_S)
        return True


@dataclass(slots=True)
class Lane:
    """
    The letters of one address, and the inbox in which the worker takes them.

    Shape: `hold` is a file that keeps handlers from going on.
    """

    consumer: str
    address: str
    letters: list[Letter]
    watch: Watch
    broker: UsedBroker
    workers: Workers
    patience: Patience
    hold: Path
    _found: list[MessagesCarried] = field(default_factory=list)

    def killed(self) -> Iterator[MessagesCarried | Unobserved]:
        """Kill the worker while a handler is at work, and see what the broker still has."""
        self._await_release()
        self.hold.touch()
        with self.workers.started(self.hold) as worker:
            self._await_consumer(worker)
            for letter in self.letters:
                self.watch.send(letter.message)
            is_inside = self._is_inside(worker)
            if is_inside:
                self.patience.sleep(max(self.patience.hold_s, self.watch.commits_after_s))
            calls, ended = worker.calls(), str(worker.ended() or "")
            worker.kill()
            detail = worker.output()
        self.hold.unlink()
        if not is_inside:
            yield self._unseen(calls, ended, detail)
            return  # the other trials tell what is seen without handlers
        sent = len(self.letters)
        self.patience.until(lambda: self.watch.waiting() >= sent, GONE_S)
        kept = self.watch.waiting() + len(self.watch.refused())
        yield replace(
            self._told(self.letters[0], Trial.KILLED, calls, Calls()),
            sent=sent,
            unfinished=calls.unfinished,
            kept=kept,
            detail=detail,
        )

    def _is_inside(self, worker: RunningWorker) -> bool:
        """Wait until a handler is at work, for as long as one may come to be."""
        # A group outlives its members, so that a worker may not have loaded anything yet.
        self.patience.until(
            lambda: bool(worker.calls().watched) or worker.ended() is not None, self.patience.work_s
        )
        self.patience.until(
            lambda: worker.calls().begun > 0 or worker.ended() is not None, self._limit_s(worker)
        )
        return worker.calls().begun > 0

    def carried(self) -> Iterator[MessagesCarried | Unobserved]:
        """Let it handle what it agreed to, with something between that it cannot read."""
        self._await_release()
        with self.workers.started() as worker:
            self._await_consumer(worker)
            self._await_returned(worker)
            dead = len(self.watch.refused())
            for letter in self.letters:
                self._found.append(self._good(worker, letter, dead))
                dead = len(self.watch.refused())
            last = self._found[-1]
            takes_more = not (worker.ended() or last.is_deaf or last.unfinished)
            poison = self._poison(worker, dead) if takes_more else None
            self.patience.until(lambda: worker.ended() is not None, MOMENT_S)
            gone, detail = worker.ended(), worker.output()
        # Only now is seen what it had in its hands.
        self.patience.until(lambda: self.watch.waiting() == 0, QUIET_S / 2)
        left = self.watch.waiting()
        if poison is not None:
            poison = self._recounted(poison, dead, left, detail)
        if left and not (poison is not None and poison.waiting):
            self._found[-1] = replace(self._found[-1], waiting=left)
        yield from self._found
        if poison is not None:
            yield self._undecided(poison) if self._is_under_way(poison) else poison
        if gone is not None and not left:
            yield self._left(str(gone), detail)

    def _await_returned(self, worker: RunningWorker) -> None:
        """Wait until what came back is settled, each message for as long as one may take."""
        for _ in self.letters:
            before = worker.calls().ended
            is_done = self.patience.until(lambda: self.watch.waiting() == 0, self._work_s)
            if is_done or worker.calls().ended == before:
                return

    def _good(self, worker: RunningWorker, letter: Letter, dead: int) -> MessagesCarried:
        before, began = worker.calls(), self.patience.clock()
        self.watch.send(letter.message)
        is_done = self._settled(worker, before, 1, dead)
        now = worker.calls()
        return replace(
            self._told(letter, Trial.GOOD, now, before),
            sent=1,
            waiting=self.watch.waiting() if not is_done else 0,
            refused=len(self.watch.refused()) - dead,
            unfinished=0 if is_done else now.unfinished,
            ended=str(worker.ended() or ""),
            is_deaf=not is_done and self._is_deaf(worker),
            waited_s=round(self.patience.clock() - began, 1),
            detail=worker.output(),
        )

    def _poison(self, worker: RunningWorker, dead: int) -> MessagesCarried:
        letter, before, began = self.letters[0], worker.calls(), self.patience.clock()
        for message in (letter.message, poison_like(letter), letter.message):
            self.watch.send(message)
        is_done = self._settled(worker, before, 2, dead, poison=True)
        now = worker.calls()
        return replace(
            self._told(letter, Trial.POISON, now, before),
            sent=2,
            unfinished=0 if is_done else now.unfinished,
            ended=str(worker.ended() or ""),
            is_deaf=not is_done and self._is_deaf(worker),
            waited_s=round(self.patience.clock() - began, 1),
        )

    def _recounted(
        self, poison: MessagesCarried, dead: int, left: int, detail: str
    ) -> MessagesCarried:
        refused = self.watch.refused()[dead:]
        unread = _unreadable(refused)
        is_taken = poison.returned > poison.sent  # it was no poison to this handler
        is_cut = bool(poison.ended) or poison.is_deaf
        waiting = left if not (unread or is_taken) or is_cut else 0
        return replace(
            poison,
            refused=len(refused),
            poison=unread,
            waiting=waiting,
            deliveries=max(0, poison.begun - poison.sent) or None,
            detail=detail,
        )

    def _settled(
        self,
        worker: RunningWorker,
        before: Calls,
        good: int,
        dead: int,
        *,
        poison: bool = False,
    ) -> bool:
        """Wait until all that was sent is settled, and nothing has moved for a while."""
        seen: tuple[object, ...] = ()
        since, moved = self.patience.clock(), (0, 0)
        end, latest = since + self._work_s, since + self._work_s * (good + poison)
        while self.patience.clock() < end and worker.ended() is None:
            refused = self.watch.refused()[dead:]
            calls, waiting = worker.calls(), self.watch.waiting()
            returned = calls.returned_since(before)
            is_done = returned + len(refused) >= good + poison and returned >= good - len(refused)
            if waiting == 0 and is_done and (not poison or _unreadable(refused)):
                return True
            if (returned, len(refused)) != moved:  # each message may take as long as one
                moved = (returned, len(refused))
                end = min(latest, self.patience.clock() + self._work_s)
            state = (waiting, calls, len(refused))
            if state != seen:
                seen, since = state, self.patience.clock()
            is_idle = calls.unfinished == 0  # else what is at work may take its time
            if waiting == 0 and is_idle and self.patience.clock() - since > QUIET_S:
                return returned >= good or not calls.watched
            self.patience.sleep(PAUSE_S)
        return False

    def _await_release(self) -> None:
        """
        Wait until what a worker that is gone held is another's to take.

        Raises: HarnessError, where that takes longer than a worker may take to start.
        """
        if not self.patience.until(self.watch.has_let_go, self.patience.start_s):
            raise HarnessError(
                f"{self.broker} still keeps what the worker of {self.consumer} held of "
                f"{self.address} {self.patience.start_s:g} s after its end",
                hint="let it have a shorter session or time to acknowledge, or set a longer "
                "`start_timeout_s`",
            )

    def _await_consumer(self, worker: RunningWorker) -> None:
        """
        Wait until the worker consumes here.

        Raises: HarnessError, where it ends before, or never does.
        """
        is_there = self.patience.until(
            lambda: (
                worker.ended() is not None
                or self._is_taken(worker)
                or worker.calls().begun > worker.calls().unfinished
            ),
            self.patience.start_s,
        )
        ended = worker.ended()
        if worker.calls().begun:  # it did consume, whatever has become of it since
            return
        if ended is not None:
            last = worker.output().strip().rpartition("\n")[2].strip()[-LAST_CHARS:]
            raise HarnessError(
                f"the worker of {self.consumer} {ended} before it consumed {self.address}"
                + (f": {last}" if last else ""),
                hint="start it by hand against the same broker",
                detail=worker.output(),
            )
        if not is_there and self.watch.is_taken() is not None:
            raise HarnessError(
                f"the worker of {self.consumer} takes nothing from {self.address} within "
                f"{self.patience.start_s:g} s: nobody consumes there under the names that its "
                "table gives",
                hint="name its own: broker = { kind = …, group = …, exchange = … }",
                detail=worker.output(),
            )

    def _is_taken(self, worker: RunningWorker) -> bool:
        """Where the broker tells nobody who consumes, whoever has loaded its handlers does."""
        taken = self.watch.is_taken()
        if taken is None:
            return bool(worker.calls().watched) or not worker.tells
        return taken

    def _is_deaf(self, worker: RunningWorker) -> bool:
        """Whether it still runs, and nobody consumes here any more."""
        if worker.ended() is not None or self.watch.is_taken() is None:
            return False
        return not self.patience.until(lambda: self.watch.is_taken() is True, QUIET_S)

    def _left(self, ended: str, detail: str) -> Unobserved:
        return Unobserved(
            f"the worker of {self.consumer} on {self.address}",
            f"it {ended} by itself, though it had handled what was sent: what comes later waits "
            "until somebody starts it again",
            "let it consume until it is told to leave",
            detail,
        )

    def _unseen(self, calls: Calls, ended: str, detail: str) -> Unobserved:
        """Say why a worker that was killed shows nothing."""
        if ended:
            what = f"its worker {ended} before a handler was at work"
            hint = "start it by hand against the same broker"
        elif calls.watched:
            what = (
                f"none of {', '.join(calls.watched)} was called within {self.patience.work_s:g} s"
            )
            hint = "let `handlers` name the modules of what it hands messages to"
        else:
            what = "no handler of it is seen"
            hint = (
                "let `worker` begin with {python}, and `handlers` name the modules of its handlers"
            )
        return Unobserved(
            f"{self.consumer} killed at work on {self.address}",
            f"{what}, so that neither what it acknowledges early nor an unreadable message that it "
            "drops is told apart",
            hint,
            detail,
        )

    def _is_under_way(self, poison: MessagesCarried) -> bool:
        """Whether the broker will put away what is still there, as it counts deliveries."""
        tries = self.watch.tries
        return bool(
            tries and poison.waiting and not poison.ended and (poison.deliveries or 0) <= tries
        )

    def _undecided(self, poison: MessagesCarried) -> Unobserved:
        return Unobserved(
            f"a message of {self.address} that {self.consumer} cannot read",
            f"it was not put away within {poison.waited_s:g} s, and was delivered "
            f"{poison.deliveries or 0} times of the {self.watch.tries} that its queue allows",
            "let the worker hide what it receives for two seconds at most here, by a variable of "
            "`env`, or allow more time by budget = { patience_s = … }",
            poison.detail,
        )

    @property
    def _work_s(self) -> float:
        """What clients or brokers do by their clocks is waited for until it is done."""
        return max(self.patience.work_s, self.watch.commits_after_s, self.watch.puts_away_after_s)

    def _limit_s(self, worker: RunningWorker) -> float:
        """There is nothing to wait for where no handler is told of."""
        return self.patience.work_s if worker.calls().watched else 0.0

    def _told(self, letter: Letter, trial: Trial, now: Calls, before: Calls) -> MessagesCarried:
        return MessagesCarried(
            self.consumer,
            letter.provider,
            letter.interaction,
            self.address,
            self.broker,
            trial,
            sent=0,
            begun=now.begun - before.begun,
            returned=now.returned_since(before),
            raised=now.raised - before.raised,
            is_watched=bool(now.watched),
            tries=self.watch.tries,
            error=now.errors[-1] if len(now.errors) > len(before.errors) else "",
        )


def _unreadable(refused: tuple[Message, ...]) -> int:
    return sum(one.payload is not None and POISON in one.payload for one in refused)
