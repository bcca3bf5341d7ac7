"""Buying what is in the basket."""

import logging
from uuid import UUID

from fastapi import APIRouter

from storefront.clients.errors import NeighbourError, OrderConflict, OrderRejected
from storefront.clients.orders import Order, OrdersClient, Wanted
from storefront.enums import PaymentMethod
from storefront.neighbours import OrdersDep
from storefront.problems import documented
from storefront.schemas import Basket, OrderCard

router = APIRouter(tags=["checkout"])
_log = logging.getLogger(__name__)


@router.post(
    "/checkout",
    status_code=201,
    operation_id="checkOut",
    responses=documented(400, 404, 409, 422, 502),
)
async def check_out(basket: Basket, orders: OrdersDep) -> OrderCard:
    """Order the basket, and pay for it if a payment method is given."""
    wanted = [Wanted(line.sku, line.quantity) for line in basket.lines]
    order = await orders.place_order(basket.customer_id, basket.currency, wanted, basket.note)
    if basket.payment_method is not None:
        order = await _pay(order, basket.payment_method, orders)
    return OrderCard.model_validate(order)


async def _pay(order: Order, method: PaymentMethod, orders: OrdersClient) -> Order:
    try:
        return await orders.pay_order(order.id, method)
    except (NeighbourError, OrderConflict, OrderRejected):
        await _withdraw(order.id, orders)
        raise


async def _withdraw(order_id: UUID, orders: OrdersClient) -> None:
    """Cancel an order that could not be paid; a failure is only logged."""
    try:
        await orders.cancel_order(order_id)
    except (NeighbourError, OrderConflict, OrderRejected) as error:
        _log.warning("order %s could not be cancelled: %s", order_id, error)
