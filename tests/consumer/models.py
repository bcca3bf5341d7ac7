"""One thing in every library's words, and readers that all of them must give."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Annotated, Literal, NotRequired, TypedDict
from uuid import UUID

import attrs
import msgspec
import pydantic


class Colour(StrEnum):
    """A closed set of texts."""

    RED = "red"
    BLUE = "blue"


class Grade(Enum):
    """A closed set of numbers."""

    ONE = 1
    TWO = 2


@dataclass
class PartData:
    """A part, as a dataclass."""

    id: UUID
    note: str | None
    weight: float = 1.0


@dataclass
class ThingData:
    """A thing, as a dataclass."""

    sku: str
    count: int
    colour: Colour
    at: datetime
    parts: list[PartData]
    by_name: dict[str, int]
    kind: Literal["thing"]
    comment: str | None = None
    tags: list[str] = field(default_factory=list)


class PartDict(TypedDict):
    """A part, as a TypedDict."""

    id: UUID
    note: str | None
    weight: NotRequired[float]


class ThingDict(TypedDict):
    """A thing, as a TypedDict."""

    sku: str
    count: int
    colour: Colour
    at: datetime
    parts: list[PartDict]
    by_name: dict[str, int]
    kind: Literal["thing"]
    comment: NotRequired[str | None]
    tags: NotRequired[list[str]]


@attrs.define
class PartAttrs:
    """A part, with attrs."""

    id: UUID
    note: str | None
    weight: float = 1.0


@attrs.define
class ThingAttrs:
    """A thing, with attrs."""

    sku: str
    count: int
    colour: Colour
    at: datetime
    parts: list[PartAttrs]
    by_name: dict[str, int]
    kind: Literal["thing"]
    comment: str | None = None
    tags: list[str] = attrs.Factory(list)


class PartStruct(msgspec.Struct):
    """A part, as a Struct."""

    id: UUID
    note: str | None
    weight: float = 1.0


class ThingStruct(msgspec.Struct):
    """A thing, as a Struct."""

    sku: str
    count: int
    colour: Colour
    at: datetime
    parts: list[PartStruct]
    by_name: dict[str, int]
    kind: Literal["thing"]
    comment: str | None = None
    tags: list[str] = []


class PartModel(pydantic.BaseModel):
    """A part, as a pydantic model."""

    id: UUID
    note: str | None
    weight: float = 1.0


class ThingModel(pydantic.BaseModel):
    """A thing, as a pydantic model."""

    sku: str
    count: int
    colour: Colour
    at: datetime
    parts: list[PartModel]
    by_name: dict[str, int]
    kind: Literal["thing"]
    comment: str | None = None
    tags: list[str] = []


THINGS = (ThingData, ThingDict, ThingAttrs, ThingStruct, ThingModel)


class Wired(pydantic.BaseModel):
    """A model whose wire names are not its own."""

    model_config = pydantic.ConfigDict(extra="forbid")

    on_hand: Annotated[int, pydantic.Field(alias="onHand", ge=0)]
    price: Decimal
    day: Annotated[date, pydantic.Field(validation_alias="theDay", serialization_alias="day_out")]
    code: Annotated[str, pydantic.Field(pattern="^[A-Z]+$")]


class Card(pydantic.BaseModel):
    """One branch of a union, told by its tag."""

    kind: Literal["card"] = "card"
    number: str


class Cash(pydantic.BaseModel):
    """The other branch."""

    kind: Literal["cash"] = "cash"
    given: Decimal


class Payment(pydantic.BaseModel):
    """A model that holds a union, and a fields that may be anything."""

    how: Annotated[Card | Cash, pydantic.Field(discriminator="kind")]
    grade: Grade | None
    extra: object


class Tree(pydantic.BaseModel):
    """A model that holds itself."""

    name: str
    children: list[Tree] = []


@dataclass
class Branch:
    """A dataclass that holds itself by way of another."""

    twigs: list[Twig]


@dataclass
class Twig:
    """The other."""

    of: Branch | None
