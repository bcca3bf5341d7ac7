"""What a rule of the comparison of two versions is, and how its level follows from direction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from harness.domain.change import Breaks, Part


class Effect(Enum):
    """
    What a change does to the values that a schema accepts.

    Shape: `other` when some may come and some go, `none` when the same stay.
    """

    NARROWS = "narrows"
    WIDENS = "widens"
    OTHER = "other"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Rule:
    """
    One kind of change.

    Shape: `breaks` is the level where nothing else is known of the case, and `oasdiff` the id that
    oasdiff gives the same change, empty where it has none; `effect` is what a change does to the
    values accepted; `judged` says that a proof that none is lost makes the change harmless.
    """

    id: str
    breaks: Breaks
    sentence: str
    part: Part
    oasdiff: str = ""
    effect: Effect = Effect.NONE
    judged: bool = False


def rules(part: Part, *rows: tuple[str, Breaks, str, str]) -> tuple[Rule, ...]:
    """Rules of what is no schema, from rows of id, level, sentence and the id of oasdiff."""
    return tuple(Rule(id_, breaks, said, part, theirs) for id_, breaks, said, theirs in rows)


class Place(Enum):
    """
    Where a schema stands.

    Shape: the value is the beginning of the rules' ids; anything below the root is a property.
    """

    REQUEST_BODY = "request-body"
    REQUEST_PROPERTY = "request-property"
    PARAMETER = "parameter"
    PARAMETER_PROPERTY = "parameter-property"
    REPLY_BODY = "reply-body"
    REPLY_PROPERTY = "reply-property"
    REPLY_HEADER = "reply-header"
    SENT_PAYLOAD = "sent-payload"
    SENT_PROPERTY = "sent-property"
    SENT_HEADER = "sent-header"
    RECEIVED_PAYLOAD = "received-payload"
    RECEIVED_PROPERTY = "received-property"
    RECEIVED_HEADER = "received-header"

    @property
    def part(self) -> Part:
        """The part of a document that the place lies in."""
        return _PARTS.get(self.value.partition("-")[0], Part.REQUEST)

    @property
    def is_of_message(self) -> bool:
        """Whether it lies in a message of a channel."""
        return self.part in (Part.SENT, Part.RECEIVED)

    @property
    def is_output(self) -> bool:
        """Whether the document's application writes it, and its consumers read it."""
        return self.part in OUTPUT

    @property
    def below(self) -> Place:
        """The place of what lies within."""
        return _BELOW.get(self, self)


_PARTS: Final = {"reply": Part.REPLY, "sent": Part.SENT, "received": Part.RECEIVED}
OUTPUT: Final = frozenset({Part.REPLY, Part.SENT})
"""What the document's application writes."""

_BELOW: Final = {
    Place.REQUEST_BODY: Place.REQUEST_PROPERTY,
    Place.PARAMETER: Place.PARAMETER_PROPERTY,
    Place.REPLY_BODY: Place.REPLY_PROPERTY,
    Place.SENT_PAYLOAD: Place.SENT_PROPERTY,
    Place.RECEIVED_PAYLOAD: Place.RECEIVED_PROPERTY,
}

CODES: Final[Mapping[str, Place]] = {
    "B": Place.REQUEST_BODY,
    "R": Place.REQUEST_PROPERTY,
    "P": Place.PARAMETER,
    "Q": Place.PARAMETER_PROPERTY,
    "b": Place.REPLY_BODY,
    "r": Place.REPLY_PROPERTY,
    "h": Place.REPLY_HEADER,
}
"""One letter for each place over HTTP, in which the tables of faults are written."""

OF_MESSAGES: Final[Mapping[Place, str]] = {
    Place.SENT_PAYLOAD: "b",
    Place.SENT_PROPERTY: "r",
    Place.SENT_HEADER: "r",
    Place.RECEIVED_PAYLOAD: "B",
    Place.RECEIVED_PROPERTY: "R",
    Place.RECEIVED_HEADER: "R",
}
"""What is sent as a message may change as a reply may, and what is received as a request."""


@dataclass(frozen=True, slots=True)
class Fault:
    """
    What can change in a schema, wherever it stands.

    Shape: `key` ends the rules' ids; `oasdiff` lists the places where oasdiff has an id of that
    ending, or of another one (`called`, by place); `may` lists the places where a change that
    would break by its effect only may, since consumers often cope or nobody can tell; `only` lists
    the places where it can happen at all.
    """

    key: str
    effect: Effect
    words: str
    oasdiff: str = ""
    called: Mapping[str, str] = field(default_factory=dict)
    may: str = ""
    only: str = "PQBRbrh"


def level(effect: Effect, part: Part) -> Breaks:
    """What an effect means: what is written must not grow, and what is read must not shrink."""
    if effect is Effect.OTHER:
        return Breaks.BREAKS
    harmful = Effect.WIDENS if part in OUTPUT else Effect.NARROWS
    return Breaks.BREAKS if effect is harmful else Breaks.HARMLESS
