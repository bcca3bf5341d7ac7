"""Ask a provider's own worker, over what carries its requests, what its consumers agreed to ask."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial

from harness.adapters.instances import open_workers
from harness.adapters.members import member
from harness.adapters.pact_verifier_contracts import Contract, contracts_of
from harness.adapters.pact_verifier_engine import Engine
from harness.adapters.pact_verifier_relay import Relay
from harness.adapters.worker_asker_judging import ReplyJudge
from harness.adapters.worker_asker_lane import RequestLane, Wanted
from harness.adapters.worker_driver_lane import Patience
from harness.adapters.worker_driver_letters import address_of, letters_of
from harness.compat.messages.beside import as_sent
from harness.domain.channel import MessagingDocument
from harness.domain.evidence import Evidence, Unobserved
from harness.domain.pact import InteractionKind
from harness.domain.service import Service
from harness.domain.steps import AskWorker, DriveWorker
from harness.messaging.inboxes import SOCKETS, inbox_of, place_of
from harness.messaging.naming import fresh_namespace
from harness.messaging.opening import open_transport
from harness.stages.ports import StepContext
from harness.stages.reading import read_documents


class WorkerAsker:
    """Does `AskWorker` steps."""

    def __call__(self, step: AskWorker, context: StepContext) -> Iterator[Evidence]:
        """Ask at each address in turn, by a worker of its own."""
        service = member(step.service, context.config)
        contracts, _refused = contracts_of(step, context)  # which verification tells
        documents = read_documents(context.taken.values()).of_messages.get(service.name, ())
        wanted = [one for each in contracts for one in _wanted(each, documents)]
        if service.broker is None or not wanted:
            return
        with (
            place_of(service.broker) as at,
            open_transport(at.url, fresh_namespace()) as transport,
            open_workers(service, context, at) as workers,
            Relay() as relay,
            ExitStack() as opened,
        ):
            own = replace(workers, namespace=transport.namespace)
            engine = Engine(service.participant, relay.url, context.directory, of_messages=True)
            judge = ReplyJudge(service, engine, relay, transport.broker, at.secrets())
            patience = Patience(service.start_timeout_s, context.config.patience_s, hold_s=0.0)
            inbox = partial(inbox_of, service.broker, service.name, namespace=transport.namespace)
            if service.broker.kind != SOCKETS:
                # What it consumes beside is there before it starts, and removed at the end.
                for address in _consumed(service, context):
                    opened.enter_context(transport.watch(inbox(address)))
            asking = {
                address: opened.enter_context(transport.asking(inbox(address)))
                for address in sorted({one.address for one in wanted})
            }
            for address, each in asking.items():
                there = [one for one in wanted if one.address == address]
                lane = RequestLane(address, there, each, transport.broker, judge, patience)
                yield from lane.asked(own)
        if transport.left:
            yield Unobserved(f"what was made to ask {service.name}", transport.stays())


def _consumed(service: Service, context: StepContext) -> tuple[str, ...]:
    """The addresses of messages that the same worker takes, and replies nothing to."""
    providers = tuple(context.config.name_of(one.provider) for one in context.system.pacts)
    letters = letters_of(service, DriveWorker(service.name, providers), context)
    return tuple(sorted({one.address for one in letters if one.address}))


def _wanted(contract: Contract, documents: tuple[MessagingDocument, ...]) -> Iterator[Wanted]:
    for one in contract.pact.interactions:
        if one.kind is InteractionKind.SYNC and one.messages:
            first = one.messages[0]
            address = address_of(one, first, documents) or one.description
            yield Wanted(contract, one, address, as_sent(first))
