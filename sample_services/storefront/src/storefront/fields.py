"""Field types that accept exactly what the published schema says."""

import re
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer, StringConstraints, WithJsonSchema

MAX_ID = 2**53 - 1  # the largest integer that every JSON reader keeps exact
_INTEGER = re.compile(r"-?[0-9]{1,19}", re.ASCII)
_SKU_PATTERN = r"^[A-Z0-9][A-Z0-9-]{0,31}$"


def _integer(value: object) -> object:
    """Refuse spellings of an integer that JSON does not know, such as ``1.0`` or ``1_000``."""
    if isinstance(value, str) and not _INTEGER.fullmatch(value):
        raise ValueError("must be an integer in decimal digits")
    return value


def _whole(value: object) -> object:
    """Take ``2.0`` for 2, as JSON makes no difference between them."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


# In JSON bodies.
CustomerId = Annotated[
    int, Field(strict=True, ge=1, le=MAX_ID, examples=[42]), BeforeValidator(_whole)
]
Quantity = Annotated[int, Field(strict=True, ge=1, le=1000, examples=[2]), BeforeValidator(_whole)]
Sku = Annotated[
    str, StringConstraints(strict=True, pattern=_SKU_PATTERN), Field(examples=["DESK-120"])
]
Note = Annotated[str, StringConstraints(strict=True, max_length=500, pattern=r"^[^\x00]*$")]
Amount = Annotated[
    Decimal,
    PlainSerializer(lambda amount: f"{amount:.2f}", return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]+\.[0-9]{2}$", "examples": ["12.50"]}),
]

# In paths and queries.
CustomerKey = Annotated[int, Field(ge=1, le=MAX_ID), BeforeValidator(_integer)]
Page = Annotated[int, Field(ge=1, le=100_000), BeforeValidator(_integer)]
PageSize = Annotated[int, Field(ge=1, le=100), BeforeValidator(_integer)]
