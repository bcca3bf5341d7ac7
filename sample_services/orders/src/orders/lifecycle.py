"""What happens to an order after it was placed."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.orm import Session

from orders import events, messages
from orders.clients.inventory import InventoryClient, ReservationNotFound
from orders.enums import OrderStatus, PaymentMethod
from orders.problems import OrderConflict, OrderNotFound
from orders.tables import Order, Payment


def find(order_id: UUID, session: Session) -> Order:
    """Look an order up, or raise OrderNotFound."""
    order = session.get(Order, order_id)
    if order is None:
        raise OrderNotFound
    return order


def pay(order_id: UUID, method: PaymentMethod, session: Session) -> Order:
    """Record the payment of a placed order."""
    _move(order_id, OrderStatus.PLACED, OrderStatus.PAID, session)
    order = find(order_id, session)
    order.paid_at = datetime.now(UTC)
    order.payment = Payment(
        method=method, reference=f"PAY-{uuid4().hex[:12].upper()}", amount=order.total
    )
    session.commit()
    return order


def cancel(order_id: UUID, session: Session, inventory: InventoryClient) -> Order:
    """Cancel a placed order and give its stock back; it stays placed if that fails."""
    _move(order_id, OrderStatus.PLACED, OrderStatus.CANCELLED, session)
    order = find(order_id, session)
    session.commit()
    try:
        _release_stock(order, inventory)
    except Exception:
        order.status = OrderStatus.PLACED
        session.commit()
        raise
    events.record(messages.order_cancelled(order), session)
    session.commit()
    events.deliver(session)
    return order


def delete(order_id: UUID, session: Session) -> None:
    """Forget a cancelled order."""
    order = find(order_id, session)
    if order.status is not OrderStatus.CANCELLED:
        raise OrderConflict(f"a {order.status} order cannot be deleted")
    session.delete(order)
    session.commit()


def _move(order_id: UUID, before: OrderStatus, after: OrderStatus, session: Session) -> None:
    """Change the status in one statement, so that of two rivals only one succeeds."""
    moved = session.scalar(
        update(Order)
        .where(Order.id == order_id, Order.status == before)
        .values(status=after)
        .returning(Order.id)
    )
    if moved is None:
        order = find(order_id, session)
        raise OrderConflict(f"the order is already {order.status}")


def _release_stock(order: Order, inventory: InventoryClient) -> None:
    for line in order.lines:
        if line.reservation_id is None:
            continue
        try:
            inventory.release(line.reservation_id)
        except ReservationNotFound:
            continue  # given back by an earlier attempt
