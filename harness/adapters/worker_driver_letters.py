"""What a broker carries to a worker: the messages that its pacts show, and one nobody can read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from harness.compat.messages.channels import Spoken, is_place, places_of, plain_key, spoken_of
from harness.domain.channel import MessagingDocument
from harness.domain.json import Json
from harness.domain.message import Header, Message
from harness.domain.pact import Interaction, InteractionKind, Pact, Presence
from harness.domain.pact import Message as Agreed
from harness.domain.service import Service
from harness.domain.steps import DriveWorker
from harness.stages.ports import StepContext
from harness.stages.reading import pacts_in_force, read_documents

POISON = b'{"harness": "this is cut short'
_KEYS = frozenset({"key", "kafkakey", "messagekey", "partitionkey"})


@dataclass(frozen=True, slots=True)
class Letter:
    """
    One message that a consumer agreed to.

    Shape: `interaction` is its key; `address` is empty where nothing says where it is sent to.
    """

    provider: str
    interaction: str
    description: str
    address: str
    message: Message


def letters_of(service: Service, step: DriveWorker, context: StepContext) -> Iterator[Letter]:
    """Give every message of the pacts in force that a producer sends to a service."""
    config = context.config
    documents = read_documents(context.taken.values()).of_messages
    for pact in _pacts(context):
        provider = config.name_of(pact.provider)
        if config.name_of(pact.consumer) != service.name or provider not in step.providers:
            continue
        for interaction in pact.interactions:
            if interaction.kind is InteractionKind.ASYNC:
                yield from _letters(interaction, provider, documents.get(provider, ()))


def poison_like(letter: Letter) -> Message:
    """A message of the same channel that nobody can read."""
    return replace(letter.message, payload=POISON)


def _pacts(context: StepContext) -> tuple[Pact, ...]:
    fresh, found = pacts_in_force(context.system, context.taken.values())
    return (*fresh, *found)


def _letters(
    interaction: Interaction, provider: str, documents: tuple[MessagingDocument, ...]
) -> Iterator[Letter]:
    for agreed in interaction.messages:
        address = address_of(interaction, agreed, documents)
        message = _message(agreed)
        yield Letter(provider, interaction.key, interaction.description, address, message)


def address_of(
    interaction: Interaction, agreed: Agreed, documents: tuple[MessagingDocument, ...]
) -> str:
    """Where a message of a contract is sent to: by a document, by its own word, or nothing."""
    spoken = (spoken_of(each, interaction) for each in documents)
    told = next((one.operation.channel.address for one in spoken if isinstance(one, Spoken)), None)
    if told and "{" not in told:
        return told
    return next(iter(places_of(agreed.metadata)), "")


def _message(agreed: Agreed) -> Message:
    metadata = {name: value for name, value in agreed.metadata.items() if not is_place(name)}
    by_key = {plain_key(name): name for name in metadata}
    content_type = _taken(metadata, by_key.get("contenttype")) or agreed.body.content_type
    correlation = _taken(metadata, by_key.get("correlationid"))
    key = _taken(metadata, next((by_key[one] for one in sorted(_KEYS & by_key.keys())), None))
    headers: dict[str, Header] = dict(metadata)
    return Message(
        _payload(agreed),
        headers,
        key=key or None,
        content_type=content_type,
        correlation_id=correlation,
    )


def _taken(metadata: dict[str, Json], name: str | None) -> str:
    value = metadata.pop(name) if name is not None else None
    return value if isinstance(value, str) else ""


def _payload(agreed: Agreed) -> bytes | None:
    body = agreed.body
    if body.presence is Presence.ABSENT:
        return None
    if isinstance(body.value, bytes):
        return body.value
    if isinstance(body.value, str) and not body.is_json:
        return body.value.encode()
    return json.dumps(body.value, ensure_ascii=False).encode()


def by_address(letters: Iterable[Letter]) -> dict[str, list[Letter]]:
    """Lay letters at their addresses, in a fixed order."""
    found: dict[str, list[Letter]] = {}
    for each in letters:
        found.setdefault(each.address, []).append(each)
    return dict(sorted(found.items()))
