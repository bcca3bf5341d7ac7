"""States that a consumer's contract may ask for, and the way back to none of them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypedDict
from uuid import UUID, uuid5

from sqlalchemy import delete

from orders import neighbours
from orders.app import app
from orders.clients.catalog import CatalogClient
from orders.clients.inventory import InventoryClient
from orders.database import new_session
from orders.enums import Currency, OrderStatus, PaymentMethod
from orders.settings import settings
from orders.substitutes import KnownProduct, Neighbourhood, SubstituteCatalog, SubstituteInventory
from orders.tables import Order, OrderLine, Payment, Unsent

ORDER_ID = "5f0c4b52-7f4e-4b7b-9a0e-0f6f4f3c2a10"
_PLACED_AT = datetime(2025, 3, 14, 9, 26, 53, tzinfo=UTC)
_PAYMENT_REFERENCE = "PAY-3F9A61C0D2B7"
_neighbourhood = Neighbourhood()


class Line(TypedDict):
    """A line as a contract writes it."""

    sku: str
    name: str
    quantity: int
    unit_price: str


_LINES: list[Line] = [
    {"sku": "DESK-120", "name": "Walnut desk", "quantity": 2, "unit_price": "249.00"},
    {"sku": "LAMP-7", "name": "Brass lamp", "quantity": 1, "unit_price": "59.95"},
]


def reset() -> None:
    """Forget every order and every substitute."""
    _end_substitution()
    with new_session() as session:
        for table in (Payment, OrderLine, Order, Unsent):
            session.execute(delete(table))
        session.commit()


def credentials() -> dict[str, dict[str, str]]:
    """The headers that satisfy each security scheme."""
    return {"bearerAuth": {"Authorization": f"Bearer {settings().admin_token}"}}


def an_order_exists(
    id: str = ORDER_ID,
    customer_id: int = 42,
    status: str = "placed",
    currency: str = "EUR",
    lines: list[Line] | None = None,
    note: str | None = None,
    placed_at: str | None = None,
    method: str = "card",
) -> dict[str, str | int]:
    """One order, in the given state; it replaces one of the same id."""
    moment = datetime.fromisoformat(placed_at) if placed_at else _PLACED_AT
    order_lines = [_line(position, line) for position, line in enumerate(lines or _LINES)]
    order = Order(
        id=UUID(id),
        customer_id=customer_id,
        status=OrderStatus(status),
        currency=Currency(currency),
        lines=order_lines,
        total=sum((line.line_total for line in order_lines), Decimal(0)),
        note=note,
        placed_at=moment,
    )
    if order.status in (OrderStatus.PAID, OrderStatus.SHIPPED):
        order.paid_at = moment + timedelta(minutes=5)
        order.payment = Payment(
            method=PaymentMethod(method), reference=_PAYMENT_REFERENCE, amount=order.total
        )
    with new_session() as session:
        session.execute(delete(Order).where(Order.id == order.id))
        session.add(order)
        session.commit()
    return {"id": id, "customer_id": customer_id, "total": f"{order.total:.2f}"}


def a_placed_order_exists(id: str = ORDER_ID, customer_id: int = 42) -> dict[str, str | int]:
    """An order that waits for its payment."""
    return an_order_exists(id, customer_id, "placed")


def a_paid_order_exists(
    id: str = ORDER_ID, customer_id: int = 42, method: str = "card"
) -> dict[str, str | int]:
    """An order with its payment."""
    return an_order_exists(id, customer_id, "paid", method=method)


def a_shipped_order_exists(id: str = ORDER_ID, customer_id: int = 42) -> dict[str, str | int]:
    """An order that was paid and sent."""
    return an_order_exists(id, customer_id, "shipped")


def a_cancelled_order_exists(id: str = ORDER_ID, customer_id: int = 42) -> dict[str, str | int]:
    """An order that was cancelled before it was paid."""
    return an_order_exists(id, customer_id, "cancelled")


def no_order_exists(id: str | None = None) -> None:
    """No order of this id, or none at all."""
    with new_session() as session:
        query = delete(Order) if id is None else delete(Order).where(Order.id == UUID(id))
        session.execute(query)
        session.commit()


def no_orders_exist() -> None:
    """No order at all."""
    no_order_exists()


def a_customer_has_orders(
    customer_id: int = 42, count: int = 3, status: str = "placed", currency: str = "EUR"
) -> dict[str, int]:
    """Exactly so many orders of one customer, an hour apart."""
    a_customer_has_no_orders(customer_id)
    for number in range(count):
        order_id = uuid5(UUID(ORDER_ID), f"{customer_id}/{number}")
        placed_at = _PLACED_AT + timedelta(hours=number)
        an_order_exists(
            str(order_id), customer_id, status, currency, placed_at=placed_at.isoformat()
        )
    return {"customer_id": customer_id, "count": count}


def a_customer_has_no_orders(customer_id: int = 42) -> None:
    """A customer who never ordered."""
    with new_session() as session:
        session.execute(delete(Order).where(Order.customer_id == customer_id))
        session.commit()


def a_product_can_be_ordered(
    sku: str = "DESK-120",
    name: str = "Walnut desk",
    unit_price: str = "249.00",
    available: int = 100,
) -> Iterator[dict[str, str]]:
    """The neighbours know the product, its price in every currency, and enough stock of it."""
    _neighbourhood.products[sku] = KnownProduct(sku, name, Decimal(str(unit_price)), available)
    yield from _substituted({"sku": sku, "name": name, "unit_price": unit_price})


def a_product_is_out_of_stock(sku: str = "DESK-120") -> Iterator[dict[str, str]]:
    """The neighbours know the product but have nothing left of it."""
    yield from a_product_can_be_ordered(sku, available=0)


def a_product_is_unknown(sku: str = "DESK-120") -> Iterator[dict[str, str]]:
    """The catalog has no such product."""
    _neighbourhood.products.pop(sku, None)
    yield from _substituted({"sku": sku})


def the_catalog_is_unavailable() -> Iterator[dict[str, str]]:
    """The catalog does not answer."""
    _neighbourhood.catalog_down = True
    yield from _substituted({})


def the_inventory_is_unavailable(sku: str = "DESK-120") -> Iterator[dict[str, str]]:
    """The catalog knows the product, but the inventory does not answer."""
    _neighbourhood.inventory_down = True
    yield from a_product_can_be_ordered(sku)


def _substituted(values: dict[str, str]) -> Iterator[dict[str, str]]:
    app.dependency_overrides[neighbours.catalog] = _give_catalog
    app.dependency_overrides[neighbours.inventory] = _give_inventory
    yield values
    _end_substitution()


async def _give_catalog() -> CatalogClient:
    return SubstituteCatalog(_neighbourhood)


async def _give_inventory() -> InventoryClient:
    return SubstituteInventory(_neighbourhood)


def _end_substitution() -> None:
    app.dependency_overrides.clear()
    _neighbourhood.products.clear()
    _neighbourhood.catalog_down = _neighbourhood.inventory_down = False


def _line(position: int, line: Line) -> OrderLine:
    return OrderLine(
        position=position,
        sku=line["sku"],
        name=line["name"],
        quantity=line["quantity"],
        unit_price=Decimal(str(line["unit_price"])),
    )
