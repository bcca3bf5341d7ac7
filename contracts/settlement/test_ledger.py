"""What settlement reads of the ledger's messages: whom to pay, and how much."""

from uuid import UUID

import pytest
from settlement import handlers
from settlement.events import Currency, SettlementRequested
from settlement.messages import SETTLED
from settlement.payments import Payments

from harness.consumer import Consumer, Delivery, message

ledger = Consumer("settlement").of("ledger")

ORDER_ID = UUID("5f0c4b52-7f4e-4b7b-9a0e-0f6f4f3c2a10")
REQUESTED = SettlementRequested(
    event_id=UUID("3e1f2a57-7c1c-4b0e-8d7a-4f6b9a0c5d03"),
    correlation_id=str(ORDER_ID),
    order_id=ORDER_ID,
    payee="Swift Post",
    amount_minor=585,
    currency=Currency.EUR,
)


@pytest.fixture
def payments() -> Payments:
    """Nothing paid, and one payee known."""
    kept = Payments(":memory:")
    kept.know("Swift Post", "DE02120300000000202051", limit_minor=1_000_000)
    return kept


@ledger.receives(
    "a settlement was requested",
    message=message("settlement.requested", REQUESTED),
    idempotent=True,
)
def test_a_settlement_was_requested(delivery: Delivery, payments: Payments) -> None:
    """A payee is paid once, or it is told why not."""
    told = handlers.on_settlement_requested(delivery.body or b"", payments)
    assert len(payments.references()) == (told.channel == SETTLED)
