"""The one function by which a service publishes: what it is called with is written down."""

from __future__ import annotations

import inspect
import threading
from collections import deque
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from .crashes import current_request
from .desk import CallFailed
from .loading import NotLoadable, load_object
from .made import BESIDE, BODIES, PROPERTIES, message_of, plain
from .requests_seen import FOR_HARNESS

MOST_KEPT = 5000
PAYLOADS = (*BODIES, "message", "event", "content", "msg")


class Publications:
    """What was published, numbered from 1, each with the request that was being answered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: deque[dict[str, Any]] = deque(maxlen=MOST_KEPT)
        self._last = 0

    def note(self, function: str, call: Callable[[], dict[str, Any]]) -> None:
        """Write down one call; what cannot be read as a message is kept as the reason."""
        if FOR_HARNESS.get():
            return
        told: dict[str, Any] = {"function": function, "message": None, "fault": ""}
        try:
            told["message"] = call()
        except CallFailed as error:
            told["fault"] = str(error)
        except Exception as error:  # noqa: BLE001 - to look at a call must never fail it
            told["fault"] = f"{type(error).__name__}: {error}"
        request = current_request()
        told["request"] = None if request is None else request.as_json()
        with self._lock:
            self._last += 1
            self._kept.append({**told, "seq": self._last})

    def all(self) -> dict[str, Any]:
        """Everything that is kept, and how many there were."""
        with self._lock:
            return {"publications": list(self._kept), "last": self._last}


def watch_publisher(name: str, book: Publications, *, sends: bool) -> None:
    """
    Stand in the place of a function or method, before others import it by name.

    Shape: where it `sends`, it is called as well; else nothing is published, and None returned.
    Raises: NotLoadable.
    """
    module, _, path = name.partition(":")
    place, _, attribute = path.rpartition(".")
    owner = load_object(f"{module}:{place}" if place else module)
    try:
        held = inspect.getattr_static(owner, attribute)
    except AttributeError:
        raise NotLoadable(f"{name!r}: {owner!r} has no attribute {attribute!r}") from None
    kind = type(held) if isinstance(held, (staticmethod, classmethod)) else None
    original = held.__func__ if kind else getattr(owner, attribute)
    watched: Any = _watched(original, name, book, sends=sends)
    try:
        setattr(owner, attribute, kind(watched) if kind else watched)
    except (AttributeError, TypeError) as error:
        raise NotLoadable(f"{name!r} cannot be watched: {error}") from None


def _watched(
    original: Callable[..., Any], name: str, book: Publications, *, sends: bool
) -> Callable[..., Any]:
    signature = inspect.signature(original)

    @wraps(original)
    def watched(*args: Any, **kwargs: Any) -> Any:
        book.note(name, lambda: message_of_call(signature, args, kwargs))
        return original(*args, **kwargs) if sends else None

    @wraps(original)
    async def watched_async(*args: Any, **kwargs: Any) -> Any:
        book.note(name, lambda: message_of_call(signature, args, kwargs))
        return await original(*args, **kwargs) if sends else None

    return watched_async if inspect.iscoroutinefunction(original) else watched


def message_of_call(
    signature: inspect.Signature, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> dict[str, Any]:
    """
    The record of a message by the arguments that publish it.

    Raises: CallFailed where none of them is a message or the body of one.
    """
    named = _named(signature, args, kwargs)
    body = next((name for name in PAYLOADS if name in named), None)
    if body is None:
        told = ", ".join(named) or "nothing"
        raise CallFailed(f"expected a parameter {', '.join(PAYLOADS)}; seen {told}")
    record = _of_payload(named[body])
    for key, names in BESIDE.items():
        found = (_place(named[name]) for name in names if name in named)
        record[key] = next((one for one in found if one not in (None, "")), record[key])
    own = {name: plain(named[name]) for name in PROPERTIES if named.get(name) is not None}
    record["properties"] = {**record["properties"], **own}
    headers = named.get("headers")
    if headers:
        record["headers"] = {**record["headers"], **message_of(("", dict(headers)))["metadata"]}
    return {**record, "bare": False}


def _named(
    signature: inspect.Signature, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> dict[str, Any]:
    """Every argument by its parameter's name; what is gathered by `**` by its own."""
    try:
        bound = signature.bind(*args, **kwargs)
    except TypeError as error:
        raise CallFailed(f"expected arguments of {signature}: {error}") from None
    bound.apply_defaults()
    found: dict[str, Any] = {}
    for name, value in bound.arguments.items():
        gathered = signature.parameters[name].kind is inspect.Parameter.VAR_KEYWORD
        found.update(value if gathered else {name: value})
    return found


def _of_payload(value: Any) -> dict[str, Any]:
    written = getattr(value, "model_dump_json", None)
    if callable(written):  # what clients make of a model of pydantic
        return {**message_of(written()), "of_json": True}
    return message_of((None, {}) if value is None else value)


def _place(value: Any) -> Any:
    """A place or a key as text: clients have objects for queues, which have names."""
    if value is None or isinstance(value, (str, bytes, int, float)):
        return plain(value)
    return getattr(value, "name", None) or str(value)
