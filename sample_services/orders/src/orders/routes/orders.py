"""The operations on orders."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic.json_schema import SkipJsonSchema

from orders import invoicing, lifecycle, placing, queries
from orders.auth import AdminOnly
from orders.database import SessionDep
from orders.enums import OrderStatus
from orders.fields import CustomerKey, Moment, OrderKey, Page, PageSize
from orders.neighbours import CatalogDep, InventoryDep
from orders.problems import documented
from orders.schemas import Invoice, NewOrder, Order, OrderPage, PaymentRequest

router = APIRouter(prefix="/orders", tags=["orders"])

_FOLLOW_UPS = ("getOrder", "payOrder", "cancelOrder", "getInvoice", "deleteOrder")
_CREATED: dict[int | str, dict[str, Any]] = {
    201: {
        "description": "The order was placed",
        "links": {
            name: {"operationId": name, "parameters": {"order_id": "$response.body#/id"}}
            for name in _FOLLOW_UPS
        },
    }
}


@router.post(
    "",
    status_code=201,
    operation_id="placeOrder",
    responses=_CREATED | documented(400, 404, 409, 422, 502),
)
def place_order(
    body: NewOrder, session: SessionDep, catalog: CatalogDep, inventory: InventoryDep
) -> Order:
    """Place an order: each line is priced by the catalog and reserved at the inventory."""
    return Order.model_validate(placing.place(body, session, catalog, inventory))


@router.get("", operation_id="listOrders", responses=documented(422))
def list_orders(
    session: SessionDep,
    status: Annotated[OrderStatus | SkipJsonSchema[None], Query()] = None,
    customer_id: Annotated[CustomerKey | SkipJsonSchema[None], Query()] = None,
    placed_after: Annotated[Moment | SkipJsonSchema[None], Query()] = None,
    page: Annotated[Page, Query()] = 1,
    page_size: Annotated[PageSize, Query()] = 20,
) -> OrderPage:
    """List orders, the newest first; `placed_after` needs an offset from UTC."""
    return queries.list_orders(
        session,
        status=status,
        customer_id=customer_id,
        placed_after=placed_after,
        page=page,
        page_size=page_size,
    )


@router.get("/{order_id}", operation_id="getOrder", responses=documented(404, 422))
def get_order(order_id: OrderKey, session: SessionDep) -> Order:
    """Show one order."""
    return Order.model_validate(lifecycle.find(order_id, session))


@router.post("/{order_id}/pay", operation_id="payOrder", responses=documented(400, 404, 409, 422))
def pay_order(order_id: OrderKey, body: PaymentRequest, session: SessionDep) -> Order:
    """Pay a placed order."""
    return Order.model_validate(lifecycle.pay(order_id, body.method, session))


@router.post(
    "/{order_id}/cancel", operation_id="cancelOrder", responses=documented(404, 409, 422, 502)
)
def cancel_order(order_id: OrderKey, session: SessionDep, inventory: InventoryDep) -> Order:
    """Cancel a placed order and give its stock back."""
    return Order.model_validate(lifecycle.cancel(order_id, session, inventory))


@router.get("/{order_id}/invoice", operation_id="getInvoice", responses=documented(404, 409, 422))
def get_invoice(order_id: OrderKey, session: SessionDep) -> Invoice:
    """Show the invoice of a paid order."""
    return invoicing.invoice_of(lifecycle.find(order_id, session))


@router.delete(
    "/{order_id}",
    status_code=204,
    operation_id="deleteOrder",
    dependencies=[AdminOnly],
    responses=documented(401, 404, 409, 422),
)
def delete_order(order_id: OrderKey, session: SessionDep) -> None:
    """Delete a cancelled order; for the administrator alone."""
    lifecycle.delete(order_id, session)
