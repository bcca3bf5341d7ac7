"""What an author declares: values that say one interaction, and where it was said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
MARK = "__contract_harness__"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text that may vary: it matches `regex` whole, and is `example` in the test."""

    regex: str
    example: str


@dataclass(frozen=True, slots=True)
class Like(Generic[T]):
    """A value whose types count and whose content does not."""

    example: T
    reads: object = None


Text = str | Pattern
Beside = Text | Like[str] | Like[int] | Like[float] | Like[bool]
"""What travels beside a message's body: exactly so, or as far as its matcher says."""
Texts = Mapping[str, "Text | list[str]"]


@dataclass(frozen=True, slots=True)
class State:
    """A provider state with its parameters."""

    name: str
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NoBody:
    """Says that a message has no body at all, which is not the same as null."""


NO_BODY = NoBody()


@dataclass(frozen=True, slots=True)
class Request:
    """What the consumer sends; a body counts as it is written, unless it is `like(...)`."""

    method: str
    path: Text
    query: Texts
    headers: Texts
    body: object


@dataclass(frozen=True, slots=True)
class Reply:
    """What the provider answers: an example, and the type that the consumer reads from it."""

    status: int
    body: object
    reads: object
    headers: Texts
    may_be_absent: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CloudEvent:
    """
    The attributes of a CloudEvent, which a message's body is the data of.

    Shape: `attributes` are by the names of the specification; `prefix` is what headers put before
    such a name, and empty where the body is an envelope that holds attributes and data.
    """

    attributes: Mapping[str, Text]
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """
    What comes through a channel: an example, the type that the consumer reads, what travels beside.

    Shape: `channel` is the address that it comes from or goes to, empty for a reply, whose place
    the request names; `key` decides over partitions or groups, where a transport has such;
    `operation` is the name of the producer's operation in its AsyncAPI
    document, where the channel alone does not tell; `envelope` is the event that a body is put into
    as its data.
    """

    body: object
    channel: str
    reads: object = None
    headers: Mapping[str, Beside] = field(default_factory=dict)
    key: Beside | None = None
    content_type: str = "application/json"
    operation: str = ""
    may_be_absent: frozenset[str] = frozenset()
    envelope: CloudEvent | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A line of source."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Declaration:
    """One interaction of one pair, as declared on a test."""

    consumer: str
    provider: str
    description: str
    given: tuple[State, ...]
    request: Request
    response: Reply
    raises: tuple[type[BaseException], ...]
    place: Place

    @property
    def pair(self) -> tuple[str, str]:
        """Consumer and provider."""
        return (self.consumer, self.provider)


@dataclass(frozen=True, slots=True)
class MessageDeclaration:
    """
    One message that one consumer takes from one producer, as declared on a test.

    Shape: `idempotent` says that the test's own assertions hold when the message came twice, too.
    """

    consumer: str
    provider: str
    description: str
    given: tuple[State, ...]
    message: Message
    raises: tuple[type[BaseException], ...]
    place: Place
    idempotent: bool = False

    @property
    def pair(self) -> tuple[str, str]:
        """Consumer and producer."""
        return (self.consumer, self.provider)


@dataclass(frozen=True, slots=True)
class ExchangeDeclaration:
    """A message that one consumer sends to one provider, and the reply that it reads."""

    consumer: str
    provider: str
    description: str
    given: tuple[State, ...]
    message: Message
    reply: Message
    raises: tuple[type[BaseException], ...]
    place: Place

    @property
    def pair(self) -> tuple[str, str]:
        """Consumer and provider."""
        return (self.consumer, self.provider)


Declared = Declaration | MessageDeclaration | ExchangeDeclaration
"""Whatever a test may declare."""


def declared_on(function: object) -> tuple[Declared, ...]:
    """The declarations that a test function carries, in the order of reading."""
    found: object = getattr(function, MARK, ())
    return found if isinstance(found, tuple) else ()


def declare(function: Callable[..., object], declaration: Declared) -> None:
    """Put one more declaration before those that a function carries."""
    setattr(function, MARK, (declaration, *declared_on(function)))
