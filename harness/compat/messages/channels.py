"""Which operation of an AsyncAPI document an interaction of messages speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from harness.documents.routing import path_shape
from harness.domain.channel import Action, Channel, ChannelOperation, MessageType, MessagingDocument
from harness.domain.fit import Code, Gap, Kind, Misfit
from harness.domain.json import Json, kind_of, mapping, shortened
from harness.domain.pact import Interaction, InteractionKind, Message

# What libraries call the place and the kind of a message in its metadata; case, `-`, `_` and `.`
# do not count.
_PLACES: Final = frozenset(
    {"address", "channel", "destination", "kafkatopic", "queue", "routingkey", "stream", "subject"}
    | {"topic"}
)
_KINDS: Final = frozenset({"cetype", "event", "eventtype", "messagename", "messagetype", "type"})
# By these alone a pact names the channel itself: a queue, a subject or a topic may be another's.
_CHANNELS: Final = frozenset({"address", "channel"})
_MOST_NAMED: Final = 8


@dataclass(frozen=True, slots=True)
class Spoken:
    """The operation that an interaction speaks of; `by` says how that is known, if not named."""

    operation: ChannelOperation
    by: str = ""


def reference(interaction: Interaction) -> Json:
    """What an interaction says of an AsyncAPI document: `comments.references.AsyncAPI`."""
    return mapping(interaction.comments.get("references")).get("AsyncAPI")


def operation_id(interaction: Interaction) -> str:
    """The operation that an interaction names, or nothing."""
    named = mapping(reference(interaction)).get("operationId")
    return named if isinstance(named, str) else ""


def spoken_of(document: MessagingDocument, interaction: Interaction) -> Spoken | Misfit | Gap:
    """The operation of an interaction, by its own word or else by its metadata."""
    name = operation_id(interaction)
    if name:
        found = document.operation(name)
        if found is not None:
            return Spoken(found)
        known = ", ".join(each.name for each in document.operations[:_MOST_NAMED]) or "none"
        return Misfit(
            Code.MESSAGE_OPERATION_UNKNOWN, Kind.UNDECLARED, name, sent=known, accepted=name
        )
    return _by_metadata(document, interaction)


def _by_metadata(document: MessagingDocument, interaction: Interaction) -> Spoken | Misfit | Gap:
    metadata = [each.metadata for each in interaction.messages]
    places = _named(metadata, _PLACES)
    known = {name for each in document.operations for name in _names(each.messages)}
    kinds = {key: each for key, each in _named(metadata, _KINDS).items() if each in known}
    if not places and not kinds:
        return _unreferenced(interaction, 0)
    is_sync = interaction.kind is InteractionKind.SYNC
    fitting = [
        each
        for each in document.operations
        if _fits(each, places, kinds) and (each.reply is not None or not is_sync)
    ]
    if len(fitting) > 1:
        fitting = [each for each in fitting if each.action is _expected(interaction)]
    if len(fitting) != 1:
        unknown = None if fitting else _channel_unknown(document, _named(metadata, _CHANNELS))
        return unknown or _unreferenced(interaction, len(fitting))
    used = {**places, **kinds}.items()
    said = " and ".join(f"{key} {shortened(value, 60)}" for key, value in used)
    return Spoken(fitting[0], f"its metadata {said}")


def _channel_unknown(document: MessagingDocument, named: Mapping[str, str]) -> Misfit | None:
    """
    A channel that the pact names and the document does not have.

    Shape: nobody can tell where a channel has no address before run time, or could not be read.
    """
    known = list(document.channels.values())
    is_open = any(each.unknown or each.address is None for each in known)
    if not named or is_open or any(_is_place(each, named) for each in known):
        return None
    name = next(iter(named.values()))
    labels = [each.label for each in known]
    near = get_close_matches(name, labels, n=3) or labels[:_MOST_NAMED]
    said = ", ".join(near) or "none"
    return Misfit(Code.MESSAGE_CHANNEL_UNKNOWN, Kind.UNDECLARED, name, sent=said, accepted=name)


def _expected(interaction: Interaction) -> Action:
    """What the provider does: it sends messages, and answers those that ask."""
    return Action.RECEIVE if interaction.kind is InteractionKind.SYNC else Action.SEND


def _fits(operation: ChannelOperation, places: Mapping[str, str], kinds: Mapping[str, str]) -> bool:
    """Whether both the place and the kind that are named are this operation's."""
    by_kind = not kinds or not set(kinds.values()).isdisjoint(_names(operation.messages))
    return by_kind and (not places or _is_place(operation.channel, places))


def _names(messages: Sequence[MessageType]) -> set[str]:
    return {name for each in messages for name in (each.name, *each.aliases)}


def _is_place(channel: Channel, places: Mapping[str, str]) -> bool:
    address = channel.address
    return any(
        value in (channel.name, address) or (address is not None and _is_shaped(address, value))
        for value in places.values()
    )


def _is_shaped(address: str, value: str) -> bool:
    """Whether a concrete address is one of a template's, its parameters taken for single words."""
    shape = path_shape(address)
    if "{}" not in shape:
        return False
    first, *middle, last = shape.split("{}")
    if not value.startswith(first) or not value.endswith(last):
        return False
    at, stop = len(first), len(value) - len(last)
    for piece in middle:
        end = value.find(piece, at + 1, stop)
        if end < 0 or not _is_word(value[at:end]):
            return False
        at = end + len(piece)
    return _is_word(value[at:stop])


def _is_word(text: str) -> bool:
    return bool(text) and not set(text) & set("./")


def _named(metadata: Sequence[Mapping[str, Json]], keys: frozenset[str]) -> dict[str, str]:
    return {
        key: value
        for each in metadata
        for key, value in each.items()
        if plain_key(key) in keys and isinstance(value, str) and value
    }


def places_of(metadata: Mapping[str, Json]) -> tuple[str, ...]:
    """Where a message travels, by what its metadata says under any library's name for it."""
    return tuple(dict.fromkeys(_named([metadata], _PLACES).values()))


def kinds_of(metadata: Mapping[str, Json]) -> tuple[str, ...]:
    """Which kind of message it is, by what its metadata says."""
    return tuple(dict.fromkeys(_named([metadata], _KINDS).values()))


def operations_at(document: MessagingDocument, address: str) -> list[ChannelOperation]:
    """
    The operations at an address; what the application sends goes before what it receives.

    Shape: documents are written from either side, so what is only received there counts as well.
    """
    found = [one for one in document.operations if _is_place(one.channel, {"address": address})]
    return [one for one in found if one.action is Action.SEND] or found


def is_place(key: str) -> bool:
    """Whether a member of metadata says where a message travels."""
    return plain_key(key) in _PLACES


def plain_key(key: str) -> str:
    """A key of metadata without what libraries write differently."""
    return "".join(sign for sign in key.lower() if sign not in "-_.")


def _unreferenced(interaction: Interaction, fitting: int) -> Gap:
    written = reference(interaction)
    named = "no operation as `comments.references.AsyncAPI.operationId`"
    if written is not None:
        named = f"no `operationId` in `comments.references.AsyncAPI`, seen {kind_of(written)}"
    many = f"{fitting} operations fit" if fitting else "no operation fits"
    return Gap(
        Code.MESSAGE_UNREFERENCED, f"the pact names {named}, and {many} what its metadata names"
    )


def meant(messages: Sequence[MessageType], message: Message) -> Sequence[MessageType]:
    """The messages that one of a pact may be of: the one that its metadata names, else any."""
    kinds = set(_named([message.metadata], _KINDS).values())
    named = [each for each in messages if kinds & {each.name, *each.aliases}]
    return named if len(named) == 1 else messages


def is_address(key: str, value: Json, operation: ChannelOperation) -> bool:
    """Whether a member of metadata says where a message travels, and says it right."""
    if plain_key(key) not in _PLACES or not isinstance(value, str):
        return False
    return _is_place(operation.channel, {key: value})


def is_name(key: str, value: Json, message: MessageType) -> bool:
    """Whether a member of metadata says which message it is, and says it right."""
    return plain_key(key) in _KINDS and value in (message.name, *message.aliases)


def labels(operation: ChannelOperation, taken: Iterable[MessageType]) -> str:
    """An operation with the messages of it that are spoken of."""
    names = list(dict.fromkeys(each.name for each in taken))
    return f"{operation.label} ({', '.join(names)})" if names else operation.label
