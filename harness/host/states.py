"""Provider states, reset and credentials: functions of the service, called in its process."""

from __future__ import annotations

import difflib
import inspect
import re
import sys
import threading
import traceback
import unicodedata
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any

from .loading import NotLoadable, load_object
from .requests_seen import FOR_HARNESS

Handler = Callable[..., Any]


class StateError(Exception):
    """A state could not be set up; `missing` where nobody handles it."""

    def __init__(self, message: str, *, trace: str = "", missing: bool = False) -> None:
        super().__init__(message)
        self.trace = trace
        self.missing = missing


class Desk:
    """
    One thread that does what it is given, in turn.

    Set-up, tear-down and reset share its thread-locals, its event loop and its connections.
    """

    def __init__(self) -> None:
        self._queue: SimpleQueue[tuple[Callable[[], Any], Future[Any]]] = SimpleQueue()
        self._loop: Any = None
        threading.Thread(target=self._work, name="contract-harness-states", daemon=True).start()

    def do(self, call: Callable[[], Any]) -> Any:
        """Have a function called there, and wait for what comes of it."""
        done: Future[Any] = Future()
        self._queue.put((call, done))
        return done.result()

    def settle(self, value: Any) -> Any:
        """Run a coroutine to its end, on the thread's own loop; anything else is what it is."""
        if not inspect.isawaitable(value):
            return value
        import asyncio  # not for every service: it takes longer to import than the host itself

        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            asyncio.set_event_loop(self._loop)
        return self._loop.run_until_complete(_awaited(value))

    def _work(self) -> None:
        FOR_HARNESS.set(True)
        while True:
            call, done = self._queue.get()
            try:
                done.set_result(call())
            except BaseException as error:  # noqa: BLE001 - it belongs to the caller
                done.set_exception(error)
            finally:
                _close_django_connections()


class States:
    """The functions that a service's table names."""

    def __init__(self, states: str | None, reset: str | None, auth: str | None) -> None:
        self._states = states
        self._reset = reset
        self._auth = auth
        self._desk = Desk()
        self._open: list[tuple[str, str, Any]] = []

    def change(self, state: str, params: dict[str, Any], action: str) -> dict[str, Any]:
        """Set a state up or tear it down; what the function returned, as a mapping."""
        if not state:  # pact's word for an interaction without any
            return {}
        result: dict[str, Any] = self._desk.do(
            lambda: _explained(f"state {state!r}", lambda: self._change(state, params, action))
        )
        return result

    def reset(self) -> None:
        """End every state that is still open, then call the service's reset function."""
        self._desk.do(lambda: _explained("reset", self._do_reset))

    def credentials(self) -> dict[str, Any]:
        """The headers for each security scheme."""
        found: dict[str, Any] = self._desk.do(
            lambda: _explained("auth", lambda: self._call_named(self._auth))
        )
        return found

    def _change(self, state: str, params: dict[str, Any], action: str) -> dict[str, Any]:
        if action == "teardown" and self._resume(state, repr(sorted(params.items()))):
            return {}
        handler = self._find(state)
        if action == "teardown" and "action" not in inspect.signature(handler).parameters:
            return {}
        value = handler(**_arguments(handler, state, params, action))
        if inspect.isgenerator(value) or inspect.isasyncgen(value):
            self._open.append((state, repr(sorted(params.items())), value))
            value = self._advance(value)
        return _as_mapping(state, self._desk.settle(value))

    def _advance(self, generator: Any) -> Any:
        if inspect.isasyncgen(generator):
            return self._desk.settle(generator.__anext__())
        return next(generator)

    def _resume(self, state: str, params: str) -> bool:
        """Let the latest of these states run on behind its `yield`."""
        for index in reversed(range(len(self._open))):
            if self._open[index][:2] == (state, params):
                generator = self._open.pop(index)[2]
                try:
                    self._advance(generator)
                except (StopIteration, StopAsyncIteration):
                    return True
                raise StateError(f"state {state!r} yields twice: expected one `yield`")
        return False

    def _do_reset(self) -> None:
        while self._open:
            state, params, _ = self._open[-1]
            self._resume(state, params)
        self._call_named(self._reset)

    def _call_named(self, name: str | None) -> Any:
        return self._desk.settle(load_object(name)()) if name else {}

    def _find(self, state: str) -> Handler:
        if not self._states:
            raise StateError(
                f"state {state!r} has no handler: the service's table names no `states`",
                missing=True,
            )
        source = load_object(self._states)
        if isinstance(source, Mapping):
            return _handler_in(dict(source), state, state, self._states, list(source))
        if callable(source):
            everything: Handler = source
            return everything
        own = {
            name: value
            for name, value in vars(source).items()
            if inspect.isroutine(value) and not name.startswith("_")
        }
        defined = [name for name, value in own.items() if value.__module__ == source.__name__]
        return _handler_in(own, state, function_name(state), self._states, defined)


def function_name(state: str) -> str:
    """The name of the function that handles a state in a module."""
    name = re.sub(r"\W+", "_", unicodedata.normalize("NFKC", state).lower()).strip("_")
    return "_" + name if name[:1].isdigit() else name


def _handler_in(
    known: dict[str, Any], state: str, key: str, where: str, told: list[str]
) -> Handler:
    """Find a handler; `told` are the names that are worth telling where there is none."""
    if key in known and callable(known[key]):
        handler: Handler = known[key]
        return handler
    near = difflib.get_close_matches(key, told, n=1, cutoff=0.5)
    raise StateError(
        "state {!r} has no handler: expected {!r} in {}, which has {}{}".format(
            state,
            key,
            where,
            ", ".join(sorted(told)) or "none",
            f"; did you mean {near[0]!r}?" if near else "",
        ),
        missing=True,
    )


def _arguments(handler: Handler, state: str, params: dict[str, Any], action: str) -> dict[str, Any]:
    """
    What a handler is called with: the state's parameters by name.

    Handlers written for pact's own verifier ask for `state`, `action` and `parameters` instead.
    """
    signature = inspect.signature(handler)
    offered = {"action": action, "parameters": params, "params": params}
    if "state" in signature.parameters and "action" in signature.parameters:
        offered["state"] = state
    special = {
        name: value
        for name, value in offered.items()
        if name in signature.parameters and name not in params
    }
    takes_all = "parameters" in special or "params" in special
    wanted = signature.parameters if takes_all else params
    given = {name: value for name, value in params.items() if name in wanted}
    given.update(special)
    try:
        signature.bind(**given)
    except TypeError as error:
        raise StateError(
            "state {!r} is given ({}), but its handler is {}{}: {}".format(
                state, ", ".join(params), getattr(handler, "__name__", "?"), signature, error
            )
        ) from None
    return given


def _as_mapping(state: str, value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if isinstance(value, Mapping):
        return dict(value)
    kind = type(value).__name__
    raise StateError(f"state {state!r} returned a {kind}: expected a dict or None")


def _explained(what: str, call: Callable[[], Any]) -> Any:
    """Call, and turn whatever is raised into a sentence with its traceback."""
    try:
        return call()
    except StateError:
        raise
    except NotLoadable as error:
        raise StateError(f"{what}: {error}") from None
    except BaseException as error:  # noqa: BLE001 - sys.exit() is no state either
        message = f"{what} raised {type(error).__name__}: {error}"
        raise StateError(message, trace=traceback.format_exc()) from None


async def _awaited(value: Any) -> Any:
    return await value


def _close_django_connections() -> None:
    """A reset may have replaced the database's file under an open connection."""
    database = sys.modules.get("django.db")
    if database is not None:
        try:
            database.connections.close_all()
        except Exception:  # noqa: BLE001 - a lost connection must not fail the state
            traceback.print_exc()
