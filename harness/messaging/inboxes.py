"""The names that a service uses on a broker, and the broker's address as services want it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlsplit

from harness.domain.service import BrokerUse, variable_of
from harness.messaging.free_ports import free_row
from harness.messaging.local.shared import AWAITED, awaited_url
from harness.messaging.local.starting import local_broker
from harness.messaging.port import Inbox, Outlets
from harness.services.processes import LOOPBACK

ADDRESS: Final = "{namespace}{address}"
LOCAL: Final = "local"
SOCKETS: Final = "zeromq"
OF_GROUP: Final = "{namespace}{address}.{service}"
# Where what a service sends by itself can be heard.
HEARD_OF: Final = frozenset({"rabbitmq", "kafka", "redis", "nats", "aws"})

# By kind: the group and the dead-letter place where the table does not name them.
_USUAL: Final[Mapping[str, tuple[str, str]]] = {
    "rabbitmq": (OF_GROUP, "{group}.dead"),
    "kafka": ("{namespace}{service}", OF_GROUP + ".dead"),
    "redis": ("{service}", OF_GROUP + ".dead"),
    "nats": ("{namespace}{address}-{service}", OF_GROUP + ".dead"),
    "aws": (ADDRESS, "{group}-dead"),
}


@dataclass(frozen=True, slots=True)
class BrokerAt:
    """
    A broker that is there.

    Shape: `url` is the transport's; `told` is the address in the form that services want.
    """

    url: str
    told: str

    def secrets(self) -> frozenset[str]:
        """What no text may show of it."""
        password = urlsplit(self.url).password or ""
        return frozenset({password} - {"", "guest"})


@contextmanager
def broker_for(kind: str, outside: Mapping[str, str] = os.environ) -> Iterator[BrokerAt]:
    """
    Reach the broker of a kind where the environment says, else start one for as long as it is used.

    Shape: `local` in place of a URL asks to start one; one that the run has begun is waited for.
    Raises: ServiceNotStarted where its program is not here or does not answer.
    """
    url = outside.get(variable_of(kind), "")
    if url.startswith(AWAITED):
        url = awaited_url(url)
    if url and url != LOCAL:
        yield BrokerAt(url, told_to_services(url))
        return
    with local_broker(kind) as broker:
        yield BrokerAt(broker.url, told_to_services(broker.url))


@contextmanager
def place_of(use: BrokerUse, outside: Mapping[str, str] = os.environ) -> Iterator[BrokerAt]:
    """
    Reach the broker that a service uses, or find the ports of one that has none.

    Raises: ServiceNotStarted, as `broker_for`, or where no ports are free.
    """
    if use.kind != SOCKETS:
        with broker_for(use.kind, outside) as at:
            yield at
        return
    told = outside.get(variable_of(use.kind)) or LOCAL
    url = f"zmq://{LOOPBACK}:{free_row(use.ports)}" if told == LOCAL else told
    options = f"?ports={use.ports}" + ("" if use.has_headers else "&headers=none")
    yield BrokerAt(url + options, told_to_services(url))


def told_to_services(url: str) -> str:
    """
    Give a broker's URL as clients of services take it: without what is said to transports.

    Shape: empty for AWS itself, whose addresses its clients know.
    """
    parts = urlsplit(url)
    if parts.scheme == "kafka":
        return parts.netloc.rpartition("@")[2]
    if parts.scheme in ("sqs", "sns", "eventbridge", "kinesis"):
        scheme = "https" if "tls" in parse_qs(parts.query) else "http"
        return f"{scheme}://{parts.netloc}" if parts.netloc else ""
    if parts.scheme == "zmq":
        return f"tcp://{parts.netloc}"
    return parts._replace(query="").geturl()


def inbox_of(use: BrokerUse, service: str, address: str, namespace: str) -> Inbox:
    """Name the place where a service takes the messages of an address."""
    group, dead = _USUAL.get(use.kind, (OF_GROUP, "{group}.dead"))
    if use.kind == "rabbitmq" and not use.exchange:  # then what is sent goes to a queue by its name
        group = ADDRESS
    if use.topic:  # which feeds a queue of each service that subscribes
        group = "{namespace}{address}-{service}"
    values = {"{namespace}": namespace, "{address}": address, "{service}": service}
    values["{group}"] = _filled(use.group or group, values)
    return Inbox(
        sent_to=_filled(use.address or ADDRESS, values),
        group=values["{group}"],
        dead_letters=_filled(use.dead_letters or dead, values),
        namespace=namespace,
        exchange=_filled(use.exchange, values),
        topic=_filled(use.topic, values),
        is_wrapped=not use.is_raw,
    )


def outlets_of(
    use: BrokerUse,
    service: str,
    addresses: Iterable[str],
    namespace: str,
    inboxes: Iterable[Inbox] = (),
) -> Outlets:
    """Name the places that a service sends to, by the addresses of its channels."""
    values = {"{namespace}": namespace, "{service}": service}
    template = use.topic or use.address or ADDRESS
    return Outlets(
        namespace,
        {_filled(template, values | {"{address}": one}): one for one in addresses},
        _filled(use.exchange, values),
        frozenset(
            name
            for one in inboxes
            for name in (one.sent_to, one.topic, one.group, one.dead_letters)
        ),
    )


def can_be_heard(use: BrokerUse) -> bool:
    """Whether what a service sends there is told from what others send, and by its address."""
    names = use.topic or use.address or ADDRESS
    own = "{namespace}" in (use.exchange or names)
    return use.is_asked and use.kind in HEARD_OF and own and "{address}" in names


def _filled(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(name, value)
    return text
