"""Which channels of two versions are the same, and what changed in each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from harness.compat.versions.bindings import bindings
from harness.compat.versions.comparing import Comparing
from harness.compat.versions.messages import Side, messages
from harness.compat.versions.telling import Spot
from harness.documents.routing import path_shape
from harness.domain.change import Change
from harness.domain.channel import (
    Action,
    Channel,
    ChannelOperation,
    MessageType,
    MessagingDocument,
)
from harness.domain.json import Json, canonical, mapping

_VERBS: Final = {Action.SEND: Side.SENT, Action.RECEIVE: Side.RECEIVED}
_OTHER: Final = {Side.SENT: Side.RECEIVED, Side.RECEIVED: Side.SENT}


@dataclass(slots=True)
class Used:
    """
    A channel with what its document does through it.

    Shape: `operations` are those of each action; `answers` says that replies travel through it.
    """

    channel: Channel
    operations: dict[Action, list[ChannelOperation]] = field(default_factory=dict)
    answers: bool = False

    @property
    def names(self) -> frozenset[str]:
        """The names of all operations."""
        return frozenset(each.name for found in self.operations.values() for each in found)

    def messages(self, action: Action) -> dict[str, MessageType]:
        """What is sent, or what is received."""
        return {
            message.name: message
            for operation in self.operations.get(action, ())
            for message in operation.messages
        }


def channels(
    base: MessagingDocument, head: MessagingDocument, comparing: Comparing
) -> list[Change]:
    """Every difference of channels, in the order of the earlier document."""
    found: list[Change] = []
    for was, now in matched(used(base), used(head)):
        if was is None:
            found.extend(_told(now, "added"))
        elif now is None:
            found.extend(_told(was, "removed"))
        else:
            found.extend(_changed(was, now, comparing))
    return found


def used(document: MessagingDocument) -> list[Used]:
    """All channels of a document, each once."""
    known: dict[str, Used] = {}

    def of(channel: Channel) -> Used:
        return known.setdefault(channel.location or channel.name, Used(channel))

    for channel in document.channels.values():
        of(channel)
    for operation in document.operations:
        of(operation.channel).operations.setdefault(operation.action, []).append(operation)
        if operation.reply is not None and operation.reply.channel is not None:
            of(operation.reply.channel).answers = True
    return list(known.values())


def matched(old: Iterable[Used], new: Iterable[Used]) -> Iterator[tuple[Used | None, Used | None]]:
    """
    Channels that belong together: by address, else by name, else by an operation's name.

    Shape: where several channels share an address, they meet by name before all else.
    """
    left, waiting = list(new), list(old)
    found: dict[int, Used] = {}
    for same in (_is_twin, _has_address, _has_name, _has_operation):
        for was in waiting:
            now = next((each for each in left if same(was, each)), None)
            if id(was) not in found and now is not None:
                found[id(was)] = now
                left.remove(now)
    yield from ((was, found.get(id(was))) for was in waiting)
    yield from ((None, now) for now in left)


def _shape(used: Used) -> str:
    return "" if used.channel.address is None else path_shape(used.channel.address)


def _is_twin(was: Used, now: Used) -> bool:
    return _has_name(was, now) and _shape(was) == _shape(now)


def _has_address(was: Used, now: Used) -> bool:
    return bool(_shape(was)) and _shape(was) == _shape(now)


def _has_name(was: Used, now: Used) -> bool:
    return was.channel.name == now.channel.name


def _has_operation(was: Used, now: Used) -> bool:
    return not was.names.isdisjoint(now.names)


def _told(used: Used | None, what: str) -> Iterator[Change]:
    if used is not None:
        yield Spot(used.channel.label).told(f"channel-{what}")


def _changed(was: Used, now: Used, comparing: Comparing) -> Iterator[Change]:
    spot = Spot(was.channel.label)
    old, new = was.channel, now.channel
    if _shape(was) != _shape(now):
        yield spot.told("channel-address-changed", old.address or "none", new.address or "none")
    else:
        yield from _parameters(old, new, spot)
    if old.unknown != new.unknown:
        yield spot.told("channel-undecided", old.unknown, new.unknown)
    yield from bindings(old.bindings, new.bindings, spot, "channel")
    for action, side in _VERBS.items():
        yield from _operations(was, now, action, side, spot, comparing)
    is_used = any(each.operations or each.answers for each in (was, now))
    if not is_used and _print(old.messages) != _print(new.messages):
        yield spot.told("channel-undirected-changed")


def _parameters(old: Channel, new: Channel, spot: Spot) -> Iterator[Change]:
    """Values of an address's parameters, whose names do not count."""
    was, now = list(old.parameters.items()), list(new.parameters.items())
    for name, written in was[len(now) :]:
        yield spot.at(name=name).told("channel-parameter-removed", canonical(written), "")
    for name, written in now[len(was) :]:
        yield spot.at(name=name).told("channel-parameter-added", "", canonical(written))
    for (name, before), (_, after) in zip(was, now, strict=False):
        values = [canonical(_values(each)) for each in (mapping(before), mapping(after))]
        if values[0] != values[1]:
            yield spot.at(name=name).told("channel-parameter-changed", *values)


def _values(written: Mapping[str, Json]) -> dict[str, Json]:
    told = {"enum", "location", "schema"}
    return {key: value for key, value in written.items() if key in told}


def _operations(
    was: Used, now: Used, action: Action, side: Side, spot: Spot, comparing: Comparing
) -> Iterator[Change]:
    old, new = was.operations.get(action, []), now.operations.get(action, [])
    if not old or not new:
        if old or new:
            yield spot.told(f"channel-{action.value}-{'added' if new else 'removed'}")
        return
    gone = [each.name for each in old if each.name not in now.names]
    come = [each.name for each in new if each.name not in was.names]
    if gone:
        yield spot.told("channel-operation-renamed", ", ".join(gone), ", ".join(come))
    unread = {each.unknown for each in old}, {each.unknown for each in new}
    if unread[0] != unread[1]:
        yield spot.told("channel-undecided", *("; ".join(sorted(each)) for each in unread))
    before, after = _joined(old), _joined(new)
    yield from bindings(before.bindings, after.bindings, spot, "channel")
    yield from messages(was.messages(action), now.messages(action), spot, side, comparing)
    yield from _replies(before, after, spot, _OTHER[side], comparing)


def _joined(operations: list[ChannelOperation]) -> ChannelOperation:
    """All operations of one action as the one that they come to."""
    first = operations[0]
    merged = {key: each for one in reversed(operations) for key, each in one.bindings.items()}
    reply = next((each.reply for each in operations if each.reply is not None), None)
    return replace(first, bindings=merged, reply=reply)


def _replies(
    old: ChannelOperation, new: ChannelOperation, spot: Spot, side: Side, comparing: Comparing
) -> Iterator[Change]:
    was, now = old.reply, new.reply
    if was is None or now is None:
        if was is not None or now is not None:
            yield spot.told(f"{side.value}-reply-{'removed' if now is None else 'added'}")
        return
    places = [each.channel.label if each.channel else each.address for each in (was, now)]
    if places[0] != places[1]:
        yield spot.told(f"{side.value}-reply-address-changed", *places)
    if was.unknown != now.unknown:
        yield spot.told("channel-undecided", was.unknown, now.unknown)
    before, after = ({each.name: each for each in one.messages} for one in (was, now))
    yield from messages(before, after, spot, side, comparing)


def _print(found: Mapping[str, MessageType]) -> str:
    """What the messages of a channel say, as a text that can be compared."""
    return canonical(
        {name: [each.payload.schema, each.headers.schema] for name, each in found.items()}
    )
