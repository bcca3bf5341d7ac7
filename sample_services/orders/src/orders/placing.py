"""Placing an order: price it, set its stock aside, keep it."""

import logging
from contextlib import ExitStack
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from orders import events, messages
from orders.clients.catalog import CatalogClient, CatalogReplyInvalid, ProductStatus
from orders.clients.inventory import InventoryClient, InventoryError, ReservationNotFound
from orders.enums import Currency, OrderStatus
from orders.fields import round_to_cents
from orders.problems import OrderConflict
from orders.schemas import NewOrder, NewOrderLine
from orders.tables import Order, OrderLine

HIGHEST_PRICE = Decimal(1_000_000_000)
_log = logging.getLogger(__name__)


def place(
    request: NewOrder, session: Session, catalog: CatalogClient, inventory: InventoryClient
) -> Order:
    """Place the order; when any part of it fails, nothing stays reserved."""
    lines = [
        _priced(position, line, request.currency, catalog)
        for position, line in enumerate(request.lines)
    ]
    order = Order(
        id=uuid4(),
        customer_id=request.customer_id,
        status=OrderStatus.PLACED,
        currency=request.currency,
        lines=lines,
        total=sum((line.line_total for line in lines), Decimal(0)),
        note=request.note,
        placed_at=datetime.now(UTC),
        paid_at=None,
        payment=None,
    )
    with ExitStack() as undo:
        for line in lines:
            reservation = inventory.reserve(line.sku, line.quantity, order.id)
            undo.callback(_give_back, inventory, reservation.id)
            line.reservation_id = reservation.id
        session.add(order)
        events.record(messages.order_placed(order), session)
        session.commit()
        undo.pop_all()
    events.deliver(session)
    return order


def _priced(
    position: int, line: NewOrderLine, currency: Currency, catalog: CatalogClient
) -> OrderLine:
    product = catalog.get_product(line.sku)
    if product.status is ProductStatus.DISCONTINUED:
        raise OrderConflict(f"{line.sku} is no longer sold")
    price = catalog.get_price(line.sku, currency)
    if price.amount > HIGHEST_PRICE:
        raise CatalogReplyInvalid(f"the catalog's price of {line.sku} is absurd")
    return OrderLine(
        position=position,
        sku=line.sku,
        name=product.name,
        quantity=line.quantity,
        unit_price=round_to_cents(price.amount),
    )


def _give_back(inventory: InventoryClient, reservation_id: UUID) -> None:
    """Release a reservation of an order that was not placed; a failure is only logged."""
    try:
        inventory.release(reservation_id)
    except (InventoryError, ReservationNotFound) as error:
        _log.warning("reservation %s could not be released: %s", reservation_id, error)
