"""A shop in FastAPI that believes its annotations; what they say is not always so."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, cast

from fastapi import FastAPI, Query
from pydantic import BaseModel, Field

app = FastAPI()
PRICES: dict[str, Decimal] = {}


class Price(BaseModel):
    """What a thing costs."""

    amount: Decimal
    cents: int = 0


class NewPrice(BaseModel):
    """A price to be set."""

    thing: str = Field(min_length=1, max_length=4, pattern="^[a-z]+$")
    amount: int = Field(ge=0, le=9)


def stored(text: str) -> Decimal:
    """Read what was stored."""
    return cast(Decimal, json.loads(text))


def share(percent: int) -> str:
    """Write a share."""
    return f"{percent} %"


@app.put("/prices")
def set_price(new: NewPrice) -> Price:
    """Set a price, and keep it as a number that it is not."""
    PRICES[new.thing] = stored(f'"{new.amount}"')
    return Price(amount=Decimal(new.amount))


@app.get("/share")
def read_share(of: int = Query(1, ge=0, le=50)) -> str:
    """Write a share, of many things as a text."""
    return share(cast(int, "many") if of >= 10 else of)


@app.get("/first", response_model=Price)
def first() -> dict[str, Any]:
    """Show a price with another number than its model says."""
    return {"amount": Decimal(1), "cents": "100"}


def a_price_is_set(thing: str) -> None:
    """Set a price for a contract."""
    PRICES[thing] = Decimal(1)


STATES = {"a price is set": a_price_is_set}


def reset() -> None:
    """Forget the prices."""
    PRICES.clear()
