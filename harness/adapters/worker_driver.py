"""Let a real broker carry messages to a consumer's own worker, and see what becomes of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

from harness.adapters.instances import open_workers
from harness.adapters.members import member
from harness.adapters.worker_driver_lane import Lane, Patience
from harness.adapters.worker_driver_letters import Letter, by_address, letters_of
from harness.domain.evidence import Evidence, Unobserved
from harness.domain.service import Service
from harness.domain.steps import DriveWorker
from harness.messaging.inboxes import broker_for, inbox_of
from harness.messaging.naming import fresh_namespace
from harness.messaging.opening import open_transport
from harness.stages.ports import StepContext

HOLD_S = 0.5


class WorkerDriver:
    """Does `DriveWorker` steps."""

    def __call__(self, step: DriveWorker, context: StepContext) -> Iterator[Evidence]:
        """Send to each address in turn; what was seen is yielded however it ends."""
        service = member(step.service, context.config)
        letters = tuple(letters_of(service, step, context))
        yield from (_nowhere(step, one) for one in letters if not one.address)
        addressed = [one for one in letters if one.address]
        if service.broker is None or not addressed:
            return
        with (
            broker_for(service.broker.kind) as at,
            open_transport(at.url, fresh_namespace()) as transport,
            open_workers(service, context, at, transport.namespace) as workers,
            ExitStack() as watched,
        ):
            lanes = [
                Lane(
                    service.name,
                    address,
                    there,
                    # All at once: each start of the worker makes its places anew.
                    watched.enter_context(
                        transport.watch(
                            inbox_of(service.broker, service.name, address, transport.namespace)
                        )
                    ),
                    transport.broker,
                    workers,
                    _patience(service, context),
                    context.directory / "hold",
                )
                for address, there in by_address(addressed).items()
            ]
            for lane in lanes:
                yield from lane.killed()
                yield from lane.carried()


def _patience(service: Service, context: StepContext) -> Patience:
    return Patience(service.start_timeout_s, context.config.patience_s, HOLD_S)


def _nowhere(step: DriveWorker, letter: Letter) -> Unobserved:
    return Unobserved(
        step.id,
        f"nothing says where {letter.provider} sends {letter.description!r} to",
        hint="let its document name the channel's address, or the pact's metadata a `channel`",
    )
