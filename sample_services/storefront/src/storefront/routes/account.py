"""A customer's own pages."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic.json_schema import SkipJsonSchema

from storefront.clients.orders import Invoice, Order, OrdersClient
from storefront.enums import OrderStatus
from storefront.fields import CustomerKey, Page, PageSize
from storefront.neighbours import OrdersDep
from storefront.problems import documented
from storefront.schemas import AccountOverview, OrderHistory

RECENT_ORDERS = 3
router = APIRouter(prefix="/account/{customer_id}", tags=["account"])


@router.get("/orders", operation_id="listAccountOrders", responses=documented(422, 502))
async def list_account_orders(
    customer_id: CustomerKey,
    orders: OrdersDep,
    status: Annotated[OrderStatus | SkipJsonSchema[None], Query()] = None,
    page: Annotated[Page, Query()] = 1,
    page_size: Annotated[PageSize, Query()] = 20,
) -> OrderHistory:
    """List the customer's orders, the newest first."""
    found = await orders.list_orders(customer_id, status, page, page_size)
    return OrderHistory.model_validate(found)


@router.get("/overview", operation_id="getAccountOverview", responses=documented(422, 502))
async def get_account_overview(customer_id: CustomerKey, orders: OrdersDep) -> AccountOverview:
    """Show what the customer ordered and spent, and the latest invoice."""
    summary, recent = await asyncio.gather(
        orders.get_customer_summary(customer_id),
        orders.list_orders(customer_id, page_size=RECENT_ORDERS),
    )
    spent = sorted(summary.total_spent.items())
    return AccountOverview.model_validate(
        {
            "customer_id": customer_id,
            "orders": summary.orders,
            "total_spent": [{"currency": key, "amount": amount} for key, amount in spent],
            "last_order_at": summary.last_order_at,
            "recent_orders": recent.items,
            "latest_invoice": await _latest_invoice(recent.items, orders),
        }
    )


async def _latest_invoice(recent: list[Order], orders: OrdersClient) -> Invoice | None:
    for order in recent:
        if order.payment is not None:
            return await orders.get_invoice(order.id)
    return None
