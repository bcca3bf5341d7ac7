"""Provider states, reset and credentials: functions of the service, called in its process."""

from __future__ import annotations

import difflib
import inspect
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from .desk import CallFailed, Desk, explained
from .loading import load_object

Handler = Callable[..., Any]


class States:
    """The functions that a service's table names."""

    def __init__(self, states: str | None, reset: str | None, auth: str | None, desk: Desk) -> None:
        self._states = states
        self._reset = reset
        self._auth = auth
        self._desk = desk
        self._open: list[tuple[str, str, Any]] = []

    def change(self, state: str, params: dict[str, Any], action: str) -> dict[str, Any]:
        """Set a state up or tear it down; what the function returned, as a mapping."""
        if not state:  # pact's word for an interaction without any
            return {}
        result: dict[str, Any] = self._desk.do(
            lambda: explained(f"state {state!r}", lambda: self._change(state, params, action))
        )
        return result

    def reset(self) -> None:
        """End every state that is still open, then call the service's reset function."""
        self._desk.do(lambda: explained("reset", self._do_reset))

    def credentials(self) -> dict[str, Any]:
        """The headers for each security scheme."""
        found: dict[str, Any] = self._desk.do(
            lambda: explained("auth", lambda: self._call_named(self._auth))
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
                raise CallFailed(f"state {state!r} yields twice: expected one `yield`")
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
            raise CallFailed(
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
    raise CallFailed(
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
        raise CallFailed(
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
    raise CallFailed(f"state {state!r} returned a {kind}: expected a dict or None")
