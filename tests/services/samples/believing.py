"""
A WSGI application on the standard library alone, whose annotations are believed and not true.

Each path calls one function; the answer is 200 whatever the values are.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, Protocol, Self, TypedDict, TypeVar, cast
from unittest.mock import Mock

if TYPE_CHECKING:
    from nowhere import Gone  # type: ignore[import-not-found]

if os.environ.get("REFUSES_TO_BE_OBSERVED") and "_contract_harness_checks" in sys.modules:
    raise RuntimeError("observed")

T = TypeVar("T")


class Plain:
    """A class that stubs may call generic, and the interpreter does not."""


class Named(Protocol):
    """Has a name."""

    name: str


class Greeter(Protocol):
    """Greets."""

    def greet(self, who: str) -> str:
        """Greet somebody."""
        ...


class Host:
    """Greets under another name of the argument, which mypy takes."""

    def greet(self, guest: str) -> str:
        """Greet a guest."""
        return guest


class Reply(TypedDict):
    """What is read of a reply, which may hold more."""

    price: int


class Shelf(Generic[T]):
    """Holds things."""

    def __init__(self, held: T) -> None:
        self._held = held

    @property
    def label(self) -> str:
        """What is written on it."""
        return cast(str, self._held)

    async def taken(self) -> str:
        """What is taken from it."""
        return cast(str, self._held)

    @classmethod
    def numbered(cls, number: int) -> int:
        """Number a shelf."""
        return number


def total(discount: Decimal) -> str:
    """Add up."""
    return handed_on(discount)


def handed_on(discount: Decimal) -> str:
    """Get a value from another function."""
    return str(discount)


def name_of(row: Any) -> str:
    """Believe a column."""
    return cast(str, row)


def counted() -> Iterator[int]:
    """Count, in words at the end."""
    yield 1
    yield cast(int, "two")


def read(text: str) -> int:
    """Believe what was sent."""
    number: int = json.loads(text)
    return number


def listed(numbers: list[int]) -> int:
    """Count numbers."""
    return len(numbers)


def by_name(numbers: dict[str, list[int]]) -> int:
    """Count lists of numbers."""
    return len(numbers)


def greeted(who: Named) -> str:
    """Greet by name."""
    return "hello"


def read_reply(reply: Reply) -> int:
    """Read what is needed."""
    return len(reply)


def welcomed(by: Greeter) -> str:
    """Be greeted."""
    return by.greet("you")


def tower(number: float, other: complex) -> float:
    """Take whole numbers, as PEP 484 says."""
    return number


def unreadable(thing: Plain[int], gone: Gone, later: Absent) -> None:  # type: ignore[type-arg,name-defined] # noqa: F821
    """Have annotations that cannot be evaluated."""


def called(call: Callable[[], int]) -> int:
    """Call, a double or not."""
    return 1


class Node:
    """Links to itself."""

    def linked(self) -> Self:
        """Give itself, by way of a function within."""

        def itself() -> Self:  # type: ignore[type-var]
            return self

        return itself()


def only_in_threads(value: int) -> None:
    """Work where no request is known."""


def in_a_thread(value: Any) -> None:
    """Start a thread."""
    thread = threading.Thread(target=only_in_threads, args=(value,))
    thread.start()
    thread.join()


def _taken() -> str:
    import asyncio

    return asyncio.run(Shelf(b"x").taken())


TRUE: dict[str, Callable[[], object]] = {
    "/true/tower": lambda: tower(1, 2),
    "/true/unreadable": lambda: unreadable(Plain(), None, None),
    "/true/more-keys": lambda: read_reply(cast(Reply, {"price": 1, "more": 2})),
    "/true/protocol": lambda: welcomed(Host()),
    "/true/self": lambda: Node().linked(),
    "/true/mock": lambda: total(cast(Decimal, Mock())),
    "/true/double": lambda: called(Mock()),
    "/true/listed": lambda: listed(list(range(100))),
}
FALSE: dict[str, Callable[[], object]] = {
    "/argument": lambda: total(cast(Decimal, 0.1)),
    "/return": lambda: name_of(None),
    "/yielded": lambda: list(counted()),
    "/variable": lambda: read('"9"'),
    "/tail": lambda: listed([*range(60), cast(int, "x")]),
    "/deep": lambda: by_name({"a": [1], "b": [1, cast(int, None)]}),
    "/keys": lambda: read_reply(cast(Reply, {"price": "1"})),
    "/protocol": lambda: greeted(cast(Named, object())),
    "/property": lambda: Shelf(7).label,
    "/async": _taken,
    "/class": lambda: Shelf.numbered(cast(int, "1")),
    "/thread": lambda: in_a_thread("5"),
}


def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Call what the path names."""
    {**TRUE, **FALSE}.get(environ["PATH_INFO"], lambda: None)()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"ok"]


def reset() -> None:
    """Put nothing back, believing in vain: it works for the harness."""
    name_of(1)
