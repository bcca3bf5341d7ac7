"""Let a real broker carry messages to a consumer's own worker, and see what becomes of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial

from harness.adapters.instances import open_workers
from harness.adapters.members import member
from harness.adapters.worker_driver_beside import Seen, Sleep, side_by_side
from harness.adapters.worker_driver_hearing import Speaker, speaker_of
from harness.adapters.worker_driver_lane import Lane, Patience
from harness.adapters.worker_driver_letters import Letter, by_address, letters_of
from harness.adapters.worker_driver_sockets import SocketLane
from harness.domain.errors import HarnessError
from harness.domain.evidence import Evidence, Unobserved
from harness.domain.service import BrokerUse
from harness.domain.steps import DriveWorker
from harness.messaging.inboxes import SOCKETS, BrokerAt, inbox_of, place_of
from harness.messaging.naming import fresh_namespace
from harness.messaging.opening import open_transport
from harness.messaging.port import Inbox, Transport
from harness.services.worker import Workers
from harness.stages.ports import StepContext

HOLD_S = 0.5


class WorkerDriver:
    """Does `DriveWorker` steps."""

    def __call__(self, step: DriveWorker, context: StepContext) -> Iterator[Evidence]:
        """
        Send to all addresses, side by side; what was seen is yielded however it ends.

        Shape: evidence comes in the order of addresses. What is in the way of one is told, and ends
        no other; what is in the way of several is told once.
        """
        service = member(step.service, context.config)
        letters = tuple(letters_of(service, step, context))
        yield from (_nowhere(step, one) for one in letters if not one.address)
        there = by_address(one for one in letters if one.address)
        if service.broker is None or not there:
            return
        with place_of(service.broker) as at, open_workers(service, context, at) as workers:
            speaker = speaker_of(service, service.broker, workers, context)
            around = Surroundings(service.broker, at, workers, there, context, speaker)
            look = around.listen if service.broker.kind == SOCKETS else around.look
            yield from _told(step, side_by_side(partial(look, address) for address in there))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """
    What the looks at all addresses of one worker have in common.

    Shape: `letters` are laid at their addresses. `workers` starts it in no namespace yet.
    """

    use: BrokerUse
    at: BrokerAt
    workers: Workers
    letters: Mapping[str, list[Letter]]
    context: StepContext
    speaker: Speaker

    def look(self, address: str, sleep: Sleep) -> Iterator[Evidence]:
        """
        See what becomes of the letters of one address, and what the worker sends because of them.

        Shape: in a namespace of its own, where the places of the other addresses stay empty, since
        a worker consumes from all of them.
        Raises: HarnessError, where the broker or the worker does not do its part.
        """
        with (
            open_transport(self.at.url, fresh_namespace()) as transport,
            ExitStack() as watched,
        ):
            inboxes = {one: self._inbox(one, transport) for one in self.letters}
            watches = {
                one: watched.enter_context(transport.watch(inbox)) for one, inbox in inboxes.items()
            }
            spoken = watched.enter_context(self.speaker.overheard(transport, inboxes.values()))
            lane = Lane(
                self.workers.service.name,
                address,
                self.letters[address],
                watches[address],
                transport.broker,
                replace(self.workers, namespace=transport.namespace),
                self._patience(sleep),
                self.context.directory / f"hold-{transport.namespace}",
            )
            yield from lane.killed()
            yield from lane.carried()
            yield from spoken(address, self.letters[address])
        if transport.left:
            yield Unobserved(f"what was made for {address}", transport.stays(), "remove it by hand")

    def listen(self, address: str, sleep: Sleep) -> Iterator[Evidence]:
        """
        See what becomes of the letters of one address where nobody keeps them.

        Shape: at ports of its own, so that what is bound for one address is in nobody's way.
        Raises: HarnessError, as `look`.
        """
        with (
            place_of(self.use) as at,
            open_transport(at.url, fresh_namespace()) as transport,
            transport.announcing(self._inbox(address, transport)) as announcing,
        ):
            yield from SocketLane(
                self.workers.service.name,
                address,
                self.letters[address],
                announcing,
                transport.broker,
                replace(self.workers, broker=at.told, namespace=transport.namespace),
                self._patience(sleep),
            ).carried()

    def _inbox(self, address: str, transport: Transport) -> Inbox:
        return inbox_of(self.use, self.workers.service.name, address, transport.namespace)

    def _patience(self, sleep: Sleep) -> Patience:
        limits = (self.workers.service.start_timeout_s, self.context.config.patience_s, HOLD_S)
        return Patience(*limits, sleep=sleep)


def _told(step: DriveWorker, looks: Iterator[Seen]) -> Iterator[Evidence]:
    reasons: dict[str, list[HarnessError]] = {}
    for seen in looks:
        yield from seen.evidence
        if seen.error is not None:
            reasons.setdefault(seen.error.message, []).append(seen.error)
    for message, errors in reasons.items():
        # What is to be done is the same; what was left of each address is not.
        hints = dict.fromkeys(part for one in errors for part in one.hint.split("; "))
        yield Unobserved(step.id, message, "; ".join(hints), errors[0].detail)


def _nowhere(step: DriveWorker, letter: Letter) -> Unobserved:
    return Unobserved(
        step.id,
        f"nothing says where {letter.provider} sends {letter.description!r} to",
        hint="let its document name the channel's address, or the pact's metadata a `channel`",
    )
