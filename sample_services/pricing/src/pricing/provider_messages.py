"""The messages that consumers' contracts name, made as the worker makes them."""

from collections.abc import Mapping
from datetime import UTC, datetime

from pricing import handlers, messages
from pricing.messages import Message
from pricing.tariffs import Change, Currency, Tariff, Tariffs

_TARIFF = Tariff(carrier="Swift Post", currency=Currency.EUR, per_kg_minor=195, up_to_grams=31_500)


def a_quote_for_a_parcel(request: bytes, headers: Mapping[str, str]) -> Message:
    """A parcel that a carrier takes."""
    return handlers.on_price_quote(request, headers, Tariffs([_TARIFF]))


def a_quote_for_a_parcel_that_nobody_takes(request: bytes, headers: Mapping[str, str]) -> Message:
    """A parcel that is too heavy for everybody."""
    return handlers.on_price_quote(request, headers, Tariffs([_TARIFF]))


def a_price_has_changed(old_minor: int | None = 185) -> Message:
    """A carrier takes more than before."""
    seen_at = datetime(2025, 3, 14, 9, 26, 53, tzinfo=UTC)
    return messages.price_changed(Change(tariff=_TARIFF, old_minor=old_minor, seen_at=seen_at))


def a_carrier_has_come() -> Message:
    """A carrier whose tariff is the first."""
    return a_price_has_changed(old_minor=None)
