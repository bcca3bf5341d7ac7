"""What an application sends and receives as messages, whatever version of AsyncAPI says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from harness.domain.document import Content, Document, Problem, closed_over
from harness.domain.json import Json, digest


class Action(Enum):
    """What the application of the document does with a message, never what others do."""

    SEND = "send"
    RECEIVE = "receive"


@dataclass(frozen=True, slots=True)
class MessageType:
    """
    A kind of message that travels through a channel.

    Shape: `name` is its key in the channel, and `aliases` are what it is called beside; `payload`
    and `headers` hold a schema of None where the document gives none; `correlation` is the runtime
    expression of the place that carries its correlation id; `bindings` are what the document says
    of one broker's protocol (a key, a partition, an exchange), as written; `location` is the JSON
    path of its text, behind all references.
    """

    name: str
    payload: Content
    headers: Content
    aliases: tuple[str, ...] = ()
    correlation: str = ""
    bindings: Mapping[str, Json] = field(default_factory=dict)
    extensions: Mapping[str, Json] = field(default_factory=dict)
    location: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """
    A place through which messages travel: a topic, a queue, a routing key.

    Shape: `address` may hold `{parameters}`, and is None where it is known at run time alone;
    `unknown` says why the channel could not be read whole.
    """

    name: str
    address: str | None = None
    messages: Mapping[str, MessageType] = field(default_factory=dict)
    parameters: Mapping[str, Json] = field(default_factory=dict)
    bindings: Mapping[str, Json] = field(default_factory=dict)
    extensions: Mapping[str, Json] = field(default_factory=dict)
    location: str = ""
    unknown: str = ""

    @property
    def label(self) -> str:
        """How a channel is named in sentences: by its address, where that is known."""
        return self.name if self.address is None else self.address


@dataclass(frozen=True, slots=True)
class Reply:
    """
    What comes back for a message that asks for it.

    Shape: `channel` is None, and `address` a runtime expression, where the asking message says
    where the reply goes.
    """

    messages: tuple[MessageType, ...] = ()
    channel: Channel | None = None
    address: str = ""
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class ChannelOperation:
    """
    One thing that the application does through a channel.

    Shape: `name` is its key in the document; `messages` are those of the channel that it handles;
    `location` is its JSON path; `unknown` says why it could not be read whole.
    """

    name: str
    action: Action
    channel: Channel
    messages: tuple[MessageType, ...] = ()
    reply: Reply | None = None
    bindings: Mapping[str, Json] = field(default_factory=dict)
    extensions: Mapping[str, Json] = field(default_factory=dict)
    location: str = ""
    unknown: str = ""

    @property
    def label(self) -> str:
        """How an operation is named in sentences: `send orders.created`."""
        return f"{self.action.value} {self.channel.label}"


@dataclass(frozen=True, slots=True)
class MessagingDocument:
    """
    What an application promises over messages.

    Shape: `definitions` holds the named schemas that `#/$defs/…` references name; `raw` is the text
    as JSON, as it was written.
    """

    spec_version: str
    title: str
    channels: Mapping[str, Channel] = field(default_factory=dict)
    operations: tuple[ChannelOperation, ...] = ()
    definitions: Mapping[str, Json] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    raw: Json = None

    @property
    def digest(self) -> str:
        """The digest of the text as JSON, made when asked for; empty where there is no text."""
        return digest(self.raw) if self.raw is not None else ""

    @property
    def schemas(self) -> Document:
        """The named schemas alone, in the form in which schemas of either kind are compared."""
        return Document(self.spec_version, self.title, (), definitions=self.definitions)

    @property
    def sent_to(self) -> tuple[str, ...]:
        """The addresses that the application sends to, as far as they are known beforehand."""
        sent = (one.channel.address for one in self.operations if one.action is Action.SEND)
        return tuple(dict.fromkeys(address for address in sent if address))

    def operation(self, name: str) -> ChannelOperation | None:
        """The operation with a name, or none."""
        return next((each for each in self.operations if each.name == name), None)

    def closed(self, schema: Json) -> Json:
        """A schema that stands alone: with the definitions that it reaches, and no others."""
        return closed_over(schema, self.definitions)
