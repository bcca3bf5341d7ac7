"""What a service really puts on a broker while it is verified and fuzzed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from harness.domain.channel import MessagingDocument
from harness.domain.produced import Produced, Published
from harness.domain.service import Service, speaks_of_broker
from harness.messaging.inboxes import broker_for, can_be_heard, outlets_of
from harness.messaging.naming import fresh_namespace
from harness.messaging.opening import open_transport
from harness.messaging.port import Heard


@dataclass(frozen=True, slots=True)
class Listening:
    """The variables that lead a service to a broker, and what it has put there so far."""

    env: Mapping[str, str]
    heard: Callable[[], tuple[Published, ...]] | None = None


NOT_LISTENING: Final = Listening(MappingProxyType({}))


@contextmanager
def listening(service: Service, documents: Iterable[MessagingDocument]) -> Iterator[Listening]:
    """
    Give a service a broker and hear all that it sends there, where its publisher sends.

    Shape: `documents` are its own, which name the places that it sends to.
    Raises: HarnessError, where no broker of its kind is there.
    """
    use, publisher = service.broker, service.publisher
    if use is None or publisher is None or not (publisher.sends and can_be_heard(use)):
        yield NOT_LISTENING
        return
    namespace = fresh_namespace()
    addresses = [address for one in documents for address in one.sent_to]
    with (
        broker_for(use.kind) as at,
        open_transport(at.url, namespace) as transport,
        transport.hear(outlets_of(use, service.name, addresses, namespace)) as hearing,
    ):
        told = {"{broker}": at.told, "{namespace}": namespace}
        function, broker = publisher.function, transport.broker.name
        yield Listening(
            _variables(service, told),
            lambda: tuple(published(function, one, broker) for one in hearing.heard()),
        )


def published(function: str, one: Heard, broker: str) -> Published:
    """Give what came to a broker as something that a service has published."""
    produced = None if one.fault else Produced(one.message, one.address, one.beside)
    return Published(function, None, produced, one.fault, broker=broker)


def _variables(service: Service, told: Mapping[str, str]) -> Mapping[str, str]:
    found = {}
    for name, value in service.env.items():
        if speaks_of_broker(value.text):
            found[name] = value.text
            for placeholder, text in told.items():
                found[name] = found[name].replace(placeholder, text)
    return found
