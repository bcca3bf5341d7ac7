"""What ledger reads of settlement's messages: what was paid, and what was not."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from ledger import handlers
from ledger.books import Account, Books
from ledger.events import Currency, Settled, SettlementRejected

from harness.consumer import Consumer, Delivery, message

settlement = Consumer("ledger").of("settlement")

ORDER_ID = UUID("5f0c4b52-7f4e-4b7b-9a0e-0f6f4f3c2a10")
EVENT_ID = UUID("4c7e2b90-6a5d-4f0c-9f7b-2d1e8a3b6c05")
AT = datetime(2025, 3, 17, 9, 26, 53, tzinfo=UTC)


@pytest.fixture
def books() -> Books:
    """Books without an entry."""
    return Books(":memory:")


@settlement.receives(
    "a payee was paid",
    message=message(
        "settlement.settled",
        Settled(
            event_id=EVENT_ID,
            occurred_at=AT,
            order_id=ORDER_ID,
            correlation_id=str(ORDER_ID),
            amount_minor=585,
            currency=Currency.EUR,
            reference="ST-0A1B2C3D4E5F",
        ),
    ),
    idempotent=True,
)
def test_a_payee_was_paid(delivery: Delivery, books: Books) -> None:
    """What was owed is owed no more, and the bank has less."""
    body = delivery.body or b""
    assert handlers.on_settlement_settled(body, delivery.headers, books) == []
    event = Settled.model_validate_json(body)
    assert books.balance(Account.BANK, event.currency) == -event.amount_minor


@settlement.receives(
    "a payee was not paid",
    message=message(
        "settlement.rejected",
        SettlementRejected(
            event_id=EVENT_ID,
            occurred_at=AT,
            order_id=ORDER_ID,
            correlation_id=str(ORDER_ID),
            reason="unknown-payee",
        ),
    ),
    idempotent=True,
)
def test_a_payee_was_not_paid(delivery: Delivery, books: Books) -> None:
    """Somebody has to look at it, and reads why."""
    body = delivery.body or b""
    assert handlers.on_settlement_rejected(body, delivery.headers, books) == []
    assert books.disputes() == [SettlementRejected.model_validate_json(body).reason]
