"""What a running service published, as evidence: a few of each form, with what led to them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from harness.adapters.schema_fuzzer_masking import Masker
from harness.adapters.schema_fuzzer_traffic import Sent
from harness.compat.messages.beside import channel_of, headers_of
from harness.domain.evidence import Unobserved
from harness.domain.json import Json, canonical
from harness.domain.produced import MessageShown, Produced, Published, PublisherWatched, shown
from harness.domain.service import Service
from harness.domain.traffic import Exchange

_OF_ONE_FORM = 5
# Beyond so many each form is shown once, and beyond so many forms it is said that there are more.
_MOST = 300
_MOST_FORMS = 2000


class Publishing(Protocol):
    """A running service whose publishing may be watched."""

    def published(self) -> Sequence[Published]: ...


@dataclass(frozen=True, slots=True)
class Led:
    """What led to a message: an operation and the requests, or the example of a contract."""

    operation: str = ""
    example: str = ""
    exchanges: tuple[Exchange, ...] = ()


def publications_of(
    service: Service,
    running: Publishing,
    led_by: Callable[[str], Led | None],
    masker: Masker,
) -> Iterator[MessageShown | PublisherWatched | Unobserved]:
    """
    Give what a service published, if that is watched, and why a call could not be read.

    Shape: `led_by` knows what the request of an id was.
    """
    if service.publisher is None:
        return

    def led(one: Published) -> Led:
        id = one.request.request_id if one.request else None
        return (led_by(id) if id else None) or Led(_named(one))

    what = f"what {service.name} publishes by {service.publisher.function}"
    known = running.published()
    is_lost = any(one.is_lost for one in known)
    calls = None if is_lost else len(known)
    yield PublisherWatched(service.name, service.publisher.function, calls)
    yield from messages_of(service.name, what, ((one, led(one)) for one in known), masker)
    if is_lost:
        yield Unobserved(
            what,
            "it ended before it was asked, and what it had published until then is not known",
            "look why it ended: its crash or its output is told beside this",
        )
    if any(one.is_unheard for one in known):
        yield Unobserved(
            f"what {service.name} puts on its broker",
            f"{service.publisher.function} was called, and nothing came to the names that are its "
            "own there",
            "let its variables be {broker} and {namespace}; of RabbitMQ, let it declare what it "
            "sends to: the exchange of its table, a topic or a fanout, or the queue",
        )


def messages_of(
    service: str, what: str, known: Iterable[tuple[Published, Led]], masker: Masker
) -> Iterator[MessageShown | Unobserved]:
    """
    Give messages, and why one could not be read.

    Shape: `what` names them together; a few stand for all of one form that went to one channel, led
    to by the same.
    """
    forms: dict[tuple[str, ...], int] = {}
    faults: dict[str, None] = {}
    told = passed_over = 0
    for one, led in known:
        if one.produced is None:
            faults |= {one.fault: None} if one.fault else {}
            continue
        form = (channel_of(one.produced), led.operation, led.example, _form(one.produced))
        if form not in forms and len(forms) == _MOST_FORMS:
            passed_over += 1
            continue
        forms[form] = forms.get(form, 0) + 1
        if forms[form] == 1 or (forms[form] <= _OF_ONE_FORM and told < _MOST):
            told += 1
            text = masker.text(shown(one.produced))
            beside = (led.operation, led.example, led.exchanges, one.broker)
            yield MessageShown(service, one.function, text, "", "", False, *beside)
    if passed_over:
        yield Unobserved(
            what,
            f"{passed_over:,} messages of further forms than the first {_MOST_FORMS:,} are not "
            "looked at",
            "look at fewer operations at once, by `--edge` or `--shard`",
        )
    for fault in faults:
        yield Unobserved(
            what,
            f"it could not be read as a message: {masker.text(fault)}",
            "name the function that is given what is sent: a body or a message, with its channel; "
            "write an entry of a stream of Redis with its payload in the field `payload`",
        )


def published_by_requests(
    service: Service, running: Publishing, history: Iterable[Sent], masker: Masker
) -> Iterator[MessageShown | PublisherWatched | Unobserved]:
    """Give what a service published while it answered these requests."""
    sent = {one.id: one for one in history}

    def led_by(id: str) -> Led | None:
        one = sent.get(id)
        return Led(one.operation, "", (masker.exchange(one),)) if one else None

    return publications_of(service, running, led_by, masker)


def _named(one: Published) -> str:
    return f"{one.request.method} {one.request.path}" if one.request else ""


def _form(made: Produced) -> str:
    """What two messages have in common that differ in nothing but values."""
    try:
        body: Json = json.loads(made.message.payload or b"null")
    except ValueError:
        body = "no JSON"
    return canonical([_shape(body), sorted(headers_of(made)), made.message.content_type])


def _shape(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _shape(each) for name, each in value.items()}
    if isinstance(value, list):
        return sorted({canonical(_shape(each)) for each in value})
    return type(value).__name__
