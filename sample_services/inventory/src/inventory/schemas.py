"""What requests carry and answers hold."""

from enum import StrEnum

from apiflask import Schema
from marshmallow import RAISE, fields, validate

from inventory.values import (
    SKU_PATTERN,
    Instant,
    StrictUUID,
    TextInteger,
    line_field,
    sku_field,
    whole_field,
)

MAX_QUANTITY = 1_000_000
MAX_ID = 2_147_483_647
NO_ID = 0


class StockStatus(StrEnum):
    """Whether something can be sold now."""

    IN_STOCK = "in_stock"
    LOW = "low"
    OUT_OF_STOCK = "out_of_stock"


class Request(Schema):
    """A request body; unknown fields are refused."""

    class Meta:
        unknown = RAISE


class LocationHeader(Schema):
    """Where a new resource is."""

    Location = fields.String(required=True, metadata={"format": "uri-reference"})


class PageQuery(Schema):
    """Which page of a list to show."""

    page = TextInteger(load_default=1, validate=validate.Range(min=1, max=100_000))
    page_size = TextInteger(load_default=20, validate=validate.Range(min=1, max=100))


class StockQuery(PageQuery):
    """Which stock levels to list."""

    status = fields.String(validate=validate.OneOf([str(status) for status in StockStatus]))


class NewWarehouse(Request):
    """A warehouse to open."""

    name = line_field(required=True)
    city = line_field(required=False)


class Warehouse(Schema):
    """A warehouse."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    city = fields.String(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)


class WarehouseItem(Warehouse):
    """A warehouse in a list."""


class WarehousePage(Schema):
    """One page of warehouses."""

    items = fields.List(fields.Nested(WarehouseItem), required=True)
    page = fields.Integer(required=True)
    page_size = fields.Integer(required=True)
    total = fields.Integer(required=True)


class Location(Schema):
    """How much lies in one warehouse."""

    warehouse_id = fields.Integer(required=True)
    quantity = fields.Integer(required=True)


class StockLevel(Schema):
    """What there is of one sku."""

    sku = fields.String(required=True, metadata={"pattern": SKU_PATTERN})
    on_hand = fields.Integer(required=True)
    reserved = fields.Integer(required=True)
    available = fields.Integer(required=True)
    restock_at = fields.AwareDateTime(required=True, allow_none=True)
    locations = fields.List(fields.Nested(Location), required=True)
    status = fields.Enum(StockStatus, by_value=True, required=True, metadata={"type": "string"})


class StockItem(StockLevel):
    """A stock level in a list."""


class StockPage(Schema):
    """One page of stock levels."""

    items = fields.List(fields.Nested(StockItem), required=True)
    page = fields.Integer(required=True)
    page_size = fields.Integer(required=True)
    total = fields.Integer(required=True)


class StockChange(Request):
    """How much lies in a warehouse from now on; `restock_at` stays as it is when left out."""

    warehouse_id = whole_field(1, MAX_ID)
    quantity = whole_field(0, MAX_QUANTITY)
    restock_at = Instant(allow_none=True)


class NewReservation(Request):
    """A quantity to set aside for an order."""

    sku = sku_field()
    quantity = whole_field(1, MAX_QUANTITY)
    order_id = StrictUUID(required=True)


class Reservation(Schema):
    """A quantity set aside for an order."""

    id = fields.UUID(required=True)
    sku = fields.String(required=True, metadata={"pattern": SKU_PATTERN})
    quantity = fields.Integer(required=True)
    order_id = fields.UUID(required=True)
    created_at = fields.AwareDateTime(required=True)


class Health(Schema):
    """Whether the service answers."""

    status = fields.String(required=True)
