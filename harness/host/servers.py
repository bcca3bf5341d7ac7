"""Which server answers: the service's own where its interpreter has one."""

from __future__ import annotations

import importlib
import importlib.util
import signal
import socket
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from typing import Any

from .jobs import Jobs, leave_on_sigterm
from .loading import ASGI

Announce = Callable[[], None]
GRACEFUL_S = 0.5


class Server(ABC):
    """A way to serve an application on a listening socket, on the main thread."""

    name = ""
    needs = ""

    @abstractmethod
    def serve(self, app: Any, listening: socket.socket, announce: Announce) -> None:
        """Serve until SIGTERM, and announce the moment from which requests are answered."""


class Uvicorn(Server):
    """uvicorn, with the event loop and the parser that the service has installed for it."""

    name = needs = "uvicorn"

    def serve(self, app: Any, listening: socket.socket, announce: Announce) -> None:
        """Serve until SIGTERM."""
        uvicorn = importlib.import_module("uvicorn")
        config = uvicorn.Config(app, access_log=False, log_config=None, log_level="warning")
        server = uvicorn.Server(config)
        make_loop = getattr(config, "get_loop_factory", None)
        if make_loop is None:  # before 0.36 uvicorn sets the loop's policy instead
            config.setup_event_loop()
        _run_in_loop(_serve_uvicorn(server, listening, announce), make_loop and make_loop())


async def _serve_uvicorn(server: Any, listening: socket.socket, announce: Announce) -> None:
    """Serve, and leave at once when told: uvicorn's own way takes a fifth of a second."""
    import asyncio

    told = asyncio.Event()
    serving = asyncio.ensure_future(server.serve(sockets=[listening]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.005)
    if not server.started:
        await serving
        raise SystemExit(3)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    announce()
    telling = asyncio.ensure_future(told.wait())
    await asyncio.wait([serving, telling], return_when=asyncio.FIRST_COMPLETED)
    if not telling.done():
        await serving
        return
    ending = asyncio.ensure_future(server.lifespan.shutdown())
    await asyncio.wait([ending], timeout=GRACEFUL_S)
    raise SystemExit(0)


class Hypercorn(Server):
    """hypercorn, where uvicorn is not to be had."""

    name = needs = "hypercorn"

    def serve(self, app: Any, listening: socket.socket, announce: Announce) -> None:
        """Serve until SIGTERM."""
        import asyncio

        config = importlib.import_module("hypercorn.config").Config()
        config.bind = [f"fd://{listening.fileno()}"]
        config.graceful_timeout = GRACEFUL_S
        serve: Any = importlib.import_module("hypercorn.asyncio").serve

        async def run() -> None:
            told = asyncio.Event()
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
            serving = asyncio.ensure_future(serve(app, config, shutdown_trigger=told.wait))
            await asyncio.sleep(0)
            announce()
            await serving

        asyncio.run(run())


class OwnAsgi(Server):
    """The standard library's asyncio, for a service that brings no server."""

    name = "own-asgi"

    def serve(self, app: Any, listening: socket.socket, announce: Announce) -> None:
        """Serve until SIGTERM."""
        import asyncio

        from .asgi_server import run

        asyncio.run(run(app, listening, announce))


class Waitress(Server):
    """waitress, for a WSGI service that has it."""

    name = needs = "waitress"

    def serve(self, app: Any, listening: socket.socket, announce: Announce) -> None:
        """Serve until SIGTERM."""
        waitress = importlib.import_module("waitress")
        server = waitress.create_server(app, sockets=[listening], threads=8, channel_timeout=600)
        _exit_on_sigterm()
        announce()
        server.run()


class OwnWsgi(Server):
    """A thread for each connection: werkzeug's and wsgiref's servers close it after one answer."""

    name = "own-wsgi"

    def serve(self, app: Any, listening: socket.socket, announce: Announce) -> None:
        """Serve until SIGTERM."""
        from .wsgi_server import run

        _exit_on_sigterm()
        run(app, listening, announce)


class OnMainThread(Server):
    """Answers on a thread of its own: jobs have the main one, as signals and libraries ask."""

    name = "jobs"

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs

    def serve(self, app: Any, listening: socket.socket, announce: Announce) -> None:
        """Serve until SIGTERM."""
        from .wsgi_server import run

        leave_on_sigterm(self._jobs)
        threading.Thread(target=run, args=(app, listening, announce), daemon=True).start()
        self._jobs.work()


def server_for(kind: str, wanted: str | None = None) -> Server:
    """The first of the kind's servers that is at hand."""
    asgi: list[Server] = [Uvicorn(), Hypercorn(), OwnAsgi()]
    wsgi: list[Server] = [Waitress(), OwnWsgi()]
    for server in asgi if kind == ASGI else wsgi:
        if wanted in (None, server.name) and (
            not server.needs or importlib.util.find_spec(server.needs) is not None
        ):
            return server
    raise LookupError(f"no server {wanted!r} for {kind} here")


def _exit_on_sigterm() -> None:
    """Leave by an exception, so that the service's own exit functions run."""

    def leave(*_: object) -> None:
        raise SystemExit(0)

    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, leave)


def _run_in_loop(main: Coroutine[Any, Any, None], make: Callable[[], Any] | None) -> None:
    import asyncio
    import sys

    if sys.version_info >= (3, 11):  # noqa: UP036 - services may be older than the harness
        with asyncio.Runner(loop_factory=make) as runner:
            runner.run(main)
    else:
        loop = make() if make is not None else asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        loop.run_until_complete(main)
