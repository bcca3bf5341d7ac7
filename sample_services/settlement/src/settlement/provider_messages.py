"""The messages that consumers' contracts name, made as the worker makes them."""

from uuid import UUID

from settlement import handlers
from settlement.events import Currency, SettlementRequested
from settlement.messages import Message
from settlement.payments import Payments


def a_payee_was_paid() -> Message:
    """A payee whose account is known."""
    payments = Payments(":memory:")
    payments.know("Swift Post", "DE02120300000000202051", 1_000_000)
    return handlers.on_settlement_requested(_request(), payments)


def a_payee_was_not_paid() -> Message:
    """A payee of whom nothing is known."""
    return handlers.on_settlement_requested(_request(), Payments(":memory:"))


def _request() -> bytes:
    event = SettlementRequested(
        event_id=UUID("3e1f2a57-7c1c-4b0e-8d7a-4f6b9a0c5d03"),
        correlation_id="5f0c4b52-7f4e-4b7b-9a0e-0f6f4f3c2a10",
        order_id=UUID("5f0c4b52-7f4e-4b7b-9a0e-0f6f4f3c2a10"),
        payee="Swift Post",
        amount_minor=585,
        currency=Currency.EUR,
    )
    return event.model_dump_json().encode()
