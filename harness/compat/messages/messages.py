"""Compares the messages of a pact with what an AsyncAPI document says of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from harness.compat.messages.channels import Spoken, labels, meant, spoken_of
from harness.compat.messages.received import Received, unsaid
from harness.compat.messages.sent import Sent, asks_something
from harness.compat.schemas.bounds import Bounds
from harness.compat.schemas.directions import Directed, Direction
from harness.domain.channel import Action, ChannelOperation, MessageType, MessagingDocument, Reply
from harness.domain.fit import Code, Gap, InteractionCompat, Kind, Misfit
from harness.domain.pact import Interaction, InteractionKind, Message

Told: TypeAlias = list[Misfit | Gap]
Judged = Callable[[MessageType, Message], Iterator[Misfit | Gap]]


@dataclass(frozen=True, slots=True)
class _Matched:
    """What was told of one message of a pact, and the message of the document that it is of."""

    told: Told
    message: MessageType | None = None


@dataclass(slots=True)
class Channels:
    """
    A document of messages, ready to be compared with any number of interactions.

    Shape: keeps what it made of schemas, so one for each document is best kept.
    """

    document: MessagingDocument
    bounds: Bounds = field(default_factory=Bounds)
    _output: Received = field(init=False)
    _input: Received = field(init=False)
    _sent: Sent = field(init=False)

    def __post_init__(self) -> None:
        schemas = self.document.schemas
        inward = Directed(schemas, Direction.REQUEST)
        self._output = Received(Directed(schemas, Direction.REPLY), self.bounds)
        self._input = Received(inward, self.bounds)
        self._sent = Sent(inward, self.bounds)

    def answers(self, interaction: Interaction) -> bool:
        """Whether the document has an operation that an interaction speaks of."""
        return isinstance(spoken_of(self.document, interaction), Spoken)

    def compared(self, interaction: Interaction) -> InteractionCompat:
        """
        What an interaction of messages and the document say of each other.

        Shape: a message travels as the pact says, from provider to consumer, and a request the
        other way. What the document's application sends is closed, as a reply over HTTP is; what
        it receives may hold more than it names.
        """
        if interaction.kind is InteractionKind.HTTP:
            gap = Gap(Code.MESSAGE_UNREFERENCED, "not an interaction of messages")
            return InteractionCompat("", gaps=(gap,))
        spoken = spoken_of(self.document, interaction)
        if isinstance(spoken, Spoken):
            return self._compared(spoken, interaction)
        return _compat("", [spoken], interaction)

    def _compared(self, spoken: Spoken, interaction: Interaction) -> InteractionCompat:
        operation = spoken.operation
        if operation.unknown:
            gap = Gap(Code.MESSAGE_PAYLOAD, operation.unknown)
            return _compat(operation.label, [gap], interaction, spoken.by)
        is_sync = interaction.kind is InteractionKind.SYNC
        matched = list((self._exchanged if is_sync else self._alone)(operation, interaction))
        told = [each for one in matched for each in one.told]
        taken = [one.message for one in matched if one.message is not None]
        compat = _compat(labels(operation, taken), told, interaction, spoken.by)
        return replace(compat, messages=tuple(dict.fromkeys(each.name for each in taken)))

    def channel(self, interaction: Interaction) -> str:
        """The label of the channel that an interaction speaks of, empty where none is known."""
        spoken = spoken_of(self.document, interaction)
        return spoken.operation.channel.label if isinstance(spoken, Spoken) else ""

    def _alone(self, operation: ChannelOperation, interaction: Interaction) -> Iterator[_Matched]:
        received = self._output if operation.action is Action.SEND else self._input
        for message in interaction.messages:
            judged = received.judged(operation, interaction.reader)
            yield _matched(operation.messages, message, judged, operation.name)

    def _exchanged(
        self, operation: ChannelOperation, interaction: Interaction
    ) -> Iterator[_Matched]:
        for message in interaction.messages:
            yield _matched(operation.messages, message, self._sent.told, operation.name)
        if not interaction.messages and any(map(asks_something, operation.messages)):
            yield _Matched([unsaid(Code.MESSAGE_REQUEST_PAYLOAD)])
        reply = operation.reply
        if reply is not None and reply.unknown:
            yield _Matched([Gap(Code.MESSAGE_PAYLOAD, reply.unknown)])
        elif reply is None or not reply.messages:
            yield _Matched([_replyless(operation)])
        elif not interaction.replies:
            yield _Matched([_unread(reply)])
        else:
            received = self._input if operation.action is Action.SEND else self._output
            judged = received.judged(operation, interaction.reader)
            for message in interaction.replies:
                yield _matched(reply.messages, message, judged, operation.name)


def _matched(
    candidates: Sequence[MessageType], message: Message, judged: Judged, operation: str
) -> _Matched:
    """The message of an operation that a pact's message is of: the one that fits best."""
    tried: list[_Matched] = []
    for each in meant(candidates, message):
        tried.append(_Matched([_of(each, one) for one in judged(each, message)], each))
        if not tried[-1].told:
            break
    if not tried:
        nothing = Misfit(
            Code.MESSAGE_UNDECLARED,
            Kind.UNDECLARED,
            operation,
            sent="no message",
            accepted="a message",
        )
        return _Matched([nothing])
    return min(tried, key=lambda each: _weight(each.told))


def _of(message: MessageType, told: Misfit | Gap) -> Misfit | Gap:
    return replace(told, message=message.name) if isinstance(told, Misfit) else told


def _weight(told: Told) -> tuple[int, int, int]:
    certain = sum(1 for each in told if isinstance(each, Misfit) and not each.hypothesis)
    gaps = sum(1 for each in told if isinstance(each, Gap))
    return (certain, gaps, len(told))


def _replyless(operation: ChannelOperation) -> Misfit:
    return Misfit(
        Code.MESSAGE_REPLY_UNDECLARED,
        Kind.UNDECLARED,
        operation.name,
        sent="no reply",
        accepted="a reply",
    )


def _unread(reply: Reply) -> Misfit:
    """The consumer asks and reads no answer, which harms nobody that is seen here."""
    offered = ", ".join(each.name for each in reply.messages)
    return Misfit(
        Code.MESSAGE_REPLY_UNREAD,
        Kind.UNDECLARED,
        sent=offered,
        accepted="no reply",
        hypothesis=True,
    )


def _compat(
    label: str, told: Told, interaction: Interaction, found_by: str = ""
) -> InteractionCompat:
    return InteractionCompat(
        label,
        tuple(each for each in told if isinstance(each, Misfit)),
        tuple(each for each in told if isinstance(each, Gap)),
        declared=interaction.reader is not None,
        proven=not told,
        found_by=found_by,
    )
