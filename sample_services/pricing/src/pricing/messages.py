"""The messages that pricing answers and sends, each made by one function."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID, uuid4

from pydantic import AwareDatetime, BaseModel

from pricing.tariffs import Change, Currency, Tariff

VALID_FOR = timedelta(hours=1)


class Quote(BaseModel):
    """What a carrier takes for a parcel."""

    status: Literal["quoted"] = "quoted"
    carrier: str
    amount_minor: int
    currency: Currency
    valid_until: AwareDatetime


class QuoteRefused(BaseModel):
    """Why there is no quote."""

    status: Literal["refused"] = "refused"
    reason: str


class PriceChanged(BaseModel):
    """A carrier takes another amount for each kilogram from now on."""

    event_id: UUID
    occurred_at: AwareDatetime
    carrier: str
    currency: Currency
    old_minor: int | None
    new_minor: int


@dataclass(frozen=True, slots=True)
class Message:
    """What goes over a socket: headers as a frame of JSON, and a body."""

    channel: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"


def quote(
    tariff: Tariff, weight_grams: int, asked_at: datetime, correlation_id: str | None
) -> Message:
    """Answer with what a carrier takes: a kilogram that is begun counts whole."""
    kilograms = -(-weight_grams // 1000)
    answer = Quote(
        carrier=tariff.carrier,
        amount_minor=tariff.per_kg_minor * kilograms,
        currency=tariff.currency,
        valid_until=asked_at + VALID_FOR,
    )
    return _answer(answer, correlation_id)


def quote_refused(reason: str, correlation_id: str | None) -> Message:
    """Answer that there is no quote."""
    return _answer(QuoteRefused(reason=reason), correlation_id)


def price_changed(change: Change) -> Message:
    """Tell that a tariff has another amount, or is new."""
    event = PriceChanged(
        event_id=uuid4(),
        occurred_at=change.seen_at,
        carrier=change.tariff.carrier,
        currency=change.tariff.currency,
        old_minor=change.old_minor,
        new_minor=change.tariff.per_kg_minor,
    )
    headers = {"message-id": str(event.event_id), "schema-version": "2"}
    return Message("price.changed", event.model_dump_json().encode(), headers)


def _answer(answer: Quote | QuoteRefused, correlation_id: str | None) -> Message:
    headers = {} if correlation_id is None else {"correlation-id": correlation_id}
    return Message("price.quote", answer.model_dump_json().encode(), headers)
