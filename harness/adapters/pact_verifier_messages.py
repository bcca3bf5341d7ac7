"""Messages of a pact, made by the provider's own functions and judged by pact's verifier."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from harness.adapters.pact_verifier_contracts import Contract, reply_alone
from harness.adapters.pact_verifier_engine import Engine, Reply
from harness.adapters.pact_verifier_mismatches import mismatches_of
from harness.adapters.pact_verifier_relay import Relay
from harness.adapters.pact_verifier_request import prepared
from harness.compat.messages.beside import as_sent, beside, channel_of
from harness.compat.messages.channels import kinds_of, operation_id, places_of
from harness.domain.crash import Crash
from harness.domain.errors import MessageNotMade, MessageUnnamed
from harness.domain.evidence import Mismatch, Outcome
from harness.domain.json import Json
from harness.domain.pact import Interaction, InteractionKind, Message
from harness.domain.produced import Made, MessageShown, Produced, Wanted, shown


class Producer(Protocol):
    """A running provider, as far as its messages are asked for."""

    def produce(self, wanted: Wanted) -> Made | Crash: ...


@dataclass(frozen=True, slots=True)
class Judged:
    """
    How the messages of one interaction were judged.

    Shape: `unjudged` says why they were not; `is_replyless` that a request was taken, and that its
    contract shows no reply which what came back could be held against.
    """

    outcome: Outcome
    function: str = ""
    mismatches: tuple[Mismatch, ...] = ()
    lacking: tuple[str, ...] = ()
    crash: Crash | None = None
    detail: str = ""
    unjudged: str | None = None
    is_replyless: bool = False


class Messages:
    """Has messages made, one interaction at a time, and held against their contract."""

    def __init__(self, producer: Producer, engine: Engine, relay: Relay) -> None:
        self._producer = producer
        self._engine = engine
        self._relay = relay
        self.shown: list[MessageShown] = []

    def judged(
        self,
        contract: Contract,
        interaction: Interaction,
        returned: Sequence[Mapping[str, object]],
    ) -> Judged:
        """
        Have the message of an interaction made, and every part of it judged.

        Raises: ServiceLost.
        """
        try:
            made = self._producer.produce(_wanted(interaction, returned))
        except MessageUnnamed as error:
            return Judged(Outcome.UNNAMED, detail=error.message)
        except MessageNotMade as error:
            return Judged(Outcome.ERROR, detail=f"{error.message}\n{error.detail}".strip())
        if isinstance(made, Crash):
            return Judged(Outcome.ERROR, crash=made, detail=made.traceback)
        is_sync = interaction.kind is InteractionKind.SYNC
        expected = interaction.replies if is_sync else interaction.messages
        made = _placed(made, interaction)
        self.shown += (_shown(contract, interaction, made, one) for one in made.messages)
        if is_sync and not expected:
            return Judged(Outcome.ERROR, made.function, is_replyless=True)
        if len(made.messages) != len(expected) and expected:
            return Judged(Outcome.ERROR, made.function, detail=_miscounted(made, len(expected)))
        pact = prepared(contract.alone(interaction), returned, {})
        parts = [
            self._part(reply_alone(pact, at) if len(expected) > 1 else pact, message, one)
            for at, (message, one) in enumerate(zip(expected, made.messages, strict=False))
        ]
        named = [_named(part, at) for at, part in enumerate(parts)] if len(parts) > 1 else parts
        return _joined(made.function, named)

    def _part(self, pact: Mapping[str, Json], expected: Message, one: Produced) -> Judged:
        found = beside(expected, one)
        # What is not there is told by itself: with it the body is read as the contract means it.
        shown = {name: expected.metadata[name] for name in found.lacking}
        media_type = found.content_type or expected.body.content_type
        body = one.message.payload
        self._relay.put(body, media_type if body else "", {**found.metadata, **shown})
        reply = self._engine.replay(pact, {})
        lacking = tuple(Mismatch(*_lacked(name, expected)) for name in found.lacking)
        return _of_reply(reply, expected, found.lacking, lacking)


def _placed(made: Made, interaction: Interaction) -> Made:
    """A message whose function was found by its channel goes there, unless it says otherwise."""
    place = next((place for one in interaction.messages for place in places_of(one.metadata)), "")
    if made.by != "channel" or interaction.kind is InteractionKind.SYNC:
        return made
    placed = (replace(one, channel=channel_of(one) or place) for one in made.messages)
    return replace(made, messages=tuple(placed))


def _shown(contract: Contract, interaction: Interaction, made: Made, one: Produced) -> MessageShown:
    return MessageShown(
        contract.pair.provider,
        made.function,
        shown(one),
        contract.pair.consumer,
        interaction.key,
        is_reply=interaction.kind is InteractionKind.SYNC,
        example=f"“{interaction.description}” of {contract.pair.consumer}",
    )


def _wanted(interaction: Interaction, returned: Sequence[Mapping[str, object]]) -> Wanted:
    values = {name: value for each in returned for name, value in each.items()}
    first = interaction.messages[0] if interaction.messages else Message()
    is_sync = interaction.kind is InteractionKind.SYNC
    return Wanted(
        interaction.description,
        tuple(_names(interaction, first)),
        interaction.states,
        values,
        request=as_sent(first) if is_sync else None,
        metadata=first.metadata if is_sync else {},
    )


def _names(interaction: Interaction, message: Message) -> Iterator[tuple[str, str]]:
    """What a contract names that a function may be called by, the most particular first."""
    yield "description", interaction.description
    if operation := operation_id(interaction):
        yield "operation", operation
    kinds, places = kinds_of(message.metadata), places_of(message.metadata)
    yield from (("message", f"{place}/{kind}") for place in places for kind in kinds)
    yield from (("message", kind) for kind in kinds)
    yield from (("channel", place) for place in places)


def _of_reply(
    reply: Reply, expected: Message, lacking: tuple[str, ...], beside: tuple[Mismatch, ...]
) -> Judged:
    if not reply.judged:
        return Judged(Outcome.ERROR, unjudged=reply.error)
    if reply.error:
        return Judged(Outcome.ERROR, detail=reply.error)
    mismatches = (*beside, *mismatches_of(reply.mismatches, expected))
    outcome = Outcome.FAILED if mismatches or not reply.passed else Outcome.PASSED
    return Judged(outcome, mismatches=mismatches, lacking=lacking)


def _lacked(name: str, expected: Message) -> tuple[str, str, str, str]:
    example = str(expected.metadata[name])
    said = f"expected {name} beside the body, seen a message without it"
    return f"metadata:{name}", example, "", said


def _named(part: Judged, at: int) -> Judged:
    """One of several replies, whose places say so."""
    told = (replace(one, where=f"reply {at + 1} {one.where}") for one in part.mismatches)
    return replace(part, mismatches=tuple(told))


def _joined(function: str, parts: Sequence[Judged]) -> Judged:
    """What is told of all messages of an interaction; that of which nobody is judged passes."""
    bad = [part for part in parts if part.outcome is not Outcome.PASSED]
    first = next((part for part in bad if part.unjudged is not None or part.detail), None)
    if first is not None:
        return replace(first, function=function)
    return Judged(
        Outcome.FAILED if bad else Outcome.PASSED,
        function,
        tuple(one for part in bad for one in part.mismatches),
        tuple(dict.fromkeys(name for part in bad for name in part.lacking)),
    )


def _miscounted(made: Made, expected: int) -> str:
    count = len(made.messages)
    return (
        f"expected {expected} message{'s' * (expected != 1)} of {made.function}, seen {count}: "
        "a function returns one message, and yields several"
    )
