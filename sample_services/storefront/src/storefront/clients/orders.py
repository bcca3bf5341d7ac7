"""The order service, as the shop uses it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import httpx

from storefront.clients import parsing
from storefront.clients.errors import OrderConflict, OrderRejected, ProductNotFound
from storefront.clients.parsing import as_object, field
from storefront.clients.transport import Body, JsonClient, Params, reason
from storefront.enums import Currency, OrderStatus, PaymentMethod


@dataclass(frozen=True, slots=True)
class Wanted:
    """A product and how many of it a customer wants."""

    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line of an order, priced."""

    sku: str
    name: str
    quantity: int
    unit_price: Decimal
    line_total: Decimal


@dataclass(frozen=True, slots=True)
class Payment:
    """The payment of an order."""

    method: PaymentMethod
    reference: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Order:
    """An order; only a paid one has a payment."""

    id: UUID
    customer_id: int
    status: OrderStatus
    currency: Currency
    lines: list[OrderLine]
    total: Decimal
    placed_at: datetime
    paid_at: datetime | None
    payment: Payment | None
    note: str | None


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page of orders."""

    items: list[Order]
    page: int
    page_size: int
    total: int


@dataclass(frozen=True, slots=True)
class Invoice:
    """What the shop shows of an invoice."""

    number: str
    order_id: UUID
    issued_at: datetime
    currency: Currency
    net: Decimal
    tax: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class CustomerSummary:
    """What a customer ordered so far."""

    customer_id: int
    orders: int
    total_spent: dict[Currency, Decimal]
    last_order_at: datetime | None


class OrdersClient(JsonClient):
    """Asks the order service."""

    service = "the order service"

    async def place_order(
        self,
        customer_id: int,
        currency: Currency,
        lines: Sequence[Wanted],
        note: str | None = None,
    ) -> Order:
        """Place an order, or raise ProductNotFound, OrderConflict or OrderRejected."""
        body: Body = {
            "customer_id": customer_id,
            "currency": currency.value,
            "lines": [asdict(line) for line in lines],
        }
        if note is not None:
            body["note"] = note
        response = await self._send("POST", "/orders", body=body)
        if response.status_code == 404:
            raise ProductNotFound(reason(response, "no such product"))
        _raise_refusal(response)
        return _order(self._json(response, 201))

    async def pay_order(self, order_id: UUID, method: PaymentMethod) -> Order:
        """Pay a placed order, or raise OrderConflict."""
        body: Body = {"method": method.value}
        response = await self._send("POST", f"/orders/{order_id}/pay", body=body)
        _raise_refusal(response)
        return _order(self._json(response))

    async def cancel_order(self, order_id: UUID) -> Order:
        """Cancel a placed order, or raise OrderConflict."""
        response = await self._send("POST", f"/orders/{order_id}/cancel")
        _raise_refusal(response)
        return _order(self._json(response))

    async def list_orders(
        self,
        customer_id: int,
        status: OrderStatus | None = None,
        page: int = 1,
        page_size: int = 20,
    ) -> OrderPage:
        """One page of a customer's orders, the newest first."""
        params: Params = {"customer_id": customer_id, "page": page, "page_size": page_size}
        if status is not None:
            params["status"] = status.value
        return _order_page(self._json(await self._send("GET", "/orders", params=params)))

    async def get_invoice(self, order_id: UUID) -> Invoice | None:
        """The invoice of an order, or nothing while there is none."""
        response = await self._send("GET", f"/orders/{order_id}/invoice")
        if response.status_code in (404, 409):
            return None
        return _invoice(self._json(response))

    async def get_customer_summary(self, customer_id: int) -> CustomerSummary:
        """What a customer ordered so far."""
        path = f"/customers/{customer_id}/summary"
        return _summary(self._json(await self._send("GET", path)))


def _raise_refusal(response: httpx.Response) -> None:
    if response.status_code == 409:
        raise OrderConflict(reason(response, "the order is not possible"))
    if response.status_code == 422:
        raise OrderRejected(reason(response, "the order was rejected"))


def _order(value: object) -> Order:
    source = as_object(value)
    return Order(
        id=parsing.identifier(field(source, "id")),
        customer_id=parsing.integer(field(source, "customer_id")),
        status=parsing.choice(OrderStatus, field(source, "status")),
        currency=parsing.choice(Currency, field(source, "currency")),
        lines=parsing.many(_line, field(source, "lines")),
        total=parsing.amount(field(source, "total")),
        placed_at=parsing.moment(field(source, "placed_at")),
        paid_at=parsing.nullable(parsing.moment, field(source, "paid_at")),
        payment=parsing.nullable(_payment, source.get("payment")),
        note=parsing.nullable(parsing.text, source.get("note")),
    )


def _line(value: object) -> OrderLine:
    source = as_object(value)
    return OrderLine(
        sku=parsing.text(field(source, "sku")),
        name=parsing.text(field(source, "name")),
        quantity=parsing.integer(field(source, "quantity")),
        unit_price=parsing.amount(field(source, "unit_price")),
        line_total=parsing.amount(field(source, "line_total")),
    )


def _payment(value: object) -> Payment:
    source = as_object(value)
    return Payment(
        method=parsing.choice(PaymentMethod, field(source, "method")),
        reference=parsing.text(field(source, "reference")),
        amount=parsing.amount(field(source, "amount")),
    )


def _order_page(value: object) -> OrderPage:
    source = as_object(value)
    return OrderPage(
        items=parsing.many(_order, field(source, "items")),
        page=parsing.integer(field(source, "page")),
        page_size=parsing.integer(field(source, "page_size")),
        total=parsing.integer(field(source, "total")),
    )


def _invoice(value: object) -> Invoice:
    source = as_object(value)
    return Invoice(
        number=parsing.text(field(source, "number")),
        order_id=parsing.identifier(field(source, "order_id")),
        issued_at=parsing.moment(field(source, "issued_at")),
        currency=parsing.choice(Currency, field(source, "currency")),
        net=parsing.amount(field(source, "net")),
        tax=parsing.amount(field(source, "tax")),
        total=parsing.amount(field(source, "total")),
    )


def _summary(value: object) -> CustomerSummary:
    source = as_object(value)
    spent = as_object(field(source, "total_spent"))
    return CustomerSummary(
        customer_id=parsing.integer(field(source, "customer_id")),
        orders=parsing.integer(field(source, "orders")),
        total_spent={
            parsing.choice(Currency, key): parsing.amount(value) for key, value in spent.items()
        },
        last_order_at=parsing.nullable(parsing.moment, field(source, "last_order_at")),
    )
