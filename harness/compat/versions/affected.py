"""Which consumers a change of a provider's document reaches, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from types import MappingProxyType
from typing import Final

from harness.compat.http.interactions import Provider
from harness.compat.messages.messages import Channels
from harness.compat.versions.reading import (
    is_of_headers,
    is_of_key,
    meets_media_type,
    meets_status,
    reads,
    reads_message,
)
from harness.compat.versions.steps import meet, steps_of
from harness.documents.routing import path_shape
from harness.domain.change import Breaks, Change, Part
from harness.domain.fit import Code, Gap, InteractionCompat, Kind, Misfit
from harness.domain.json import json_path
from harness.domain.pact import Interaction, InteractionKind, Pact

_FAR: Final = 1_000
_MILD: Final = 10_000
_OF_REPLIES: Final = ("reply-", "status-", "request-accept")
_NAMED: Final = (
    "reply-header",
    "request-path",
    "request-query",
    "request-header",
    "request-cookie",
)
# Only these changes of a whole operation, or of all, can be why something fits no more.
_WHOLE: Final[Mapping[Code, tuple[str, ...]]] = MappingProxyType(
    {
        Code.OPERATION_UNKNOWN: (
            *("operation-removed", "path-removed"),
            *("base-path-removed", "operation-base-path-removed"),
        ),
        Code.SECURITY_MISSING: ("security-", "global-security-"),
        Code.MESSAGE_OPERATION_UNKNOWN: ("channel-",),
        Code.MESSAGE_CHANNEL_UNKNOWN: ("channel-removed", "channel-address-", "channel-send-rem"),
    }
)
_OF_BODIES: Final = frozenset(
    {
        *(Code.REPLY_BODY, Code.REQUEST_BODY),
        *(Code.MESSAGE_PAYLOAD, Code.MESSAGE_REQUEST_PAYLOAD),
    }
)
_OF_HEADERS: Final = frozenset(
    {Code.MESSAGE_HEADER, Code.MESSAGE_HEADER_UNDECLARED, Code.MESSAGE_REQUEST_HEADER}
)
_OF_KEYS: Final = frozenset({Code.MESSAGE_KEY, Code.MESSAGE_REQUEST_KEY})
_OF_MESSAGES: Final = (Part.SENT, Part.RECEIVED)


class Standing(Enum):
    """What becomes of a consumer that a change reaches; the gravest stands first."""

    BREAKS = "breaks"
    UNKNOWN = "unknown"
    MAY_BREAK = "may break, unconfirmed"
    COPES = "copes"


_ORDER: Final = MappingProxyType({standing: at for at, standing in enumerate(Standing)})


@dataclass(frozen=True, slots=True)
class Use:
    """
    One interaction of a consumer, and how it fits the later version.

    Shape: `operations` are the labels of what answers it, or of the channels that it goes through,
    in either version; `certain` misfits are confirmed, `hypotheses` are not; `gaps` could not be
    judged; `messages` are those of the documents that it is about, none where nobody can tell.
    """

    consumer: str
    interaction: Interaction
    operations: tuple[str, ...] = ()
    certain: tuple[Misfit, ...] = ()
    hypotheses: tuple[Misfit, ...] = ()
    gaps: tuple[Gap, ...] = ()
    messages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reach:
    """
    What becomes of one consumer that a change reaches.

    Shape: `interaction` shows it; `misfit` or `gap` is what it rests on, neither where it copes.
    """

    consumer: str
    standing: Standing
    interaction: Interaction
    misfit: Misfit | None = None
    gap: Gap | None = None


@dataclass(frozen=True, slots=True)
class Affected:
    """
    A change with the consumers that it reaches.

    Shape: `every` has one for each thing of each interaction that it reaches.
    """

    change: Change
    every: tuple[Reach, ...] = ()

    @property
    def reached(self) -> tuple[Reach, ...]:
        """One for each consumer, the worst off first: the first of the worst that becomes of it."""
        worst: dict[str, Reach] = {}
        for reach in sorted(self.every, key=lambda each: _ORDER[each.standing]):
            worst.setdefault(reach.consumer, reach)
        return tuple(
            sorted(worst.values(), key=lambda each: (_ORDER[each.standing], each.consumer))
        )

    def of(self, standing: Standing) -> tuple[Reach, ...]:
        """Those of one standing, each thing of each interaction apart."""
        return tuple(each for each in self.every if each.standing is standing)


@dataclass(frozen=True, slots=True)
class Reached:
    """
    Every change with whom it reaches.

    Shape: `apart` is what fits the later version no more and no change accounts for.
    """

    changes: tuple[Affected, ...]
    apart: tuple[Reach, ...] = ()


def uses_of(base: Provider, head: Provider, pacts: Iterable[Pact]) -> Iterator[Use]:
    """The interactions over HTTP, each with what fits the later version less than the earlier."""
    for pact in pacts:
        for interaction in pact.interactions:
            if interaction.request is not None and interaction.response is not None:
                before, after = base.compared(interaction), head.compared(interaction)
                labels = (before.operation, after.operation)
                yield _use(pact.consumer, interaction, before, after, labels)


def uses_of_messages(base: Channels, head: Channels, pacts: Iterable[Pact]) -> Iterator[Use]:
    """The interactions of messages, each with what fits the later version less."""
    for pact in pacts:
        for interaction in pact.interactions:
            if interaction.kind is not InteractionKind.HTTP:
                before, after = base.compared(interaction), head.compared(interaction)
                labels = (base.channel(interaction), head.channel(interaction))
                use = _use(pact.consumer, interaction, before, after, labels)
                yield lost_channel(use, *labels)


def lost_channel(use: Use, before: str, after: str) -> Use:
    """What becomes of an interaction whose channel the earlier version has, and the later not."""
    is_told = any(each.code in _WHOLE for each in (*use.certain, *use.hypotheses))
    if not before or after or is_told:
        return use
    gone = Misfit(
        Code.MESSAGE_CHANNEL_UNKNOWN,
        Kind.UNDECLARED,
        before,
        sent="no such channel",
        accepted=before,
    )
    return replace(use, certain=(*use.certain, gone), gaps=())


def reached_by(changes: Sequence[Change], uses: Iterable[Use]) -> Reached:
    """
    Lay what fits no more at the change that it comes from, and name who else reads the thing.

    Shape: who reads it where nothing could be judged is unknown, and does not cope.
    """
    found: list[list[Reach]] = [[] for _ in changes]
    apart: list[Reach] = []
    for use in uses:
        for reach, nearest in _laid(changes, use):
            for at in nearest:
                found[at].append(reach)
            if not nearest:
                apart.append(reach)
        for at, change in enumerate(changes):
            if _is_on(change, use) and _reads(change, use.interaction):
                found[at].append(_otherwise(change, use))
    told = (Affected(change, tuple(at)) for change, at in zip(changes, found, strict=True))
    return Reached(tuple(told), tuple(apart))


def _use(
    consumer: str,
    interaction: Interaction,
    before: InteractionCompat,
    after: InteractionCompat,
    labels: tuple[str, str],
) -> Use:
    certain = {_key(each) for each in before.misfits if not each.hypothesis}
    known = {_key(each) for each in before.misfits}
    return Use(
        consumer,
        interaction,
        tuple(each for each in labels if each),
        tuple(m for m in after.misfits if not m.hypothesis and _key(m) not in certain),
        tuple(m for m in after.misfits if m.hypothesis and _key(m) not in known),
        after.gaps,
        frozenset((*before.messages, *after.messages)),
    )


def _key(misfit: Misfit) -> tuple[object, ...]:
    return misfit.code, misfit.kind, misfit.name, misfit.path


def _laid(changes: Sequence[Change], use: Use) -> Iterator[tuple[Reach, tuple[int, ...]]]:
    """Each thing that does not fit, with the positions of the changes that it comes from."""
    for standing, misfits in (
        (Standing.BREAKS, use.certain),
        (Standing.MAY_BREAK, use.hypotheses),
    ):
        for misfit in misfits:
            spot = _Spot(misfit.code, misfit.name, misfit.path)
            reach = Reach(use.consumer, standing, use.interaction, misfit)
            yield reach, _nearest(changes, use, spot)


def _otherwise(change: Change, use: Use) -> Reach:
    """What becomes of a reader to whom nothing happens there, as far as that could be judged."""
    gaps = (
        gap for gap in use.gaps if _distance(change, use, _Spot(gap.code, "", gap.path)) is not None
    )
    gap = next(gaps, None)
    standing = Standing.UNKNOWN if gap else Standing.COPES
    return Reach(use.consumer, standing, use.interaction, gap=gap)


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where something does not fit."""

    code: Code
    name: str
    path: str


def _nearest(changes: Sequence[Change], use: Use, spot: _Spot) -> tuple[int, ...]:
    """The positions of the changes that lie nearest, those that can break before all others."""
    ranks: dict[int, int] = {}
    for at, change in enumerate(changes):
        rank = _distance(change, use, spot) if _is_on(change, use) else None
        if rank is not None:
            ranks[at] = rank + (_MILD if change.breaks is Breaks.HARMLESS else 0)
    least = min(ranks.values(), default=0)
    return tuple(at for at, rank in ranks.items() if rank == least)


def _reads(change: Change, interaction: Interaction) -> bool:
    is_http = interaction.kind is InteractionKind.HTTP
    return (reads if is_http else reads_message)(change, interaction)


def _is_on(change: Change, use: Use) -> bool:
    """Whether the interaction uses what the change lies in; the names in a path do not count."""
    if change.of and use.messages and change.of not in use.messages:
        return False
    if not change.operation:
        return bool(use.operations)
    return path_shape(change.operation) in map(path_shape, use.operations)


def _distance(change: Change, use: Use, spot: _Spot) -> int | None:
    """How far a change of the same operation lies from a spot, or none if it is elsewhere."""
    if change.part in (Part.OPERATION, Part.DOCUMENT):
        return 0 if change.rule.startswith(_WHOLE.get(spot.code, ())) else None
    if change.part in _OF_MESSAGES:
        return _distance_in_message(change, use, spot)
    of_reply = spot.code.value.startswith(_OF_REPLIES)
    if of_reply is not (change.part is Part.REPLY) or not _is_of_one_body(change, use, spot.code):
        return None
    if spot.code.value.startswith(_NAMED):
        return 0 if change.name.casefold() == spot.name.casefold() else None
    if change.name:
        return None
    places = (change.path, *change.also)
    steps = (_steps_between(place, spot.path, spot.code) for place in places)
    return min((each for each in steps if each is not None), default=None)


def _distance_in_message(change: Change, use: Use, spot: _Spot) -> int | None:
    """The same in a message; what went one way is nearer to what goes the same way."""
    if not spot.code.value.startswith("message-"):
        return None
    if spot.code is Code.MESSAGE_UNDECLARED:
        return 0 if change.rule.endswith("-message-removed") else None
    if change.rule.endswith("-message-removed"):
        return _FAR  # the misfit is with another message, which is left
    if (spot.code in _OF_HEADERS) is not is_of_headers(change):
        return None
    if spot.code in _OF_KEYS or is_of_key(change):
        return 0 if spot.code in _OF_KEYS and is_of_key(change) else None
    if spot.code in (Code.MESSAGE_MEDIA_TYPE, Code.MESSAGE_REQUEST_MEDIA_TYPE):
        return 0 if "-media-type-" in change.rule else None
    if spot.code in (Code.MESSAGE_REPLY_UNDECLARED, Code.MESSAGE_REPLY_UNREAD):
        return 0 if "-reply-" in change.rule else None
    path = json_path((spot.name,)) if spot.name and not spot.path else spot.path
    if not change.path:
        return _FAR if "-schema-" in change.rule else None
    places = (change.path, *change.also)
    steps = (_steps_between(place, path, Code.MESSAGE_PAYLOAD) for place in places)
    return min((each for each in steps if each is not None), default=None)


def _is_of_one_body(change: Change, use: Use, code: Code) -> bool:
    if code.value.startswith(("reply-", "status-")) and not meets_status(
        change.status, use.interaction
    ):
        return False
    return code not in _OF_BODIES or meets_media_type(change, use.interaction)


def _steps_between(changed: str, off: str, code: Code) -> int | None:
    """How far a place in a body lies from one that changed; above it is nearer than below."""
    upper, lower = steps_of(changed), steps_of(off)
    if code not in _OF_BODIES:
        return None if upper else 0
    if not meet(upper, lower):
        return None
    shared = min(len(upper), len(lower))
    # What a change says of any name may not be what is off at a certain one.
    doubt = 0 if upper[:shared] == lower[:shared] else _FAR
    below = _FAR // 2 + len(upper) if len(upper) > shared else len(lower) - shared
    return doubt + below
