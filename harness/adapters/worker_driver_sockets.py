"""One address of a worker that listens at a socket: what is sent there, and what it handles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.adapters.worker_driver_lane import LAST_CHARS, MOMENT_S, QUIET_S, Patience
from harness.adapters.worker_driver_letters import Letter, poison_like
from harness.domain.carried import MessagesCarried, Trial
from harness.domain.errors import HarnessError
from harness.domain.evidence import Unobserved
from harness.domain.message import UsedBroker
from harness.messaging.port import Announcing
from harness.services.worker import Calls, RunningWorker, Workers


@dataclass(frozen=True, slots=True)
class SocketLane:
    """The letters of one address, published to whoever has subscribed: nobody keeps them."""

    consumer: str
    address: str
    letters: list[Letter]
    announcing: Announcing
    broker: UsedBroker
    workers: Workers
    patience: Patience

    def carried(self) -> Iterator[MessagesCarried | Unobserved]:
        """Publish what it agreed to, then what nobody can read, then what it agreed to again."""
        with self.workers.started() as worker:
            self._await_subscriber(worker)
            for letter in self.letters:
                told = self._published(worker, letter, Trial.GOOD, worker.calls())
                if not (told.is_watched or told.ended):
                    yield self._unseen(worker)
                    return
                yield told
                if told.waiting:
                    return  # who takes no message shows nothing more
            before = worker.calls()
            self.announcing.send(poison_like(self.letters[0]))
            self._await_quiet(worker)
            told = self._published(worker, self.letters[0], Trial.POISON, before)
            yield told
            if not told.waiting and self.patience.until(lambda: _is_over(worker), MOMENT_S):
                yield self._left(worker)

    def _published(
        self, worker: RunningWorker, letter: Letter, trial: Trial, since: Calls
    ) -> MessagesCarried:
        """
        Publish one, and wait for its handler.

        Shape: what is told is counted from `since` on, where something came before it.
        """
        before, began = worker.calls(), self.patience.clock()
        self.announcing.send(letter.message)
        self.patience.until(lambda: _is_handled(worker, before), self.patience.work_s)
        now, ended = worker.calls(), worker.ended()
        is_raised = now.raised > before.raised
        is_done = now.returned_since(before) > 0 or (is_raised and trial is Trial.GOOD)
        return MessagesCarried(
            self.consumer,
            letter.provider,
            letter.interaction,
            self.address,
            self.broker,
            trial,
            sent=1,
            waiting=0 if is_done else 1,
            begun=now.begun - since.begun,
            returned=now.returned_since(since),
            raised=now.raised - since.raised,
            unfinished=0 if is_done else now.unfinished,
            is_watched=bool(now.watched),
            error=now.errors[-1] if len(now.errors) > len(since.errors) else "",
            ended=str(ended or ""),
            is_deaf=not is_done and ended is None and not self.announcing.is_heard(),
            is_kept=False,
            waited_s=round(self.patience.clock() - began, 1),
            detail=worker.output(),
        )

    def _await_quiet(self, worker: RunningWorker) -> None:
        """Wait until what it makes of an unreadable message is over, and nothing moves."""
        seen: Calls | None = None
        end = self.patience.clock() + self.patience.work_s
        while (now := worker.calls()) != seen or now.unfinished:
            if _is_over(worker) or self.patience.clock() > end:
                return
            seen = now
            self.patience.sleep(QUIET_S / 2)

    def _await_subscriber(self, worker: RunningWorker) -> None:
        """
        Wait until the worker has subscribed: what is published before is lost by design.

        Raises: HarnessError, where it ends before, or never does.
        """
        is_over = self.patience.until(
            lambda: _is_over(worker) or self.announcing.is_heard(), self.patience.start_s
        )
        ended, output = worker.ended(), worker.output()
        if ended is not None:
            last = output.strip().rpartition("\n")[2].strip()[-LAST_CHARS:]
            raise HarnessError(
                f"the worker of {self.consumer} {ended} before it subscribed to {self.address}"
                + (f": {last}" if last else ""),
                hint="start it by hand with the same environment",
                detail=output,
            )
        if not is_over:
            raise HarnessError(
                f"the worker of {self.consumer} does not subscribe to {self.address} within "
                f"{self.patience.start_s:g} s",
                hint="let a SUB socket of it connect to what {broker} stands for, or to one of the "
                "`ports` behind it, and subscribe to {namespace}{address}, or to what `address` of "
                "its broker says; or leave `worker` out, where it takes them in another way",
                detail=output,
            )

    def _unseen(self, worker: RunningWorker) -> Unobserved:
        return Unobserved(
            f"{self.consumer} listening to {self.address}",
            "no handler of it is seen, so that nothing tells whether a message is handled",
            "let `worker` begin with {python}, and `handlers` name the modules of its handlers",
            worker.output(),
        )

    def _left(self, worker: RunningWorker) -> Unobserved:
        return Unobserved(
            f"the worker of {self.consumer} on {self.address}",
            f"it {worker.ended()} by itself, though it had handled what was sent: what comes later "
            "is lost",
            "let it listen until it is told to leave",
            worker.output(),
        )


def _is_over(worker: RunningWorker) -> bool:
    return worker.ended() is not None


def _is_handled(worker: RunningWorker, before: Calls) -> bool:
    """Whether a call has come to an end since, or none ever will."""
    now = worker.calls()
    return now.returned_since(before) > 0 or now.raised > before.raised or _is_over(worker)
