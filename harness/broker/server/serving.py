"""Serves a broker on a socket until it is told to stop."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

import uvicorn

from harness.broker.semantics.terms import Terms
from harness.broker.server.application import Application
from harness.broker.server.asgi import Served, is_own
from harness.broker.server.delivering import Delivered, deliver_next, delivering
from harness.broker.server.moments import utc_now
from harness.broker.server.routes import ROUTES
from harness.broker.server.routing import Router
from harness.broker.store.database import Store, opened
from harness.broker.store.migrating import upgrade
from harness.domain.errors import Misused

_BACKLOG: Final = 512
_GRACE_S: Final = 5


@contextmanager
def broker(database: str, clock: Callable[[], datetime] | None = None) -> Iterator[Application]:
    """
    A broker on a database, whose tables are brought up to date.

    Shape: nobody delivers what its webhooks have to tell; it waits for who serves or delivers.
    Raises: Misused, where the database cannot be used.
    """
    with migrated(database) as store:
        yield Application(store, Router(ROUTES), clock)


def serve(
    database: str, host: str, port: int, base_url: str, terms: Terms, told: Callable[[str], None]
) -> None:
    """
    Serve and deliver webhooks until a signal comes; `told` gets the address when it is open.

    Raises: Misused, for an address that is not this machine's alone, or is taken.
    """
    _refuse_strangers(host)
    with (
        migrated(database) as store,
        _listening(host, port) as listener,
        delivering(store, terms, utc_now),
    ):
        application = Application(store, Router(ROUTES), utc_now, terms)
        bound = listener.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        config = uvicorn.Config(
            Served(application, base_url),
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_S,
        )
        told(f"http://{shown}:{bound}")
        uvicorn.Server(config).run(sockets=[listener])


def deliver(database: str, terms: Terms) -> Iterator[Delivered]:
    """
    Deliver what webhooks have to tell, once each, until nothing is due.

    Raises: Misused, where the database cannot be used.
    """
    with migrated(database) as store:
        while found := deliver_next(store, terms, utc_now):
            yield found


@contextmanager
def migrated(database: str) -> Iterator[Store]:
    """A database whose tables are brought up to date."""
    store = opened(database)
    try:
        upgrade(store)
        yield store
    finally:
        store.close()


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


def _refuse_strangers(host: str) -> None:
    """Without users, everybody who can ask may change everything."""
    if not host or not is_own(host):
        said = f"expected an address of this machine alone, such as 127.0.0.1, saw {host}"
        hint = "a broker without users answers everybody; put a proxy that knows users before it"
        raise Misused(said, hint=hint)
