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

    @property
    def part(self) -> Part:
        """The part of a document that the place lies in."""
        return Part.REPLY if self.value.startswith("reply") else Part.REQUEST

    @property
    def below(self) -> Place:
        """The place of what lies within."""
        return _BELOW.get(self, self)


_BELOW: Final = {
    Place.REQUEST_BODY: Place.REQUEST_PROPERTY,
    Place.PARAMETER: Place.PARAMETER_PROPERTY,
    Place.REPLY_BODY: Place.REPLY_PROPERTY,
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
"""One letter for each place, in which the tables of faults are written."""


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
    """What an effect means: replies must not grow, and requests must not shrink."""
    if effect is Effect.OTHER:
        return Breaks.BREAKS
    harmful = Effect.WIDENS if part is Part.REPLY else Effect.NARROWS
    return Breaks.BREAKS if effect is harmful else Breaks.HARMLESS
