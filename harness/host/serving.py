"""
The host: imports a service's application and serves it, with a control channel beside it.

Shape: the order is one line of JSON on a pipe, and the open pipe behind it is the guardian's life:
`app` or `jobs`, `root`, `states`, `reset`, `auth`, `messages`, `token`, `port_fd`, `control_fd`,
`serving_file`, `start_timeout_s`, `observe` (packages, and a directory that lends a typeguard)
where types are to be observed, `calls` (hosts that are reachable, and a file to write others to)
where calls are to be refused, `publisher` (`name`, and whether it `sends`) where one is watched,
and `server` to insist on one.
"""

from __future__ import annotations

import atexit
import faulthandler
import os
import socket
import sys
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

from .calling_out import CallsOut
from .control import Calls, Control, Seen, serve_control
from .crashes import CrashBook, current_request
from .frameworks import watch_frameworks
from .jobs import Jobs
from .loading import ASGI, JOBS, WSGI, framework_of, load_app
from .order import read_order
from .outside import watch_logs, watch_threads
from .publishing import watch_publisher
from .requests_seen import FOR_HARNESS
from .servers import OnMainThread, server_for
from .sites import Sites


def serve(life: str) -> None:
    """Serve until told to stop, or until the guardian is gone."""
    order = read_order(int(life))
    _tell_where_it_hangs(order["start_timeout_s"])
    _prepare_interpreter(order["root"])
    book = CrashBook()
    watch_logs(book)
    watch_threads(book)
    seen = Seen(Sites(lambda: _requests(book)))
    info: dict[str, Any] = {"python": ".".join(map(str, sys.version_info[:3])), "pid": os.getpid()}
    control = Control(order["token"], Calls(order), book, seen, info)
    serve_control(control, _inherited(order["control_fd"]))
    calls = CallsOut(order["calls"], lambda: _requests(book)) if order["calls"] else None
    if calls is not None:
        calls.install()
    if order["observe"]:
        from .observation import Observation  # not for every service: it takes time to import

        seen.observation = Observation(order, seen.sites)
    publisher = order["publisher"]
    if publisher:  # before anybody imports the function by its name
        what = f"the publisher {publisher['name']!r}"
        _loaded(what, lambda: watch_publisher(**publisher, book=seen.publications))
    app, kind = _import(order["app"], order["jobs"])
    info.update(kind=kind, framework=framework_of(app, kind))
    watch_logs(book)
    watch_frameworks(app, book)
    if seen.observation is not None:
        seen.observation.watch()
    if calls is not None:
        calls.watch_loops(are_likely=kind != WSGI)
    server = OnMainThread(app) if kind == JOBS else server_for(kind, order.get("server"))
    info["server"] = server.name
    try:
        tracked = _tracked(app, kind, book)
        server.serve(tracked, _inherited(order["port_fd"]), _announcer(order["serving_file"]))
    except SystemExit as exit:
        _end(exit.code)
    _end(0)


def _tell_where_it_hangs(start_timeout_s: float) -> None:
    """Write every thread's stack before the owner loses patience, and at a fatal signal."""
    faulthandler.enable()
    faulthandler.dump_traceback_later(max(0.1, start_timeout_s - 0.3))


def _prepare_interpreter(root: str) -> None:
    """What a service expects of its process: its root first, and no arguments of ours."""
    sys.path.insert(0, root)
    sys.argv = ["contract-harness-host"]


def _import(name: str | None, jobs: dict[str, list[str]]) -> Any:
    what = f"the application {name!r}" if name else "one of its jobs"
    return _loaded(what, lambda: load_app(name) if name else (Jobs(jobs), JOBS))


def _loaded(what: str, load: Callable[[], Any]) -> Any:
    """Load a part of the service, or end with what kept it from being loaded."""
    try:
        return load()
    except BaseException as error:  # noqa: BLE001 - a SystemExit is no application either
        traceback.print_exc()
        sys.stderr.write(f"{what} does not load: {error!r}\n")
        sys.stderr.flush()
        # the service may have started threads that would keep the process alive
        os._exit(70)


def _requests(book: CrashBook) -> tuple[dict[str, Any] | None, list[dict[str, Any]]] | None:
    """The request that the running code answers, and those in flight where it answers none."""
    request = current_request()
    if FOR_HARNESS.get():
        return None
    return (None, book.in_flight()) if request is None else (request.as_json(), [])


def _inherited(descriptor: int) -> socket.socket:
    listening = socket.socket(fileno=descriptor)
    listening.set_inheritable(False)
    return listening


def _tracked(app: Any, kind: str, book: CrashBook) -> Any:
    """The application under watch; only ASGI needs asyncio, which is slow to import."""
    if kind == ASGI:
        from .asgi import TrackedAsgi

        return TrackedAsgi(app, book)
    from .wsgi import TrackedWsgi

    return TrackedWsgi(app, book)


def _end(code: object) -> NoReturn:
    """Run the exit functions, but wait for no thread and tear down no module: it is over."""
    if isinstance(code, str):
        sys.stderr.write(code + "\n")
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


def _announcer(path: str) -> Callable[[], None]:
    def announce() -> None:
        faulthandler.cancel_dump_traceback_later()
        with open(path, "w"):
            return

    return announce
