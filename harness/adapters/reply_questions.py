"""Which replies and messages a consumer is asked about, by its contracts and documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from harness.adapters.reply_sources import Source, sources
from harness.adapters.reply_versions import Before, Earlier
from harness.compat.possible.contents import ReplySet, named_by_differences, shown_body
from harness.compat.possible.messages import (
    PossibleMessages,
    broken_messages,
    otherwise_delivered,
    read_of,
)
from harness.compat.possible.network import network_replies
from harness.compat.possible.replies import PossibleReplies
from harness.consumer.asks import Ask
from harness.domain.pact import Interaction, InteractionKind
from harness.domain.possible import Origin, PossibleReply
from harness.domain.steps import FuzzReplies
from harness.stages.ports import StepContext
from harness.stages.reading import read_documents

_NEVER = ""
# What differs in no body is nearest to what the contract shows.
_ORDER = (Origin.DELIVERY, Origin.DOCUMENT, Origin.REFUSAL, Origin.NETWORK)


@dataclass(frozen=True, slots=True)
class Question:
    """An interaction, and the replies that may come for it, by its document now and before."""

    ask: Ask
    provider: str
    source: Source
    set: ReplySet
    possible: PossibleReplies | PossibleMessages | None
    before: Before = field(default_factory=Before)

    def reply(self, what: str) -> PossibleReply:
        """The reply that goes by a name."""
        return next(one for one in self.ask.replies if one.what == what)

    def told(self, what: str) -> PossibleReply:
        """The same, named by what its body differs in."""
        return self.named(self.reply(what))

    def named(self, reply: PossibleReply) -> PossibleReply:
        """A reply by what its body differs in, and by the version that allows it."""
        named = named_by_differences(self.set.base, reply)
        if named is reply or not reply.version:
            return named
        return replace(named, what=f"{named.what}, in {reply.version}")

    def rank(self, what: str) -> tuple[int, int]:
        """How far a reply is from what the contract shows."""
        at, reply = next((n, r) for n, r in enumerate(self.ask.replies) if r.what == what)
        return _ORDER.index(reply.origin), at

    def nearer(self, reply: PossibleReply) -> Iterator[PossibleReply]:
        """What is between the contract's own and a reply that differs in several places."""
        possible = self.before.by.get(reply.version, self.possible)
        if possible is None or reply.place or reply.origin is not Origin.DOCUMENT:
            return
        if reply.status or reply.body is None:
            return
        bodies = possible.simpler(self.source.interaction, reply.body)
        for at, body in enumerate(bodies, start=1):
            yield replace(reply, what=f"{reply.what}, step {at}", body=body)


def questions_of(step: FuzzReplies, context: StepContext) -> Iterator[Question]:
    """What may come for each interaction of a consumer with its providers."""
    documents = read_documents(context.taken.values())
    known = {name: sources(step.service, name, context) for name in step.providers}
    messages = Counter(
        source.test
        for found in known.values()
        for source in found.values()
        if source.interaction.kind is InteractionKind.ASYNC and source.test
    )
    for provider, found in known.items():
        budget = (step.examples, step.seed)
        possible = [PossibleReplies(one, *budget) for one in documents.over_http.get(provider, ())]
        earlier = Earlier(provider, documents.of_messages.get(provider, ()), step, context)
        sent = [PossibleMessages(one, *budget) for one in documents.of_messages.get(provider, ())]
        for key, source in sorted(found.items()):
            kind = source.interaction.kind
            if kind is InteractionKind.HTTP:
                yield _question(provider, key, source, *_set_of(possible, source))
            elif kind is InteractionKind.SYNC:
                yield _question(provider, key, source, *_set_of(sent, source))
            else:
                has_company = messages[source.test] > 1
                beside = tuple(otherwise_delivered(has_company=has_company))
                by, found_now = _set_of(sent, source)
                before = earlier.of(source.interaction, found_now.replies)
                yield _question(provider, key, source, by, found_now, beside, before)


def _question(
    provider: str,
    key: str,
    source: Source,
    possible: PossibleReplies | PossibleMessages | None,
    found: ReplySet,
    beside: tuple[PossibleReply, ...] = (),
    before: Before | None = None,
) -> Question:
    before = before or Before()
    ask = Ask(
        id=f"{provider} {key}",
        consumer=source.consumer,
        provider=source.provider,
        interaction=key,
        description=source.interaction.description,
        test=source.test,
        by_model=False,
        replies=(*found.replies, *before.replies, *beside),
        until=_NEVER,
    )
    return Question(ask, provider, source, found, possible, before)


def _set_of(
    possible: Sequence[PossibleReplies] | Sequence[PossibleMessages], source: Source
) -> tuple[PossibleReplies | PossibleMessages | None, ReplySet]:
    """What may come by the first document that has the operation, or by the network alone."""
    found = [(one, one.of(source.interaction)) for one in possible]
    for one, replies in found:
        if replies.operation:
            return one, replies
    if found:
        return found[0]
    network = tuple(_whatever_comes(source.interaction))
    return None, ReplySet("", replies=network, unknown="its provider has no document")


def _whatever_comes(interaction: Interaction) -> Iterator[PossibleReply]:
    """What no document says, and what comes all the same."""
    if interaction.response is not None:
        body = interaction.response.body
        yield from network_replies(shown_body(body), is_json=body.is_json)
    message = read_of(interaction)
    if message is not None:
        yield from broken_messages(message)
