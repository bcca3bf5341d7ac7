"""What is answered; no socket is known here."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, Field, ValidationError

from pricing import messages
from pricing.messages import Message
from pricing.tariffs import Currency, Tariffs


class QuoteRequest(BaseModel):
    """A parcel that is to be sent."""

    weight_grams: Annotated[int, Field(ge=1, strict=True)]
    currency: Currency


def on_price_quote(body: bytes, headers: Mapping[str, str], tariffs: Tariffs) -> Message:
    """
    Answer a request; one that cannot be read is refused, since its sender waits.

    The answer carries the request's correlation id.
    """
    correlation_id = headers.get("correlation-id")
    try:
        asked = QuoteRequest.model_validate_json(body)
    except ValidationError as error:
        reason = f"the request cannot be read: {error.error_count()} faults"
        return messages.quote_refused(reason, correlation_id)
    tariff = tariffs.cheapest(asked.weight_grams, asked.currency)
    if tariff is None:
        reason = "no carrier takes this parcel in this currency"
        return messages.quote_refused(reason, correlation_id)
    return messages.quote(tariff, asked.weight_grams, datetime.now(UTC), correlation_id)
