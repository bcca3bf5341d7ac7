"""What notifications reads of the ledger's messages: money that is paid back."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from notifications import handlers
from notifications.events import Currency, EntryKind, EntryPosted
from notifications.letters import Letters
from notifications.messages import FAILED, SENT

from harness.consumer import Consumer, Delivery, message, pattern

ledger = Consumer("notifications").of("ledger")

ORDER_ID = UUID("5f0c4b52-7f4e-4b7b-9a0e-0f6f4f3c2a10")
HEADERS = {"correlation-id": pattern(r"[\s\S]*", str(ORDER_ID))}


@pytest.fixture
def letters() -> Letters:
    """The letters of one customer, whose address is known."""
    kept = Letters(":memory:")
    kept.know(42, "ann@example.com")
    return kept


def posted(kind: EntryKind) -> EntryPosted:
    """An entry for an order of two desks."""
    return EntryPosted(
        event_id=UUID("9a3d5e21-4b7f-4c0e-8b6a-1f2e3d4c5b06"),
        occurred_at=datetime(2025, 3, 14, 9, 26, 53, tzinfo=UTC),
        order_id=ORDER_ID,
        customer_id=42,
        kind=kind,
        amount_minor=49_800,
        currency=Currency.EUR,
    )


@ledger.receives(
    "a refund was posted",
    message=message("ledger.entry-posted", posted(EntryKind.REFUND), headers=HEADERS),
    idempotent=True,
)
def test_a_refund_was_posted(delivery: Delivery, letters: Letters) -> None:
    """The customer reads how much comes back, once."""
    event = EntryPosted.model_validate_json(delivery.body or b"")
    told = handlers.on_entry_posted(event, delivery.headers["correlation-id"], letters)
    assert (told is not None) == (event.kind is EntryKind.REFUND)
    assert told is None or told.channel in {SENT, FAILED}
    assert len(letters.subjects()) == (told is not None and told.channel == SENT)


@ledger.receives(
    "a sale was posted",
    message=message("ledger.entry-posted", posted(EntryKind.SALE), headers=HEADERS),
    idempotent=True,
)
def test_a_sale_was_posted(delivery: Delivery, letters: Letters) -> None:
    """Of what a customer owes it has heard already."""
    event = EntryPosted.model_validate_json(delivery.body or b"")
    told = handlers.on_entry_posted(event, delivery.headers["correlation-id"], letters)
    assert (told is not None) == (event.kind is EntryKind.REFUND)
