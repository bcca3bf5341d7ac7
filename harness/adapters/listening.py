"""What a service really puts on a broker while it is verified and fuzzed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from harness.domain.produced import Produced, Published
from harness.domain.service import BrokerUse, Service, speaks_of_broker
from harness.messaging.inboxes import broker_for, exchange_of
from harness.messaging.naming import fresh_namespace
from harness.messaging.opening import open_transport
from harness.messaging.port import Hearing

# Where all that goes to one exchange can be heard, whatever reads it.
HEARD_OF: Final = frozenset({"rabbitmq"})


@dataclass(frozen=True, slots=True)
class Listening:
    """The variables that lead a service to a broker, and what it has put there so far."""

    env: Mapping[str, str]
    heard: Callable[[], tuple[Published, ...]] | None = None


NOT_LISTENING: Final = Listening(MappingProxyType({}))


@contextmanager
def listening(service: Service) -> Iterator[Listening]:
    """
    Give a service a broker and hear all that it sends there, where its publisher sends.

    Raises: HarnessError, where no broker of its kind is there.
    """
    use, publisher = service.broker, service.publisher
    if use is None or publisher is None or not (publisher.sends and _can_be_heard(use)):
        yield NOT_LISTENING
        return
    with (
        broker_for(use.kind) as at,
        open_transport(at.url, fresh_namespace()) as transport,
        transport.hear(exchange_of(use, transport.namespace)) as hearing,
    ):
        told = {"{broker}": at.told, "{namespace}": transport.namespace}
        broker = f"{transport.broker.product} {transport.broker.version}".rstrip()
        function = f"{publisher.function} on {broker}"
        yield Listening(_variables(service, told), lambda: _published(hearing, function))


def _can_be_heard(use: BrokerUse) -> bool:
    # What others send to an exchange that is everybody's is no word of this service.
    return use.is_asked and use.kind in HEARD_OF and "{namespace}" in use.exchange


def _variables(service: Service, told: Mapping[str, str]) -> Mapping[str, str]:
    found = {}
    for name, value in service.env.items():
        if speaks_of_broker(value.text):
            found[name] = value.text
            for placeholder, text in told.items():
                found[name] = found[name].replace(placeholder, text)
    return found


def _published(hearing: Hearing, function: str) -> tuple[Published, ...]:
    return tuple(
        Published(function, None, Produced(one.message, one.address, one.beside))
        for one in hearing.heard()
    )
