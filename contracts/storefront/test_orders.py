"""What the storefront expects of orders: placing, paying, cancelling, and looking back."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from storefront.clients.errors import OrderConflict, ProductNotFound
from storefront.clients.orders import (
    CustomerSummary,
    Invoice,
    Order,
    OrderLine,
    OrderPage,
    OrdersClient,
    Payment,
    Wanted,
)
from storefront.enums import Currency, OrderStatus, PaymentMethod

from harness.consumer import Consumer, MockProvider, get, post, reply, state

orders = Consumer("storefront").of("orders")

ORDER_ID = UUID("5f0c4b52-7f4e-4b7b-9a0e-0f6f4f3c2a10")
PLACED_AT = datetime(2025, 3, 14, 9, 26, 53, tzinfo=UTC)
PAID_AT = datetime(2025, 3, 14, 9, 31, 53, tzinfo=UTC)
LINE = OrderLine("DESK-120", "Walnut desk", 2, Decimal("249.00"), Decimal("498.00"))
PAYMENT = Payment(PaymentMethod.CARD, "PAY-3F9A61C0D2B7", Decimal("498.00"))
MAY_BE_ABSENT = ("payment", "note")


def order(
    status: OrderStatus, *, paid_at: datetime | None = None, payment: Payment | None = None
) -> Order:
    """An order of one line."""
    return Order(
        id=ORDER_ID,
        customer_id=42,
        status=status,
        currency=Currency.EUR,
        lines=[LINE],
        total=Decimal("498.00"),
        placed_at=PLACED_AT,
        paid_at=paid_at,
        payment=payment,
        note=None,
    )


def new_order(sku: str) -> dict[str, object]:
    """The request for an order of two."""
    return {"customer_id": 42, "currency": "EUR", "lines": [{"sku": sku, "quantity": 2}]}


@orders.expects(
    "a new order",
    given=[state("a product can be ordered", sku="DESK-120", unit_price="249.00")],
    request=post("/orders", new_order("DESK-120")),
    response=reply(201, order(OrderStatus.PLACED), may_be_absent=MAY_BE_ABSENT),
)
def test_a_new_order(provider: MockProvider) -> None:
    """A new order is priced, and waits for its payment."""
    client = OrdersClient(provider.url)
    placed = asyncio.run(client.place_order(42, Currency.EUR, [Wanted("DESK-120", 2)]))
    assert (placed.total, placed.payment) == (Decimal("498.00"), None)


@orders.expects(
    "a new order of a product that does not exist",
    given=[state("a product is unknown", sku="GHOST-1")],
    request=post("/orders", new_order("GHOST-1")),
    response=reply(404, {"detail": "no product GHOST-1"}),
    raises=ProductNotFound,
)
def test_a_new_order_of_a_product_that_does_not_exist(provider: MockProvider) -> None:
    """What the catalog does not know cannot be ordered."""
    client = OrdersClient(provider.url)
    with pytest.raises(ProductNotFound):
        asyncio.run(client.place_order(42, Currency.EUR, [Wanted("GHOST-1", 2)]))


@orders.expects(
    "a new order of what is out of stock",
    given=[state("a product is out of stock", sku="LAMP-7")],
    request=post("/orders", new_order("LAMP-7")),
    response=reply(409, {"detail": "not enough of LAMP-7 in stock"}),
    raises=OrderConflict,
)
def test_a_new_order_of_what_is_out_of_stock(provider: MockProvider) -> None:
    """What is not in stock cannot be ordered."""
    client = OrdersClient(provider.url)
    with pytest.raises(OrderConflict):
        asyncio.run(client.place_order(42, Currency.EUR, [Wanted("LAMP-7", 2)]))


@orders.expects(
    "the payment of an order",
    given=[state("a placed order exists", id=ORDER_ID)],
    request=post(f"/orders/{ORDER_ID}/pay", {"method": "card"}),
    response=reply(
        200,
        order(OrderStatus.PAID, paid_at=PAID_AT, payment=PAYMENT),
        may_be_absent=MAY_BE_ABSENT,
    ),
)
def test_the_payment_of_an_order(provider: MockProvider) -> None:
    """A paid order tells its payment."""
    paid = asyncio.run(OrdersClient(provider.url).pay_order(ORDER_ID, PaymentMethod.CARD))
    assert (paid.status, paid.payment) == (OrderStatus.PAID, PAYMENT)


@orders.expects(
    "the payment of a cancelled order",
    given=[state("a cancelled order exists", id=ORDER_ID)],
    request=post(f"/orders/{ORDER_ID}/pay", {"method": "wallet"}),
    response=reply(409, {"detail": "the order is cancelled"}),
    raises=OrderConflict,
)
def test_the_payment_of_a_cancelled_order(provider: MockProvider) -> None:
    """A cancelled order cannot be paid."""
    with pytest.raises(OrderConflict):
        asyncio.run(OrdersClient(provider.url).pay_order(ORDER_ID, PaymentMethod.WALLET))


@orders.expects(
    "the orders of a customer",
    given=[state("a customer has orders", customer_id=42, count=1)],
    request=get("/orders", query={"customer_id": "42", "page": "1", "page_size": "20"}),
    response=reply(
        200,
        OrderPage([order(OrderStatus.PLACED)], page=1, page_size=20, total=1),
        may_be_absent=MAY_BE_ABSENT,
    ),
)
def test_the_orders_of_a_customer(provider: MockProvider) -> None:
    """A customer's orders come a page at a time."""
    page = asyncio.run(OrdersClient(provider.url).list_orders(42))
    assert [each.id for each in page.items] == [ORDER_ID]


@orders.expects(
    "the invoice of a paid order",
    given=[state("a paid order exists", id=ORDER_ID)],
    request=get(f"/orders/{ORDER_ID}/invoice"),
    response=reply(
        200,
        Invoice(
            number="2025-5F0C4B52",
            order_id=ORDER_ID,
            issued_at=PAID_AT,
            currency=Currency.EUR,
            net=Decimal("418.49"),
            tax=Decimal("79.51"),
            total=Decimal("498.00"),
        ),
    ),
)
def test_the_invoice_of_a_paid_order(provider: MockProvider) -> None:
    """An invoice tells the tax that its total holds."""
    invoice = asyncio.run(OrdersClient(provider.url).get_invoice(ORDER_ID))
    assert invoice is not None
    assert invoice.net + invoice.tax == invoice.total


@orders.expects(
    "the invoice of an order that is not paid",
    given=[state("a placed order exists", id=ORDER_ID)],
    request=get(f"/orders/{ORDER_ID}/invoice"),
    response=reply(409, {"detail": "the order is not paid"}),
)
def test_the_invoice_of_an_order_that_is_not_paid(provider: MockProvider) -> None:
    """Before the payment there is no invoice."""
    assert asyncio.run(OrdersClient(provider.url).get_invoice(ORDER_ID)) is None


@orders.expects(
    "what a customer spent",
    given=[state("a customer has orders", customer_id=42, count=2, status="paid")],
    request=get("/customers/42/summary"),
    response=reply(200, CustomerSummary(42, 2, {Currency.EUR: Decimal("1115.90")}, PLACED_AT)),
)
def test_what_a_customer_spent(provider: MockProvider) -> None:
    """What was spent is told by currency."""
    summary = asyncio.run(OrdersClient(provider.url).get_customer_summary(42))
    assert summary.total_spent == {Currency.EUR: Decimal("1115.90")}


@orders.expects(
    "what a customer who never ordered spent",
    given=[state("a customer has no orders", customer_id=7)],
    request=get("/customers/7/summary"),
    response=reply(200, CustomerSummary(7, 0, {}, None)),
)
def test_what_a_customer_who_never_ordered_spent(provider: MockProvider) -> None:
    """Without orders there is no last one."""
    summary = asyncio.run(OrdersClient(provider.url).get_customer_summary(7))
    assert (summary.orders, summary.last_order_at) == (0, None)
