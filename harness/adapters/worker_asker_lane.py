"""One address at which a worker is asked: what is sent there, and what is replied."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from harness.adapters.pact_verifier_contracts import Contract
from harness.adapters.pact_verifier_session import label
from harness.adapters.worker_asker_judging import ReplyJudge
from harness.adapters.worker_driver_lane import LAST_CHARS, Patience
from harness.adapters.worker_driver_letters import POISON
from harness.compat.messages.channels import plain_key
from harness.domain.carried import Asked, RequestCarried
from harness.domain.errors import HarnessError, NotDelivered
from harness.domain.evidence import Evidence, Unobserved
from harness.domain.message import Message, UsedBroker
from harness.domain.pact import Interaction
from harness.messaging.port import Asking, Question
from harness.services.worker import RunningWorker, Workers

LOOK_S = 0.05
UNREADABLE_S = 1.0
_CORRELATION = "correlationid"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request that a consumer agreed to ask, and where it is sent to."""

    contract: Contract
    interaction: Interaction
    address: str
    request: Message


@dataclass(frozen=True, slots=True)
class RequestLane:
    """The requests of one address, and the worker that replies to them."""

    address: str
    wanted: list[Wanted]
    asking: Asking
    broker: UsedBroker
    judge: ReplyJudge
    patience: Patience

    def asked(self, workers: Workers) -> Iterator[Evidence]:
        """Ask what was agreed to, then behind what nobody can read, then behind who went away."""
        with workers.started() as worker:
            self._await_worker(worker)
            known: Wanted | None = None
            for at, one in enumerate(self.wanted):
                told, reply = self._answered(worker, one, Asked.AGREED)
                if reply is None and one.interaction.states and not told.ended:
                    yield self.judge.unset(one.contract, one.interaction, "no reply came")
                    continue
                yield told
                if reply is None:
                    yield from self._given_up(self.wanted[at + 1 :])
                    return
                known = known or one
                if not told.is_anothers:
                    yield from self.judge.judged(one.contract, one.interaction, reply)
            if known is not None:
                yield from self._disturbed(worker, known)

    def _disturbed(self, worker: RunningWorker, known: Wanted) -> Iterator[RequestCarried]:
        """Ask what was answered before, behind what must be in nobody's way."""
        for asked, disturb in (
            (Asked.BEHIND_POISON, self._send_unreadable),
            (Asked.BEHIND_GONE, self._ask_and_leave),
        ):
            disturb(worker, known)
            told, reply = self._answered(worker, known, asked)
            yield told
            if reply is None:
                return  # one who answers nobody shows nothing more

    def _answered(
        self, worker: RunningWorker, one: Wanted, asked: Asked
    ) -> tuple[RequestCarried, Message | None]:
        """Ask, and wait for the reply for as long as the worker runs and patience lasts."""
        request = self._as_sent(one) if asked is Asked.AGREED else _as_another(self._as_sent(one))
        began = self.patience.clock()
        reply = None
        # Who is gone by now is one who does not answer.
        with suppress(NotDelivered), self._question(worker, request) as question:
            reply = self._reply(worker, question, self.patience.work_s)
        told = RequestCarried(
            one.contract.pair.consumer,
            one.contract.pair.provider,
            one.interaction.key,
            one.interaction.description,
            self.address,
            self.broker,
            asked,
            is_answered=reply is not None,
            correlation=correlation_of(request),
            replied_to=correlation_of(reply) if reply is not None else "",
            ended=str(worker.ended() or ""),
            waited_s=round(self.patience.clock() - began, 1),
            detail=worker.output() if reply is None else "",
            contract=one.contract.pact.digest,
            pending=one.interaction.pending,
        )
        return told, reply

    def _as_sent(self, one: Wanted) -> Message:
        """The request with the id that clients send here, where its contract names none."""
        own = correlation_of(one.request)
        fresh = str(uuid4()) if self.asking.correlates and not own else own
        return replace(one.request, correlation_id=fresh)

    def _question(self, worker: RunningWorker, request: Message) -> Question:
        """
        Send a request, again and again where nothing else tells that somebody is there.

        Raises: NotDelivered, where nobody is within the time that a worker may take to start.
        """
        end = self.patience.clock() + self.patience.start_s
        while True:
            try:
                return self.asking.ask(request)
            except NotDelivered:
                is_known = self.asking.is_taken() is not None
                if is_known or worker.ended() is not None or self.patience.clock() > end:
                    raise
            self.patience.sleep(LOOK_S)

    def _reply(self, worker: RunningWorker, question: Question, limit_s: float) -> Message | None:
        deadline = self.patience.clock() + limit_s
        while (reply := question.reply(LOOK_S)) is None:
            if worker.ended() is not None:
                return question.reply(0.0)
            if self.patience.clock() > deadline:
                return None
        return reply

    def _send_unreadable(self, worker: RunningWorker, one: Wanted) -> None:
        """Send what is cut short, and take whatever is replied: a refusal is as good as silence."""
        request = replace(_as_another(self._as_sent(one)), payload=POISON)
        with self.asking.ask(request) as question:
            self._reply(worker, question, UNREADABLE_S)

    def _ask_and_leave(self, _worker: RunningWorker, one: Wanted) -> None:
        self.asking.ask(_as_another(self._as_sent(one))).close()

    def _await_worker(self, worker: RunningWorker) -> None:
        """
        Wait until the worker takes requests here.

        Raises: HarnessError, where it ends before, or never does.
        """
        is_there = self.patience.until(
            lambda: worker.ended() is not None or self.asking.is_taken() is not False,
            self.patience.start_s,
        )
        ended, name = worker.ended(), self.judge.service.name
        if ended is not None:
            last = worker.output().strip().rpartition("\n")[2].strip()[-LAST_CHARS:]
            raise HarnessError(
                f"the worker of {name} {ended} before it took requests for {self.address}"
                + (f": {last}" if last else ""),
                hint="start it by hand with the same environment",
                detail=worker.output(),
            )
        if not is_there:
            raise HarnessError(
                f"the worker of {name} takes no requests at {self.broker.address} within "
                f"{self.patience.start_s:g} s",
                hint="let it take them at what {broker} stands for in its table, under the names "
                "that `broker` gives; or leave `worker` out, where it is not to be asked",
                detail=worker.output(),
            )

    def _given_up(self, rest: list[Wanted]) -> Iterator[Unobserved]:
        for one in rest:
            yield Unobserved(
                f"{label(one.contract, one.interaction)}, over {self.broker.name}",
                "not asked: the worker did not reply to what was asked before it",
            )


def correlation_of(message: Message) -> str:
    """The correlation id of a message, under whatever name it has it."""
    named = (value for name, value in message.headers.items() if plain_key(name) == _CORRELATION)
    return message.correlation_id or str(next(named, ""))


def _as_another(request: Message) -> Message:
    """The same request under a correlation id of its own, where its contract's is a plain UUID."""
    own = correlation_of(request)
    try:
        UUID(own)
    except ValueError:
        return request
    fresh = str(uuid4())
    headers = {
        name: fresh if plain_key(name) == _CORRELATION else value
        for name, value in request.headers.items()
    }
    return replace(request, headers=headers, correlation_id=fresh if request.correlation_id else "")
