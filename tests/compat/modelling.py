"""Models of pydantic drawn at random, and what they themselves say of a value."""

from __future__ import annotations

import datetime
import enum
import json
import uuid
from collections.abc import Callable
from decimal import Decimal
from ipaddress import IPv4Address
from random import Random
from typing import Annotated, Any, Literal

from pydantic import (
    AnyUrl,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    EmailStr,
    Field,
    HttpUrl,
    NaiveDatetime,
    StrictInt,
    TypeAdapter,
    ValidationError,
    create_model,
)


class Color(enum.Enum):
    """Few values."""

    RED = "red"
    BLUE = "blue"


FORMATTED: tuple[Any, ...] = (
    *(datetime.datetime, AwareDatetime, NaiveDatetime, datetime.date, datetime.time),
    *(datetime.timedelta, uuid.UUID, Decimal, HttpUrl, AnyUrl, EmailStr, IPv4Address),
)
_SCALARS: tuple[Any, ...] = (
    *(int, float, str, bool, StrictInt, Color, Literal["a", "b"], Literal[1, 2], Any),
    # An HttpUrl refuses addresses of other schemes, which no document that says `uri` rules out.
    *(kind for kind in FORMATTED if kind is not HttpUrl),
    Annotated[int, Field(ge=0)],
    Annotated[float, Field(gt=0, le=10)],
    Annotated[int, Field(multiple_of=2)],
    Annotated[str, Field(min_length=1, max_length=3)],
    Annotated[str, Field(pattern="^[a-z]+$")],
    Annotated[Decimal, Field(max_digits=4, decimal_places=2)],
)
_NAMES = ("a", "b", "c")


def model(draw: Random, depth: int = 2) -> type[BaseModel]:
    """A model with some fields of many kinds."""
    fields: dict[str, Any] = {}
    for name in draw.sample(_NAMES, draw.randint(1, 3)):
        kind = _kind(draw, depth)
        default = draw.choice([..., ..., None])
        fields[name] = (kind if default is ... else kind | None, default)
    extra: Any = draw.choice(["ignore", "ignore", "forbid", "allow"])
    made: type[BaseModel] = create_model("Drawn", __config__=ConfigDict(extra=extra), **fields)
    return made


def _kind(draw: Random, depth: int) -> Any:
    if depth <= 0 or draw.randrange(3):
        return draw.choice(_SCALARS)
    return draw.choice(_COMPOUNDS)(draw, depth - 1)


def _tagged(draw: Random, _: int) -> Any:
    first, second = (_branch(draw, tag) for tag in ("x", "y"))
    return Annotated[first | second, Field(discriminator="kind")]


def _branch(draw: Random, tag: str) -> type[BaseModel]:
    fields: dict[str, Any] = {"kind": (Literal[tag], ...), "a": (draw.choice(_SCALARS), ...)}
    made: type[BaseModel] = create_model("Branch", **fields)
    return made


_COMPOUNDS: tuple[Callable[[Random, int], Any], ...] = (
    model,
    _tagged,
    lambda draw, depth: list[_kind(draw, depth)],  # type: ignore[misc]
    lambda draw, depth: Annotated[list[_kind(draw, depth)], Field(min_length=1)],  # type: ignore[misc]
    lambda draw, depth: dict[str, _kind(draw, depth)],  # type: ignore[misc]
    lambda draw, depth: tuple[_kind(draw, depth), _kind(draw, depth)],  # type: ignore[misc]
    lambda draw, depth: _kind(draw, depth) | None,
    lambda draw, depth: _kind(draw, depth) | _kind(draw, depth),
)


def taken(kind: type[BaseModel], value: Any) -> bool:
    """Whether the model itself takes a value of JSON."""
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return False
    return True


def coerces(kind: type[BaseModel], value: Any) -> bool:
    """Whether a model takes a value only by turning parts of it into another type."""
    try:
        kind.model_validate_json(json.dumps(value), strict=True)
    except ValidationError:
        return True
    return False
