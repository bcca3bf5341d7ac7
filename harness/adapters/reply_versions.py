"""Earlier versions of what producers send, as far as messages of them may still be there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from harness.adapters.retained import retained
from harness.compat.messages.channels import Spoken, spoken_of
from harness.compat.possible.messages import PossibleMessages
from harness.compat.versions.promised import Promised
from harness.documents.described import read_described
from harness.domain.channel import MessagingDocument
from harness.domain.compatibility import ChannelPolicy
from harness.domain.errors import DocumentUnreadable
from harness.domain.pact import Interaction
from harness.domain.possible import Origin, PossibleReply
from harness.domain.steps import FuzzReplies
from harness.stages.ports import StepContext


@dataclass(frozen=True, slots=True)
class Before:
    """
    What may still come of earlier versions where a contract shows a message.

    Shape: `by` makes messages of each version, under its place; `reasons` say which versions are
    not known.
    """

    replies: tuple[PossibleReply, ...] = ()
    by: Mapping[str, PossibleMessages] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()


@dataclass(slots=True)
class Earlier:
    """
    The earlier versions of one producer's documents.

    Shape: `heads` are its documents of today; the accepted version counts for every channel whose
    policy asks anything of versions, and those before it where the policy holds against all of
    them, as for a log that keeps its messages.
    """

    provider: str
    heads: Sequence[MessagingDocument]
    step: FuzzReplies
    context: StepContext
    reasons: list[str] = field(default_factory=list)
    _last: tuple[tuple[str, PossibleMessages], ...] | None = None
    _others: tuple[tuple[str, PossibleMessages], ...] | None = None

    def of(self, interaction: Interaction, known: Sequence[PossibleReply]) -> Before:
        """The messages of earlier versions that none of today's is."""
        policy = self._policy(interaction)
        if policy is ChannelPolicy.NONE:
            return Before()
        versions = (*self._accepted(), *(self._retained() if policy.is_transitive else ()))
        seen = {(one.body, one.headers) for one in known}
        replies, by = [], dict(versions)
        for place, possible in versions:
            for one in possible.of(interaction).replies:
                if one.origin is Origin.DOCUMENT and (one.body, one.headers) not in seen:
                    seen.add((one.body, one.headers))
                    replies.append(replace(one, what=f"{one.what}, in {place}", version=place))
        return Before(tuple(replies), by, tuple(self.reasons))

    def _policy(self, interaction: Interaction) -> ChannelPolicy:
        service = self.context.config.service(self.provider)
        given = service.channels if service is not None else {}
        for head in self.heads:
            spoken = spoken_of(head, interaction)
            if isinstance(spoken, Spoken):
                operation = spoken.operation
                return Promised(head, given).policy(operation.channel.label, operation.action)
        return ChannelPolicy.NONE

    def _accepted(self) -> Sequence[tuple[str, PossibleMessages]]:
        if self._last is None:
            found = self.context.system.compared_with(self.provider)
            self._last = tuple(self._read((one.place, one.text) for one in found))
        return self._last

    def _retained(self) -> Sequence[tuple[str, PossibleMessages]]:
        if self._others is None:
            texts: list[tuple[str, str]] = []
            for one in self.context.system.compared_with(self.provider):
                before = retained(one, self.context.config)
                texts += before.texts
                if before.short:
                    self.reasons.append(f"earlier versions of {one.place}: {before.short}")
            self._others = tuple(self._read(texts))
        return self._others

    def _read(self, texts: Iterable[tuple[str, str]]) -> Iterator[tuple[str, PossibleMessages]]:
        """What makes messages of each text, but for those that say what today's document says."""
        known = {one.digest for one in self.heads}
        for place, text in texts:
            try:
                document = read_described(text, place)
            except DocumentUnreadable as error:
                self.reasons.append(f"{place}: {error.message}")
                continue
            if isinstance(document, MessagingDocument) and document.digest not in known:
                known.add(document.digest)
                budget = (self.step.examples, self.step.seed)
                yield place, PossibleMessages(document, *budget, is_earlier=True)
