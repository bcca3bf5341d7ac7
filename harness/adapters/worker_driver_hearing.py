"""What a worker itself sends while a broker carries messages to it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

from harness.adapters.listening import published
from harness.adapters.publications import Led, messages_of
from harness.adapters.schema_fuzzer_masking import Masker
from harness.adapters.worker_driver_letters import POISON, Letter
from harness.compat.messages.channels import operations_at
from harness.domain.channel import MessagingDocument
from harness.domain.evidence import Unobserved
from harness.domain.produced import MessageShown
from harness.domain.service import BrokerUse, Service
from harness.messaging.inboxes import can_be_heard, outlets_of
from harness.messaging.port import Heard, Inbox, Transport
from harness.services.environment import secrets_of
from harness.services.worker import Workers
from harness.stages.ports import StepContext
from harness.stages.reading import read_documents

# What is told of the letters that were sent to an address.
Spoken: TypeAlias = Callable[[str, Iterable[Letter]], Iterator[MessageShown | Unobserved]]


def speaker_of(service: Service, use: BrokerUse, workers: Workers, context: StepContext) -> Speaker:
    """Give the worker of a service as somebody who is listened to."""
    documents = read_documents(context.taken.values()).of_messages.get(service.name, ())
    masker = Masker.of({}, workers.secrets | secrets_of(service, workers.outside))
    return Speaker(service.name, use, documents, masker)


@dataclass(frozen=True, slots=True)
class Speaker:
    """A worker by the name of its service, how it uses its broker, and its own documents."""

    name: str
    use: BrokerUse
    documents: tuple[MessagingDocument, ...]
    masker: Masker

    @contextmanager
    def overheard(self, transport: Transport, inboxes: Collection[Inbox]) -> Iterator[Spoken]:
        """
        Listen to it, and give what tells what it sent of the letters of an address.

        Shape: of a worker without a document of messages, nothing is told.
        """
        if not (self.documents and can_be_heard(self.use)):
            yield lambda _address, _letters: iter(())
            return
        addresses = [address for one in self.documents for address in one.sent_to]
        outlets = outlets_of(self.use, self.name, addresses, transport.namespace, inboxes)
        before = tuple(outlets.address_of(one.sent_to) for one in inboxes)
        with transport.hear(outlets) as hearing:
            yield lambda address, letters: self._told(
                hearing.heard(), address, letters, before, transport.broker.name
            )

    def _told(
        self,
        heard: Iterable[Heard],
        address: str,
        letters: Iterable[Letter],
        inboxes: tuple[str, ...],
        broker: str,
    ) -> Iterator[MessageShown | Unobserved]:
        given = {POISON, *(one.message.payload for one in letters)}
        led = Led(f"messages of {address}")
        function = f"the worker of {self.name}"
        own = (one for one in heard if self._is_its_word(one, given, inboxes))
        known = ((published(function, one, broker), led) for one in own)
        what = f"what the worker of {self.name} puts on its broker"
        yield from messages_of(self.name, what, known, self.masker)

    def _is_its_word(self, one: Heard, given: set[bytes | None], inboxes: tuple[str, ...]) -> bool:
        """
        Whether it is to be as documented: what is passed on as it came, to be tried again later, or
        put away beside an inbox, is no word of its own where no document tells of the place.
        """
        if any(operations_at(document, one.address) for document in self.documents):
            return True
        is_beside = any(_is_below(one.address, inbox) for inbox in inboxes)
        return not (one.fault or is_beside or one.message.payload in given)


def _is_below(address: str, inbox: str) -> bool:
    return address.startswith(inbox) and not address.removeprefix(inbox)[:1].isalnum()
