"""The functions that make a service's messages: found by what a contract names, and called."""

from __future__ import annotations

import base64
import difflib
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from .crashes import described
from .desk import CallFailed, Desk, explained
from .loading import load_object
from .made import message_of
from .states import function_name

Maker = Callable[..., Any]


class Produced:
    """
    What makes the messages of one service.

    Shape: `name` is a module, or `module:object` with a mapping, or one function for all.
    """

    def __init__(self, name: str | None, desk: Desk) -> None:
        self._name = name
        self._desk = desk

    def make(self, asked: dict[str, Any]) -> dict[str, Any]:
        """
        Have the messages of an interaction made.

        Shape: asked for are `description`, `names` (what may name its function: pairs of `by` and
        the name itself, in the order of looking), `given` (values of its states) and `request`
        where it answers one. Told are `function`, `by`, and `messages` or what was `raised`.
        Raises: CallFailed; `missing` where there is no function.
        """
        made: dict[str, Any] = self._desk.do(lambda: explained("messages", lambda: self._do(asked)))
        return made

    def _do(self, asked: dict[str, Any]) -> dict[str, Any]:
        maker, by, place = self._find(asked["description"], asked["names"])
        name = _name_of(maker, place)
        arguments = _arguments(maker, name, asked)
        told: dict[str, Any] = {"function": name, "by": by, "messages": [], "raised": None}
        try:
            values = self._all_of(maker(**arguments))
        except BaseException as error:  # noqa: BLE001 - sys.exit() makes no message either
            return {**told, "raised": described(error)}
        try:
            return {**told, "messages": [message_of(value) for value in values]}
        except CallFailed as error:
            raise CallFailed(f"the function {name} makes no message: {error}") from None

    def _all_of(self, value: Any) -> list[Any]:
        """Several messages are yielded."""
        if inspect.isasyncgen(value):
            return list(self._desk.settle(_collected(value)))
        value = self._desk.settle(value)
        return list(value) if inspect.isgenerator(value) else [value]

    def _find(self, description: str, names: list[list[str]]) -> tuple[Maker, str, str]:
        """The function, by what it was found, and where: the module's name or the mapping's key."""
        if not self._name:
            raise CallFailed("the service's table names no `messages`", missing=True)
        source = load_object(self._name)
        if isinstance(source, Mapping):
            known, told = dict(source), [str(name) for name in source]
        elif callable(source):
            return source, "", self._name
        else:
            known = {
                name: value
                for name, value in vars(source).items()
                if inspect.isroutine(value) and not name.startswith("_")
            }
            told = [name for name, one in known.items() if one.__module__ == source.__name__]
        for by, name in names:
            key = name if isinstance(source, Mapping) else function_name(name)
            if callable(known.get(key)):
                inside = f"[{key!r}]" if isinstance(source, Mapping) else f".{key}"
                return known[key], by, f"{self._name}{inside}"
        wanted = description if isinstance(source, Mapping) else function_name(description)
        near = difflib.get_close_matches(wanted, told, n=1, cutoff=0.5)
        raise CallFailed(
            f"no function makes the message {description!r}: expected {wanted!r} in {self._name},"
            f" which has {', '.join(sorted(told)) or 'none'}"
            + (f"; did you mean {near[0]!r}?" if near else ""),
            missing=True,
        )


def _name_of(maker: Maker, place: str) -> str:
    """What a function is called; a lambda or a partial function has no name but its place."""
    name = str(getattr(maker, "__qualname__", ""))
    if not name or name.endswith("<lambda>"):
        return place
    return f"{getattr(maker, '__module__', '?')}.{name}"


def _arguments(maker: Maker, name: str, asked: dict[str, Any]) -> dict[str, Any]:
    """
    What a function is called with: of all that is at hand, what it has parameters for.

    Values of states go first; `name` and `metadata` are what pact's own functions take.
    """
    request = asked["request"] or {}
    body = request.get("body")
    offered = {
        "description": asked["description"],
        "name": asked["description"],
        "request": None if body is None else base64.b64decode(body),
        "headers": request.get("headers") or {},
        "metadata": request.get("metadata") or {},
        "key": request.get("key"),
        "content_type": request.get("content_type"),
        **asked["given"],
    }
    signature = inspect.signature(maker)
    given = {each: value for each, value in offered.items() if each in signature.parameters}
    try:
        signature.bind(**given)
    except TypeError as error:
        raise CallFailed(
            f"the function {name}{signature} cannot be called: {error}; at hand are"
            f" {', '.join(sorted(offered))}"
        ) from None
    return given


async def _collected(values: Any) -> list[Any]:
    return [value async for value in values]
