"""The field types of requests and answers, as strict as their schemas say."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field, PlainSerializer, StringConstraints, WithJsonSchema

AMOUNT_PATTERN = r"^(0|[1-9][0-9]{0,8})\.[0-9]{2}$"
_AMOUNT = re.compile(AMOUNT_PATTERN.removesuffix("$"))
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}):([0-9]{2})(\.[0-9]+)?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DIGITS = re.compile(r"-?[0-9]{1,18}")
_LEAP_SECOND = "60"


def _text(value: Any, pattern: re.Pattern[str], expected: str) -> str:
    """The value, when it is a text of that form."""
    if not isinstance(value, str) or pattern.fullmatch(value) is None:
        raise ValueError(f"expected {expected}")
    return value


def _amount(value: Any) -> Decimal:
    """A Decimal as it is, or one written with two places."""
    if isinstance(value, Decimal):
        return value
    return Decimal(_text(value, _AMOUNT, "an amount with two decimal places, as text"))


def _date(value: Any) -> date:
    """A date as it is, or one written as ISO 8601 has it."""
    if isinstance(value, date):
        return value
    return date.fromisoformat(_text(value, _DATE, "a date, YYYY-MM-DD"))


def _instant(value: Any) -> datetime:
    """An aware moment in UTC; one beyond the calendar becomes the calendar's first or last."""
    if isinstance(value, datetime):
        return value
    match = _INSTANT.fullmatch(_text(value, _INSTANT, "a date and time with its zone"))
    if match is None:
        raise ValueError("expected a date and time with its zone")
    day, minute, second, fraction, zone = match.groups()
    second = "59" if second == _LEAP_SECOND else second
    moment = datetime.fromisoformat(f"{day}T{minute}:{second}{(fraction or '')[:7]}{zone.upper()}")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        edge = datetime.min if moment.year == 1 else datetime.max
        return edge.replace(tzinfo=UTC)


def _uuid(value: Any) -> UUID:
    """A UUID as it is, or one written with hyphens."""
    return value if isinstance(value, UUID) else UUID(_text(value, _UUID, "a uuid"))


def _digits(value: Any) -> int:
    """A whole number as it is, or one written in plain digits."""
    return value if isinstance(value, int) else int(_text(value, _DIGITS, "a whole number"))


def _whole(value: Any) -> int:
    """A whole number, which JSON may write as 5 or as 5.0."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("expected a whole number")
    return value


Sku = Annotated[
    str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{0,31}$"), Field(examples=["DESK-120"])
]
Line = Annotated[
    str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]+$")
]
Prose = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")]
Tag = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,23}$")]
Amount = Annotated[
    Decimal,
    BeforeValidator(_amount),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "pattern": AMOUNT_PATTERN, "examples": ["249.00"]}),
]
Day = Annotated[date, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})]
Instant = Annotated[
    datetime, BeforeValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time"})
]
Uuid = Annotated[UUID, BeforeValidator(_uuid), WithJsonSchema({"type": "string", "format": "uuid"})]
PageNumber = Annotated[int, Field(ge=1, le=100_000), BeforeValidator(_digits)]
PageSize = Annotated[int, Field(ge=1, le=100), BeforeValidator(_digits)]
Grams = Annotated[int, Field(ge=1, le=1_000_000), BeforeValidator(_whole)]
Percent = Annotated[int, Field(ge=1, le=90), BeforeValidator(_whole)]
Stars = Annotated[int, Field(ge=1, le=5), BeforeValidator(_whole)]
