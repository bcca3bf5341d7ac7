"""The result codes that openapi-pact-comparator gives for interactions of messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from harness.compat.messages.channels import operation_id
from harness.compat.opc.codes import Result
from harness.compat.opc.schemas import received
from harness.compat.schemas.judging import Judge
from harness.domain.channel import MessageType, MessagingDocument
from harness.domain.document import closed_over
from harness.domain.json import Json, is_json_media_type
from harness.domain.pact import Interaction, InteractionKind, Message, Presence


@dataclass(slots=True)
class MessageResults:
    """
    What the tool says of interactions and one document.

    Shape: it finds operations by their name in the pact alone, takes any message of one, and reads
    what the pact expects as received, whatever the operation's action.
    """

    document: MessagingDocument
    _judges: dict[tuple[int, bool], Judge] = field(default_factory=dict)

    def of(self, interaction: Interaction) -> Iterator[Result]:
        """The results of one interaction."""
        name = operation_id(interaction)
        operation = self.document.operation(name)
        if not name:
            yield Result("message.references.missing", "error")
        elif operation is None:
            yield Result("message.operation.unknown", "error", name)
        elif interaction.kind is InteractionKind.ASYNC:
            for message in interaction.messages:
                yield from self._matched(operation.messages, message, is_received=True)
        else:
            asked = [
                result
                for message in interaction.messages
                for result in self._matched(operation.messages, message, is_received=False)
            ]
            yield from asked
            if all(result.type != "error" for result in asked):
                reply = operation.reply
                yield from self._replies(reply.messages if reply else (), interaction, name)

    def _replies(
        self, offered: Sequence[MessageType], interaction: Interaction, name: str
    ) -> Iterator[Result]:
        if not offered:
            yield Result("message.reply.missing", "error", name)
        elif not interaction.replies:
            yield Result("message.response.missing", "warning", name)
        for reply in interaction.replies if offered else ():
            yield from self._matched(offered, reply, is_received=True)

    def _matched(
        self, offered: Sequence[MessageType], message: Message, *, is_received: bool
    ) -> Iterator[Result]:
        for each in offered:
            told = list(self._compared(each, message, is_received))
            if all(result.type != "error" for result in told):
                yield from told
                yield Result("message.matched", "info", each.name, each.location, located=False)
                return
        yield Result("message.no.match", "error")

    def _compared(
        self, offered: MessageType, message: Message, is_received: bool
    ) -> Iterator[Result]:
        body = message.body
        is_there = body.presence is not Presence.ABSENT
        if is_there and not body.is_json and not is_json_media_type(body.content_type):
            yield Result("message.payload.unvalidatable", "warning", offered.name)
        elif is_there and offered.payload.schema is None:
            yield Result("message.payload.unknown", "warning", offered.name)
        elif is_there and not isinstance(body.value, bytes):
            yield from self._faults(
                "message.payload.incompatible", offered.payload.schema, body.value, is_received
            )
        if message.metadata and offered.headers.schema is not None:
            held = dict(message.metadata)
            yield from self._faults(
                "message.headers.incompatible", offered.headers.schema, held, is_received
            )

    def _faults(self, code: str, schema: Json, value: Json, is_received: bool) -> Iterator[Result]:
        key = (id(schema), is_received)
        if key not in self._judges:
            definitions = self.document.definitions
            whole = closed_over(schema, definitions)
            self._judges[key] = Judge(received(schema, definitions) if is_received else whole)
        if self._judges[key].accepts(value) is False:
            yield Result(code, "error")
