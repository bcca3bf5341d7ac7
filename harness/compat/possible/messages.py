"""Every message worth trying that may come where a contract shows one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from harness.compat.messages.channels import (
    Spoken,
    is_address,
    is_name,
    meant,
    plain_key,
    spoken_of,
)
from harness.compat.possible.contents import Contents, ReplySet, named_apart, shown_body
from harness.compat.schemas.bounds import Bounds
from harness.compat.schemas.directions import Directed, Direction
from harness.domain.channel import Action, ChannelOperation, MessageType, MessagingDocument
from harness.domain.document import Document
from harness.domain.json import Json, canonical, mapping
from harness.domain.pact import Body, Interaction, InteractionKind, Message, Presence
from harness.domain.possible import Fault, Origin, PossibleReply

_OPENS: Final = frozenset('{["')
_NO_TEXT: Final = b"\xff\xfe\x80".decode("utf-8", "surrogateescape")
_GIGABYTE: Final = 2**30
_UNVARIED: Final = frozenset({"contenttype", "key"})


@dataclass(slots=True)
class PossibleMessages:
    """
    What one document lets its producer send.

    Shape: `is_earlier` says that it is of an earlier version than the contracts; keeps what it made
    of schemas, so one for each document is best kept.
    Units: as those of `Contents`.
    """

    document: MessagingDocument
    examples: int
    seed: int
    bounds: Bounds = field(default_factory=Bounds)
    is_earlier: bool = False
    _sent: Contents = field(init=False)
    _received: Contents = field(init=False)

    def __post_init__(self) -> None:
        named = Document(
            self.document.spec_version,
            self.document.title,
            (),
            definitions=self.document.definitions,
        )
        self._sent = self._contents(named, Direction.REPLY)
        self._received = self._contents(named, Direction.REQUEST)

    def of(self, interaction: Interaction) -> ReplySet:
        """What may come where a consumer reads a message, or the first reply to its own."""
        message = read_of(interaction)
        if message is None:
            return ReplySet("", unknown=_why_none(interaction))
        broken = tuple(broken_messages(message))
        spoken = spoken_of(self.document, interaction)
        if not isinstance(spoken, Spoken):
            return ReplySet("", replies=broken, unknown="its document has no such message")
        operation = spoken.operation
        offered = _offered(operation, interaction, message)
        if offered is None:
            unknown = _why_unknown(operation, interaction)
            return ReplySet(operation.label, replies=broken, unknown=unknown)
        made = ReplySet("")
        if message.body.presence not in (Presence.ABSENT, Presence.EMPTY):
            made = self._side(operation, interaction).of(
                offered.payload, message.body, interaction.key
            )
        headers = _headers_left_out(offered, message, operation)
        replies = tuple(named_apart((*made.replies, *headers, *broken)))
        return replace(made, operation=operation.label, replies=replies)

    def simpler(self, interaction: Interaction, body: str) -> tuple[str, ...]:
        """
        Bodies between the one of the contract and another, the nearest to the contract first.

        Shape: JSON texts, all of them allowed by the document.
        """
        message, spoken = read_of(interaction), spoken_of(self.document, interaction)
        if message is None or not isinstance(spoken, Spoken):
            return ()
        offered = _offered(spoken.operation, interaction, message)
        side = self._side(spoken.operation, interaction)
        return () if offered is None else side.simpler(offered.payload, message.body, body)

    def _contents(self, named: Document, direction: Direction) -> Contents:
        directed = Directed(named, direction)
        return Contents(directed, self.examples, self.seed, self.bounds, self.is_earlier)

    def _side(self, operation: ChannelOperation, interaction: Interaction) -> Contents:
        """Who makes what comes: the application of the document, or those that it hears."""
        is_sent = operation.action is Action.SEND
        if interaction.kind is InteractionKind.SYNC:
            is_sent = not is_sent
        return self._sent if is_sent else self._received


def otherwise_delivered(*, has_company: bool) -> Iterator[PossibleReply]:
    """
    The message of a contract as it is, but not once or not in its turn.

    Shape: `has_company` says that its test is handed other messages beside it.
    """
    yield PossibleReply("the same message again", Origin.DELIVERY, fault=Fault.REPEATED)
    if has_company:
        yield PossibleReply("the messages in another order", Origin.DELIVERY, fault=Fault.MOVED)


def broken_messages(message: Message) -> Iterator[PossibleReply]:
    """
    What comes through channels whatever any document says, the plainest first.

    Shape: what cannot be read as the message that it stands for, however it is meant; whole JSON of
    another form is its producer's fault, and is looked for there.
    """
    shown = shown_body(message.body)
    yield _broken("a text that is not JSON", body="{not json")
    yield _broken("an empty body", body="")
    yield _broken("bytes that are no text", body=_NO_TEXT)
    if "key" in message.metadata:  # what has no key is nowhere compacted
        yield PossibleReply("a tombstone", Origin.NETWORK, fault=Fault.ABSENT)
    if shown and message.body.is_json and shown[0] in _OPENS:
        yield _broken("half of the body", body=shown[: len(shown) // 2])
    if shown:
        yield _broken("the body as text/plain", media_type="text/plain")
        yield _broken("the body without a content type", media_type="")
    held = {name: str(value) for name, value in headers_of(message).items()}
    if held:
        yield PossibleReply("no headers at all", Origin.NETWORK, headers=canonical({}))
    announced = canonical({**held, "content-length": str(_GIGABYTE)})
    yield PossibleReply("a gigabyte is announced", Origin.NETWORK, headers=announced)


def _broken(what: str, *, body: str | None = None, media_type: str | None = None) -> PossibleReply:
    return PossibleReply(what, Origin.NETWORK, media_type=media_type, body=body)


def _headers_left_out(
    offered: MessageType, message: Message, operation: ChannelOperation
) -> Iterator[PossibleReply]:
    """The message without each header of which its document says that it may be absent."""
    schema = mapping(offered.headers.schema)
    known, required = mapping(schema.get("properties")), schema.get("required")
    held = headers_of(message)
    for name, value in held.items():
        is_told = is_address(name, value, operation) or is_name(name, value, offered)
        is_required = isinstance(required, list) and name in required
        if name in known and not is_required and not is_told:
            left = {key: str(each) for key, each in held.items() if key != name}
            what = f"the header {name} is absent"
            yield PossibleReply(what, Origin.DOCUMENT, headers=canonical(left))


def headers_of(message: Message) -> Mapping[str, Json]:
    """What travels beside a body as headers, neither its place nor its key nor its content type."""
    return {
        name: value
        for name, value in message.metadata.items()
        if plain_key(name) not in _UNVARIED and name != "channel"
    }


def read_of(interaction: Interaction) -> Message | None:
    """The message that the consumer reads: the first reply to one that it sent, or the only one."""
    if interaction.kind is InteractionKind.SYNC:
        return next(iter(interaction.replies), None)
    is_one = len(interaction.messages) == 1 and not interaction.replies
    return interaction.messages[0] if is_one else None


def _why_none(interaction: Interaction) -> str:
    if interaction.kind is InteractionKind.SYNC:
        return "its contract shows no reply"
    return "it is not an interaction of one message"


def _offered(
    operation: ChannelOperation, interaction: Interaction, message: Message
) -> MessageType | None:
    """The message of an operation that is meant; none where it may be any of several."""
    reply = operation.reply
    if interaction.kind is InteractionKind.SYNC:
        candidates = reply.messages if reply is not None and not reply.unknown else ()
    else:
        candidates = operation.messages
    found = meant(candidates, message)
    return found[0] if len(found) == 1 else None


def _why_unknown(operation: ChannelOperation, interaction: Interaction) -> str:
    reply = operation.reply
    if operation.unknown:
        return operation.unknown
    if interaction.kind is not InteractionKind.SYNC:
        return "its document does not say which message it is"
    if reply is None or not (reply.unknown or reply.messages):
        return "its document says of no reply to it"
    return reply.unknown or "its document does not say which reply it is"


def message_text(shown: Body, by: PossibleReply) -> str:
    """A message that may come as a reader sees it: its content type, and its body below."""
    if by.fault in (Fault.ABSENT, Fault.MOVED):
        return by.what
    media_type = shown.content_type if by.media_type is None else by.media_type
    body = shown_body(shown) if by.body is None else by.body
    readable = body.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    beside = f" with headers {by.headers}" if by.headers else ""
    twice = ", twice" if by.fault is Fault.REPEATED else ""
    return f"{media_type}{beside}{twice}\n\n{readable}".strip()
