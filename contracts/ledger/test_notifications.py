"""What ledger reads of the notifications' messages: what a letter costs."""

from datetime import UTC, datetime
from uuid import UUID

from ledger import handlers
from ledger.books import Account, Books
from ledger.events import Currency, NotificationSent

from harness.consumer import Consumer, Delivery, message

notifications = Consumer("ledger").of("notifications")

SENT = NotificationSent(
    event_id=UUID("8b0d6b43-0f6e-4a3b-9d53-9d1f6b8f4c04"),
    occurred_at=datetime(2025, 3, 14, 9, 26, 53, tzinfo=UTC),
    order_id=UUID("5f0c4b52-7f4e-4b7b-9a0e-0f6f4f3c2a10"),
    customer_id=42,
    fee_minor=7,
)


@notifications.receives(
    "a customer was told", message=message("notification.sent", SENT), idempotent=True
)
def test_a_customer_was_told(delivery: Delivery) -> None:
    """Its letter is to be paid for, once."""
    books = Books(":memory:")
    body = delivery.body or b""
    assert handlers.on_notification_sent(body, delivery.headers, books) == []
    fee_minor = NotificationSent.model_validate_json(body).fee_minor
    assert books.balance(Account.PAYABLES, Currency.EUR) == -fee_minor
