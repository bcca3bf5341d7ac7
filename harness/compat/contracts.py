"""A provider's documents of both kinds, and what they say of the interactions of a pact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.compat.http.interactions import Provider
from harness.compat.messages.channels import reference
from harness.compat.messages.messages import Channels
from harness.compat.opc.codes import Result, results_of_http
from harness.compat.opc.messages import MessageResults
from harness.domain.channel import MessagingDocument
from harness.domain.document import Document
from harness.domain.fit import InteractionCompat
from harness.domain.pact import Interaction, InteractionKind


@dataclass(frozen=True, slots=True)
class Promises:
    """What a provider's documents promise: over HTTP, over messages, or both."""

    http: Provider | None = None
    channels: Channels | None = None
    _of_messages: MessageResults | None = None

    def compared(self, interaction: Interaction) -> InteractionCompat | None:
        """What an interaction and the document of its kind say of each other, if there is one."""
        if interaction.kind is InteractionKind.HTTP:
            return self.http.compared(interaction) if self.http is not None else None
        return self.channels.compared(interaction) if self.channels is not None else None

    def results(
        self, interaction: Interaction, compared: InteractionCompat | None
    ) -> Iterator[Result]:
        """The codes that the field knows, for an interaction that was compared."""
        if interaction.kind is InteractionKind.HTTP:
            if self.http is None or compared is None:
                yield Result("request.spec.missing", "error")
            else:
                yield from results_of_http(self.http, interaction, compared)
        elif self._of_messages is None:
            # That tool passes over messages of pacts that were never meant for it.
            if reference(interaction) is not None:
                yield Result("message.spec.missing", "error")
        else:
            yield from self._of_messages.of(interaction)


def promises(
    documents: Sequence[Document | MessagingDocument], *, ignore_case: bool = False
) -> Promises:
    """
    Documents ready to be compared with, at most one of each kind.

    Shape: `ignore_case` finds operations over HTTP whatever the case of their paths.
    """
    http: Provider | None = None
    channels: Channels | None = None
    of_messages: MessageResults | None = None
    for each in documents:
        if isinstance(each, Document):
            http = Provider(each, ignore_case=ignore_case)
        else:
            channels = Channels(each)
            of_messages = MessageResults(each)
    return Promises(http, channels, of_messages)
