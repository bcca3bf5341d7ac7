"""Operations on warehouses."""

from typing import Any

from apiflask import APIBlueprint, EmptySchema, abort
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from inventory.database import sessions
from inventory.models import Location, Warehouse
from inventory.schemas import LocationHeader, NewWarehouse, PageQuery, WarehousePage
from inventory.schemas import Warehouse as WarehouseSchema

warehouses = APIBlueprint("warehouses", __name__)


@warehouses.get("/warehouses")
@warehouses.input(PageQuery, location="query")
@warehouses.output(WarehousePage)
@warehouses.doc(operation_id="list_warehouses")
def list_warehouses(query_data: dict[str, Any]) -> dict[str, Any]:
    """List warehouses by id, one page at a time."""
    page, page_size = query_data["page"], query_data["page_size"]
    rows = select(Warehouse).order_by(Warehouse.id).offset((page - 1) * page_size)
    with sessions.begin() as session:
        return {
            "items": session.scalars(rows.limit(page_size)).all(),
            "page": page,
            "page_size": page_size,
            "total": session.scalar(select(func.count()).select_from(Warehouse)),
        }


@warehouses.post("/warehouses")
@warehouses.input(NewWarehouse)
@warehouses.output(WarehouseSchema, status_code=201, headers=LocationHeader)
@warehouses.doc(
    operation_id="create_warehouse",
    responses={400: "Bad request", 409: "Conflict", 415: "Not JSON"},
)
def create_warehouse(json_data: dict[str, Any]) -> tuple[Warehouse, int, dict[str, str]]:
    """Open a warehouse."""
    warehouse = Warehouse(name=json_data["name"], city=json_data.get("city"))
    try:
        with sessions.begin() as session:
            session.add(warehouse)
    except IntegrityError:
        abort(409, "There is a warehouse of that name already.")
    return warehouse, 201, {"Location": f"/warehouses/{warehouse.id}"}


@warehouses.get("/warehouses/<warehouse_id:warehouse_id>")
@warehouses.output(WarehouseSchema)
@warehouses.doc(operation_id="get_warehouse")
def get_warehouse(warehouse_id: int) -> Warehouse:
    """Show one warehouse."""
    with sessions.begin() as session:
        return session.get(Warehouse, warehouse_id) or abort(404, "There is no such warehouse.")


@warehouses.delete("/warehouses/<warehouse_id:warehouse_id>")
@warehouses.output(EmptySchema, status_code=204)
@warehouses.doc(operation_id="delete_warehouse", responses={409: "Conflict"})
def delete_warehouse(warehouse_id: int) -> str:
    """Close a warehouse that is empty."""
    with sessions.begin() as session:
        if session.get(Warehouse, warehouse_id) is None:
            abort(404, "There is no such warehouse.")
        if session.scalar(select(Location.sku).where(Location.warehouse_id == warehouse_id)):
            abort(409, "There is still stock in the warehouse.")
        session.execute(delete(Warehouse).where(Warehouse.id == warehouse_id))
    return ""
