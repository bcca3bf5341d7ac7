"""Questions about many orders."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from orders.enums import Currency, OrderStatus
from orders.schemas import CustomerSummary, OrderPage
from orders.schemas import Order as OrderReply
from orders.tables import Order


def list_orders(
    session: Session,
    *,
    status: OrderStatus | None,
    customer_id: int | None,
    placed_after: datetime | None,
    page: int,
    page_size: int,
) -> OrderPage:
    """One page of the orders that match, the newest first."""
    query = select(Order)
    if status is not None:
        query = query.where(Order.status == status)
    if customer_id is not None:
        query = query.where(Order.customer_id == customer_id)
    if placed_after is not None:
        query = query.where(Order.placed_at > placed_after)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    found = session.scalars(
        query.order_by(Order.placed_at.desc(), Order.id)
        .limit(page_size)
        .offset((page - 1) * page_size)
    )
    items = [OrderReply.model_validate(order) for order in found]
    return OrderPage(items=items, page=page, page_size=page_size, total=total)


def summarise(customer_id: int, session: Session) -> CustomerSummary:
    """Count a customer's orders and add up what was paid, per currency."""
    rows = session.execute(
        select(Order.status, Order.currency, Order.total, Order.placed_at).where(
            Order.customer_id == customer_id
        )
    ).all()
    spent: dict[Currency, Decimal] = {}
    for status, currency, total, _ in rows:
        if status in (OrderStatus.PAID, OrderStatus.SHIPPED):
            spent[currency] = spent.get(currency, Decimal(0)) + total
    return CustomerSummary(
        customer_id=customer_id,
        orders=len(rows),
        total_spent=spent,
        last_order_at=max((row.placed_at for row in rows), default=None),
    )
