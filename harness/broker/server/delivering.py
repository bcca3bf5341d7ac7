"""Delivers what webhooks have to tell: a try, its log, and the threads that make tries."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from harness.broker.semantics.secrecy import hidden, masked, masked_headers, secrets_of
from harness.broker.semantics.templates import Request, rendered
from harness.broker.semantics.terms import FAILURE, RETRYING, SUCCESS, Terms, is_good
from harness.broker.server import awaiting
from harness.broker.server.moments import moment
from harness.broker.server.sending import Received, Unsent, send
from harness.broker.store import deliveries, webhooks
from harness.broker.store.database import Store
from harness.broker.store.deliveries import Delivery, Try
from harness.broker.store.webhooks import Webhook
from harness.domain.json import Json

_LOG: Final = logging.getLogger(__name__)
_THREADS: Final = 4
_LOOKS_EACH_S: Final = 0.5
_PAUSE_S: Final = 5.0
_SHOWN: Final = 8 * 1024
_NOTHING: Final = "not sent, since documents of the provider leave nothing to tell"

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    A request that was made, and what came of it.

    Shape: `request` is as it may be shown; `received` is none where no answer came, and `fault`
    says why.
    """

    request: Request
    received: Received | None
    fault: str
    logs: str

    @property
    def success(self) -> bool:
        """Whether it arrived."""
        return self.received is not None and is_good(self.received.status)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of a delivery at a try."""

    delivery: Delivery
    status: str
    due_at: str | None


def attempted(
    template: Mapping[str, Json], values: Mapping[str, str], key: str, terms: Terms, at: str
) -> Outcome:
    """
    Make a request, and log it without its secrets.

    Shape: `key` is the same at each try, so that who is told twice can tell.
    """
    secrets = secrets_of(template)
    shown = rendered(masked(template), values)
    shown = replace(shown, headers=_texts(masked_headers(shown.headers)))
    received, fault = None, ""
    try:
        request = _keyed(rendered(template, values), key)
        received = send(request, terms.destinations, terms.limit_s)
    except Unsent as unsent:
        fault = hidden(str(unsent), secrets)
    if received is not None:
        received = _hidden(received, secrets)
    lines = "".join(
        f"[{at[:19]}Z] INFO: {line}\n"
        for line in (*_asked(shown), *(_answered(received) if received else [f"Error: {fault}"]))
    )
    # No database keeps a NUL.
    return Outcome(shown, received, fault, lines.replace("\0", "\ufffd"))


def deliver_next(store: Store, terms: Terms, clock: Clock) -> Delivered | None:
    """
    Make one try for what is due, if anything is.

    Shape: no transaction is open while another host is waited for.
    """
    with store.reading() as db:
        if not deliveries.is_due(db, moment(clock())):
            return None
    taken = store.write(lambda db: _taken(db, terms, clock()), lambda _: True)
    if taken is None:
        return None
    one, webhook = taken
    said, is_over = _said(store, one, webhook, terms, moment(clock()))
    wait_s = None if said.success or is_over else terms.wait_s(one.tries + 1)
    status = SUCCESS if said.success else FAILURE if wait_s is None else RETRYING
    ended = clock()
    due_at = None if wait_s is None else moment(ended + timedelta(seconds=wait_s))
    store.write(
        lambda db: deliveries.tried(db, one, said, status, due_at, moment(ended)), lambda _: True
    )
    return Delivered(one, status, due_at)


@contextmanager
def delivering(store: Store, terms: Terms, clock: Clock) -> Iterator[None]:
    """Threads that deliver, until the end; what is on its way then is waited for."""
    stopping = threading.Event()
    threads = [
        threading.Thread(
            target=_deliver, args=(store, terms, clock, stopping), name=f"webhooks-{number}"
        )
        for number in range(_THREADS)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        for thread in threads:
            thread.join()


def _deliver(store: Store, terms: Terms, clock: Clock, stopping: threading.Event) -> None:
    while not stopping.is_set():
        try:
            done = deliver_next(store, terms, clock)
        except SQLAlchemyError:
            _LOG.exception("webhooks wait, since the database does not answer")
            stopping.wait(_PAUSE_S)
        else:
            if done is None:
                stopping.wait(_LOOKS_EACH_S)


def _taken(db: Connection, terms: Terms, now: datetime) -> tuple[Delivery, Webhook | None] | None:
    until = moment(now + timedelta(seconds=terms.lease_s))
    one = deliveries.claimed(db, moment(now), until)
    if one is None:
        return None
    return one, webhooks.find(db, one.webhook_uuid) if one.webhook_uuid else None


def _said(
    store: Store, one: Delivery, webhook: Webhook | None, terms: Terms, now: str
) -> tuple[Try, bool]:
    """What came of a try, and whether no other may follow."""
    if webhook is None or not webhook.enabled:
        what = "disabled" if webhook else "removed"
        return Try(False, f"[{now[:19]}Z] INFO: not sent, since the webhook was {what}\n"), True
    settled = awaiting.settled(store, one, now)
    if settled is None:
        return Try(True, f"[{now[:19]}Z] INFO: {_NOTHING}\n"), True
    found = attempted(json.loads(webhook.request), settled.values, one.uuid, terms, now)
    return Try(found.success, found.logs), False


def _keyed(request: Request, key: str) -> Request:
    if any(name.lower() == "idempotency-key" for name in request.headers):
        return request
    return replace(request, headers={**request.headers, "Idempotency-Key": key})


def _hidden(received: Received, secrets: frozenset[str]) -> Received:
    headers = masked_headers(dict(received.headers))
    return replace(
        received,
        headers=tuple((name, hidden(str(value), secrets)) for name, value in headers.items()),
        body=hidden(received.body.decode("utf-8", "replace"), secrets).encode(),
    )


def _texts(headers: Mapping[str, Json]) -> Mapping[str, str]:
    return {name: str(value) for name, value in headers.items()}


def _asked(request: Request) -> Iterator[str]:
    yield f"HTTP/1.1 {request.method} {request.url}"
    yield from (f"{name}: {value}" for name, value in request.headers.items())
    if request.body:
        yield _cut(request.body)


def _answered(received: Received) -> Iterator[str]:
    yield f"HTTP/1.1 {received.status} {received.reason}"
    if not received.is_shown:
        yield HIDDEN
    else:
        yield from (f"{name}: {value}" for name, value in received.headers)
        if received.body:
            yield _cut(received.body)
    if 300 <= received.status < 400:
        yield "a webhook follows no redirect"


def _cut(body: bytes) -> str:
    text = body.decode("utf-8", "replace")
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


HIDDEN: Final = (
    "For security purposes, the response details are not shown, since the host is not allowed by "
    "name. See /doc/webhooks#whitelist for more information."
)
