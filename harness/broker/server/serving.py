"""Serves a broker on a socket until it is told to stop."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

import uvicorn
from uvicorn.supervisors import Multiprocess

from harness.broker.semantics.scopes import Door
from harness.broker.semantics.terms import Terms
from harness.broker.server.ahead import comparing
from harness.broker.server.application import Application
from harness.broker.server.asgi import MAX_BODY_BYTES, Served, is_own
from harness.broker.server.delivering import Delivered, deliver_next, delivering
from harness.broker.server.guard import Guard
from harness.broker.server.moments import utc_now
from harness.broker.server.origins import Origins
from harness.broker.server.routes import ROUTES
from harness.broker.server.routing import Router
from harness.broker.store import accounts
from harness.broker.store.database import Store, opened
from harness.broker.store.migrating import upgrade
from harness.domain.errors import Misused

_BACKLOG: Final = 512
_GRACE_S: Final = 5
# Until then a worker that does not answer is starting, as it may for long on a busy machine; who
# ends it sooner starts it again and again.
_STARTING_S: Final = 60


@dataclass(frozen=True, slots=True)
class Manner:
    """
    How a broker meets those who ask.

    Shape: `base_url` is how clients call it, empty where the request's host says it; `opened` are
    the doors that are open to everybody, `origins` those whose pages may ask; `workers` is how many
    processes answer.
    """

    base_url: str = ""
    opened: frozenset[Door] = frozenset()
    origins: frozenset[str] = frozenset()
    max_body_bytes: int = MAX_BODY_BYTES
    workers: int = 1


@contextmanager
def migrated(database: str) -> Iterator[Store]:
    """
    A database, whose tables are brought up to date.

    Raises: Misused, where it cannot be used.
    """
    store = opened(database)
    try:
        upgrade(store)
        yield store
    finally:
        store.close()


@contextmanager
def broker(database: str, clock: Callable[[], datetime] | None = None) -> Iterator[Application]:
    """
    A broker in this process, which obeys whoever can reach its database anyway.

    Shape: nobody delivers what its webhooks have to tell; it waits for who serves or delivers.
    Raises: Misused, where the database cannot be used.
    """
    with migrated(database) as store:
        yield Application(store, Router(ROUTES), clock, guard=Guard(None))


def serve(
    database: str,
    host: str,
    port: int,
    manner: Manner,
    terms: Terms,
    told: Callable[[str], None],
) -> None:
    """
    Serve and deliver webhooks until a signal comes; `told` gets the address when it is open.

    Raises: Misused, for an address that is taken, or that is not this machine's alone where the
    database knows no users.
    """
    with migrated(database) as store:
        _refuse_strangers(store, host)
        with (
            _listening(host, port) as listener,
            delivering(store, terms, utc_now),
            comparing(store, utc_now),
        ):
            bound = listener.getsockname()[1]
            shown = f"[{host}]" if ":" in host else host
            told(f"http://{shown}:{bound}")
            if manner.workers > 1:
                config = _config(partial(_joining, database, manner, terms), manner.workers)
                Multiprocess(config, sockets=[listener]).run()
            else:
                config = _config(partial(_served, store, manner, terms))
                uvicorn.Server(config).run(sockets=[listener])


def _config(factory: Callable[[], Served], workers: int = 1) -> uvicorn.Config:
    return uvicorn.Config(
        factory,
        factory=True,
        workers=workers,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
        timeout_worker_healthcheck=_STARTING_S,
    )


def _served(store: Store, manner: Manner, terms: Terms) -> Served:
    guard, origins = Guard(store, manner.opened), Origins(manner.origins)
    application = Application(store, Router(ROUTES), utc_now, terms, guard=guard, origins=origins)
    return Served(application, manner.base_url, manner.max_body_bytes)


def _joining(database: str, manner: Manner, terms: Terms) -> Served:
    """One of several processes that answer at one socket, on connections of its own."""
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    return _served(opened(database), manner, terms)


def _leave_with_parent() -> None:
    """Who is killed cannot end its workers, which would answer at its port for ever."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


def deliver(database: str, terms: Terms) -> Iterator[Delivered]:
    """
    Deliver what webhooks have to tell, once each, until nothing is due.

    Raises: Misused, where the database cannot be used.
    """
    with migrated(database) as store:
        while found := deliver_next(store, terms, utc_now):
            yield found


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named, since asyncio sends small answers at once only on what it knows to be TCP.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except (OSError, OverflowError) as error:
            said = f"cannot listen on {host}:{port}: {error}"
            raise Misused(said, hint="--port 0 takes a free one") from None
        listener.listen(_BACKLOG)
        yield listener


def _refuse_strangers(store: Store, host: str) -> None:
    """Without users, everybody who can ask may change everything."""
    if host and is_own(host):
        return
    with store.reading() as db:
        if accounts.is_any_in_force(db):
            return
    said = f"expected an address of this machine alone, such as 127.0.0.1, saw {host}: the broker"
    hint = "make the first token: harness broker token create --name NAME --scope admin"
    raise Misused(f"{said} knows neither users nor tokens, and would obey everybody", hint=hint)
