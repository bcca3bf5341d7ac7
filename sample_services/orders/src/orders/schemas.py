"""What the operations take and give."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict
from pydantic.json_schema import SkipJsonSchema

from orders.enums import Currency, OrderStatus, PaymentMethod
from orders.fields import CustomerId, Money, Note, Quantity, Sku


class _Request(BaseModel):
    """Requests refuse fields that nobody knows."""

    model_config = ConfigDict(extra="forbid")


class _Reply(BaseModel):
    """Replies are read from the stored objects."""

    model_config = ConfigDict(from_attributes=True)


class NewOrderLine(_Request):
    """A product and how many of it."""

    sku: Sku
    quantity: Quantity


class NewOrder(_Request):
    """An order as the customer places it."""

    customer_id: CustomerId
    currency: Currency
    lines: Annotated[list[NewOrderLine], Field(min_length=1, max_length=20)]
    note: Note | None = None


class PaymentRequest(_Request):
    """How the customer pays."""

    method: PaymentMethod


class OrderLine(_Reply):
    """A line of an order, priced."""

    sku: str
    name: str
    quantity: int
    unit_price: Money
    line_total: Money


class Payment(_Reply):
    """The payment of an order."""

    method: PaymentMethod
    reference: str
    amount: Money


def _without_default(schema: JsonDict) -> None:
    """The field is absent, never null, so no default is published."""
    schema.pop("default", None)


class Order(_Reply):
    """An order; ``payment`` is there only once the order was paid."""

    id: UUID
    customer_id: int
    status: OrderStatus
    currency: Currency
    lines: list[OrderLine]
    total: Money
    placed_at: AwareDatetime
    paid_at: AwareDatetime | None
    payment: Annotated[
        Payment | SkipJsonSchema[None],
        Field(exclude_if=lambda value: value is None, json_schema_extra=_without_default),
    ] = None
    note: str | None = None


class OrderPage(_Reply):
    """One page of orders, the newest first."""

    items: list[Order]
    page: int
    page_size: int
    total: int


class InvoiceLine(_Reply):
    """A line of an invoice with the tax that its total includes."""

    sku: str
    name: str
    quantity: int
    unit_price: Money
    line_total: Money
    tax: Money


class Invoice(_Reply):
    """The invoice of a paid order; the total includes the tax."""

    number: str
    order_id: UUID
    customer_id: int
    issued_at: AwareDatetime
    currency: Currency
    lines: list[InvoiceLine]
    net: Money
    tax_rate: Money
    tax: Money
    total: Money


class CustomerSummary(_Reply):
    """What a customer ordered so far; only paid orders count as spent."""

    customer_id: int
    orders: int
    total_spent: dict[Currency, Money]
    last_order_at: AwareDatetime | None


class Health(BaseModel):
    """That the service answers and reaches its database."""

    status: str
