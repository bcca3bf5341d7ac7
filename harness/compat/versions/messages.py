"""What changed in the messages of a channel, by who sends them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from harness.compat.messages.keys import keyed_by
from harness.compat.schemas.outcome import Broken, Proven
from harness.compat.versions.bindings import bindings
from harness.compat.versions.comparing import Comparing, Container, Told
from harness.compat.versions.rule import Place
from harness.compat.versions.telling import Spot
from harness.domain.change import Change
from harness.domain.channel import MessageType
from harness.domain.document import Content
from harness.domain.json import Json, canonical, is_json_media_type, media_type_essence


class Side(Enum):
    """What the document's application does with messages, as rules begin."""

    SENT = "sent"
    RECEIVED = "received"


_PAYLOADS: Final = {Side.SENT: Place.SENT_PAYLOAD, Side.RECEIVED: Place.RECEIVED_PAYLOAD}
_HEADERS: Final = {Side.SENT: Place.SENT_HEADER, Side.RECEIVED: Place.RECEIVED_HEADER}


def messages(
    old: Mapping[str, MessageType],
    new: Mapping[str, MessageType],
    spot: Spot,
    side: Side,
    comparing: Comparing,
) -> Iterator[Change]:
    """Differences of the kinds of messages that travel one way, and of each of them."""
    pairs = dict(paired(old, new))
    taken = set(pairs.values())
    told = _Message(spot, side, comparing)
    for name, was in old.items():
        here = spot.at(of=name)
        if name not in pairs:
            yield here.told(f"{side.value}-message-removed")
            continue
        now = new[pairs[name]]
        if now.name != name:
            yield here.told(f"{side.value}-message-renamed", name, now.name)
        yield from replace(told, spot=here).changes(was, now)
    for name in new:
        if name not in taken:
            yield spot.at(of=name).told(f"{side.value}-message-added")


def paired(
    old: Mapping[str, MessageType], new: Mapping[str, MessageType]
) -> Iterator[tuple[str, str]]:
    """Messages that belong together: by name, else by what they are called beside, else alone."""
    waiting = {name: each for name, each in new.items() if name not in old}
    lost: list[MessageType] = []
    for name, was in old.items():
        if name in new:
            yield name, name
            continue
        alias = next((key for key, now in waiting.items() if _is_called(was, now)), None)
        if alias is None:
            lost.append(was)
        else:
            del waiting[alias]
            yield name, alias
    if len(lost) == len(waiting) == 1:
        yield lost[0].name, next(iter(waiting))


def _is_called(was: MessageType, now: MessageType) -> bool:
    return not {was.name, *was.aliases}.isdisjoint((now.name, *now.aliases))


@dataclass(frozen=True, slots=True)
class _Message:
    """Compares one message with the same one of the later version."""

    spot: Spot
    side: Side
    comparing: Comparing

    def changes(self, was: MessageType, now: MessageType) -> Iterator[Change]:
        """All that differs."""
        yield from self._media_type(was.payload.media_type, now.payload.media_type)
        yield from self._payload(was.payload, now.payload)
        yield from self._headers(was.headers, now.headers)
        yield from self._correlation(was.correlation, now.correlation)
        yield from self._key(keyed_by(was.bindings), keyed_by(now.bindings))
        yield from bindings(was.bindings, now.bindings, self.spot, self.side.value)

    def _told(self, what: str, before: str = "", after: str = "") -> Change:
        return self.spot.told(f"{self.side.value}-{what}", before, after)

    def _media_type(self, was: str, now: str) -> Iterator[Change]:
        """A media type that is said for the first time is taken for what it was before."""
        if not was or not now or was == now:
            return
        is_same = media_type_essence(was) == media_type_essence(now)
        yield self._told(f"media-type-{'renamed' if is_same else 'changed'}", was, now)

    def _payload(self, was: Content, now: Content) -> Iterator[Change]:
        is_json = all(
            not each.media_type or is_json_media_type(each.media_type) for each in (was, now)
        )
        container = Container(_PAYLOADS[self.side], loose=not is_json, whole=is_json)
        if (was.schema is None) != (now.schema is None):
            yield self._told(f"schema-{'added' if was.schema is None else 'removed'}")
        elif was.schema is not None:
            yield from self.spot.schema(self.comparing.told(was.schema, now.schema, container))

    def _headers(self, was: Content, now: Content) -> Iterator[Change]:
        if (was.schema is None) != (now.schema is None):
            yield self._told(f"header-schema-{'added' if was.schema is None else 'removed'}")
        elif was.schema is not None:
            container = Container(_HEADERS[self.side], whole=True)
            for told in self.comparing.told(was.schema, now.schema, container):
                yield from self._header(told)

    def _header(self, told: Told) -> Iterator[Change]:
        """A change of one header, under its name, or of what holds them all."""
        yield from self.spot.at(name="headers").schema((told,))

    def _correlation(self, was: str, now: str) -> Iterator[Change]:
        if was != now:
            what = "added" if not was else "removed" if not now else "moved"
            yield self._told(f"correlation-{what}", was, now)

    def _key(self, was: Json, now: Json) -> Iterator[Change]:
        if was is None or now is None:
            if was is not now:
                yield self._told(f"key-{'removed' if now is None else 'added'}")
            return
        if canonical(was) == canonical(now):
            return
        found = self.comparing.keys(was, now, request=self.side is Side.RECEIVED)
        if isinstance(found, Proven):
            yield self._told("key-changed")
        elif isinstance(found, Broken):
            lost = found.witnesses[0]
            what = "widened" if self.side is Side.SENT else "narrowed"
            yield replace(
                self._told(f"key-{what}", lost.accepted, lost.sent), witness=canonical(lost.value)
            )
        else:
            yield self._told("key-undecided", "", found.reason)
