"""Which server answers: the service's own where its interpreter has one."""

from __future__ import annotations

import importlib
import importlib.util
import signal
import socket
from collections.abc import Callable
from typing import Any

from .loading import ASGI

Announce = Callable[[], None]
GRACEFUL_S = 0.5


class Server:
    """A way to serve an application on a listening socket, on the main thread."""

    name = ""
    needs = ""

    def serve(self, app: Any, listening: socket.socket, announce: Announce) -> None:
        """Serve until SIGTERM, and announce the moment from which requests are answered."""
        raise NotImplementedError


class Uvicorn(Server):
    """uvicorn, with the event loop and the parser that the service has installed for it."""

    name = needs = "uvicorn"

    def serve(self, app: Any, listening: socket.socket, announce: Announce) -> None:
        """Serve until SIGTERM."""
        import asyncio

        uvicorn = importlib.import_module("uvicorn")
        options = {"access_log": False, "log_config": None, "log_level": "warning"}
        config = uvicorn.Config(app, timeout_graceful_shutdown=GRACEFUL_S, **options)
        server = uvicorn.Server(config)

        async def run() -> None:
            serving = asyncio.ensure_future(server.serve(sockets=[listening]))
            while not server.started and not serving.done():
                await asyncio.sleep(0.005)
            if server.started:
                announce()
            await serving

        runner = getattr(config, "get_loop_factory", None)
        if runner is None:  # before 0.36 uvicorn sets the loop's policy instead
            config.setup_event_loop()
            asyncio.run(run())
        else:
            _run_in_loop(run, runner())
        if not server.started:
            raise SystemExit(3)


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


def _run_in_loop(run: Callable[[], Any], factory: Callable[[], Any] | None) -> None:
    import asyncio
    import sys

    if sys.version_info >= (3, 11):  # noqa: UP036 - services may be older than the harness
        with asyncio.Runner(loop_factory=factory) as runner:
            runner.run(run())
    else:
        loop = factory() if factory is not None else asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(run())
        finally:
            loop.close()
