"""The messages that orders sends, each made by one function."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid4

from pydantic import AwareDatetime, BaseModel, Field

from orders.enums import Currency
from orders.fields import Money
from orders.tables import Order

SCHEMA_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Message:
    """What a broker carries; its key is the order's id, so that an order's messages keep order."""

    message_id: str
    channel: str
    body: bytes
    key: str
    headers: Mapping[str, str]
    content_type: str = "application/json"


class PlacedLine(BaseModel):
    """A product within a placed order."""

    sku: str
    name: str
    quantity: int
    unit_price: Money


class OrderPlaced(BaseModel):
    """An order was priced, and its stock set aside."""

    event_id: UUID
    occurred_at: AwareDatetime
    order_id: UUID
    customer_id: int
    currency: Currency
    total: Money
    lines: Annotated[list[PlacedLine], Field(min_length=1)]
    note: str | None


class OrderCancelled(BaseModel):
    """An order was cancelled before it was paid."""

    event_id: UUID
    occurred_at: AwareDatetime
    order_id: UUID
    customer_id: int
    currency: Currency
    total: Money


def order_placed(order: Order) -> Message:
    """Tell of an order that was just placed."""
    event = OrderPlaced(
        event_id=uuid4(),
        occurred_at=order.placed_at,
        order_id=order.id,
        customer_id=order.customer_id,
        currency=order.currency,
        total=order.total,
        lines=[
            PlacedLine(
                sku=line.sku, name=line.name, quantity=line.quantity, unit_price=line.unit_price
            )
            for line in order.lines
        ],
        note=order.note,
    )
    return _message("order.placed", event)


def order_cancelled(order: Order) -> Message:
    """Tell of an order that was just cancelled."""
    event = OrderCancelled(
        event_id=uuid4(),
        occurred_at=datetime.now(UTC),
        order_id=order.id,
        customer_id=order.customer_id,
        currency=order.currency,
        total=order.total,
    )
    return _message("order.cancelled", event)


def _message(channel: str, event: OrderPlaced | OrderCancelled) -> Message:
    """Put an event into its envelope; what an order leads to carries the order's id throughout."""
    return Message(
        message_id=str(event.event_id),
        channel=channel,
        body=event.model_dump_json().encode(),
        key=str(event.order_id),
        headers={"correlation-id": str(event.order_id), "schema-version": SCHEMA_VERSION},
    )
