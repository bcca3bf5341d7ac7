"""Field types that accept exactly what the published schema says."""

import re
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)

MAX_ID = 2**53 - 1  # the largest integer that every JSON reader keeps exact
CENT = Decimal("0.01")

_INTEGER = re.compile(r"-?[0-9]{1,19}", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_DATE_TIME = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d):(\d\d)((?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?)",
    re.ASCII | re.IGNORECASE,
)


def round_to_cents(amount: Decimal) -> Decimal:
    """Round an amount the way an invoice does."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def _integer(value: object) -> object:
    """Refuse spellings of an integer that JSON does not know, such as ``1.0`` or ``1_000``."""
    if isinstance(value, str) and not _INTEGER.fullmatch(value):
        raise ValueError("must be an integer in decimal digits")
    return value


def _whole(value: object) -> object:
    """Take ``2.0`` for 2, as JSON makes no difference between them."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _canonical_uuid(value: object) -> object:
    """Refuse braces, ``urn:uuid:`` and a missing hyphen."""
    if isinstance(value, str) and not _UUID.fullmatch(value):
        raise ValueError("must be a UUID in its canonical form")
    return value


def _rfc3339(value: object) -> object:
    """Refuse spellings that RFC 3339 does not know; a leap second counts as the one before."""
    if not isinstance(value, str):
        return value
    match = _DATE_TIME.fullmatch(value)
    if match is None:
        raise ValueError("must be a date and time as RFC 3339 writes it")
    minute, second, rest = match.groups()
    return f"{minute}:{'59' if second == '60' else second}{rest}".upper()


def _to_utc(value: datetime) -> datetime:
    """Move a moment to UTC; at the calendar's two ends the nearest moment stands for it."""
    try:
        return value.astimezone(UTC)
    except OverflowError:
        edge = datetime.min if value.year == 1 else datetime.max
        return edge.replace(tzinfo=UTC)


# In JSON bodies.
CustomerId = Annotated[
    int, Field(strict=True, ge=1, le=MAX_ID, examples=[42]), BeforeValidator(_whole)
]
Quantity = Annotated[int, Field(strict=True, ge=1, le=1000, examples=[2]), BeforeValidator(_whole)]
Sku = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^[A-Z0-9][A-Z0-9-]{0,31}$"),
    Field(examples=["DESK-120"]),
]
Note = Annotated[str, StringConstraints(strict=True, max_length=500, pattern=r"^[^\x00]*$")]
Money = Annotated[
    Decimal,
    PlainSerializer(lambda amount: format(round_to_cents(amount), "f"), return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]+\.[0-9]{2}$", "examples": ["12.50"]}),
]

# In paths and queries.
CustomerKey = Annotated[int, Field(ge=1, le=MAX_ID), BeforeValidator(_integer)]
OrderKey = Annotated[UUID, BeforeValidator(_canonical_uuid)]
Page = Annotated[int, Field(ge=1, le=100_000), BeforeValidator(_integer)]
PageSize = Annotated[int, Field(ge=1, le=100), BeforeValidator(_integer)]
Moment = Annotated[AwareDatetime, BeforeValidator(_rfc3339), AfterValidator(_to_utc)]
