"""Changes of one side of an edge, each with the edges that it turns; it turns no other."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.alarm.faults import Edit


@dataclass(frozen=True, slots=True)
class Turned:
    """
    An edge that a change turns: the check, both sides, the operation and the place.

    Shape: `by` is how it is confirmed; `shown` stands in the finding: the model's own error, the
    file of the consumer's code, or what the document says.
    """

    check: str
    consumer: str
    provider: str
    operation: str
    path: str
    by: str = "by-schema"
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """Edits of the sample services, files that are written as well, and what they turn."""

    name: str
    edits: tuple[Edit, ...]
    turns: tuple[Turned, ...] = ()
    files: tuple[tuple[str, str], ...] = ()


def _refused(
    consumer: str,
    provider: str,
    operation: str,
    path: str,
    by: str = "by-schema",
    shown: str = "",
) -> Turned:
    return Turned("reply-not-accepted", consumer, provider, operation, path, by, shown)


_INVENTORY = "inventory/src/inventory/schemas.py"
_CATALOG = "catalog/src/catalog/schemas.py"
_ORDERS = "orders/src/orders/schemas.py"

# For each of these there is a consumer that copes, or one that never reads the field.
SOME_COPE = (
    Change(
        "a field became nullable",
        (
            Edit(
                _CATALOG,
                "    discount: Discount | MISSING = Field",
                "    discount: Discount | MISSING | None = Field",
            ),
        ),
        # The storefront takes null for no discount, and orders does not ask.
        (
            _refused(
                *("stocktake", "catalog", "GET /products/{sku}/price", "$.discount"),
                by="by-model",
                shown="Expected `object`, got `null` - at `$.discount`",
            ),
        ),
    ),
    Change(
        "an enum became wider",
        (
            Edit(
                _INVENTORY,
                '    OUT_OF_STOCK = "out_of_stock"\n',
                '    OUT_OF_STOCK = "out_of_stock"\n    BACKORDERED = "backordered"\n',
            ),
        ),
        # The pact of the storefront shows three by a regular expression; its code takes any.
        (
            _refused(
                *("stocktake", "inventory", "GET /stock", "$.items[*].status"),
                by="by-model",
                shown="Invalid enum value 'backordered'",
            ),
        ),
    ),
    Change(
        "a field became optional",
        (
            Edit(
                _CATALOG,
                "    weight_grams: int | None\n    release_date: Day",
                "    weight_grams: int | MISSING | None = Field(default_factory=absent)\n"
                "    release_date: Day",
            ),
        ),
        # To orders and the storefront a weight that is not told is none.
        (
            _refused(
                *("inventory", "catalog", "GET /products/{sku}", "$.weight_grams"),
                by="by-code",
                shown="sample_services/inventory/src/inventory/clients/catalog.py",
            ),
        ),
    ),
    Change(
        "an id became any text",
        (
            Edit(
                _INVENTORY,
                "    id = fields.UUID(required=True)\n    sku",
                "    id = fields.String(required=True)\n    sku",
            ),
        ),
        (
            _refused(
                *("orders", "inventory", "POST /reservations", "$.id"),
                by="by-model",
                shown="Input should be a valid UUID",
            ),
        ),
    ),
    Change(
        "a field of a request became required",
        (Edit(_ORDERS, "    note: Note | None = None\n\n", "    note: Note | None\n\n"),),
        (Turned("request-not-accepted", "storefront", "orders", "POST /orders", "$.note"),),
    ),
)

# Nobody who reads these copes: several consumers, styles of client and frameworks.
NOBODY_COPES = (
    Change(
        "a number became nullable",
        (
            Edit(
                _INVENTORY,
                "    quantity = fields.Integer(required=True)\n\n\nclass StockLevel",
                "    quantity = fields.Integer(required=True, allow_none=True)\n\n\n"
                "class StockLevel",
            ),
        ),
        (
            _refused(
                *("stocktake", "inventory", "GET /stock", "$.items[*].locations[*].quantity"),
                by="by-model",
                shown="Expected `int`, got `null`",
            ),
            # An id beside it becomes text below: whatever is sent is refused there already.
            Turned(
                *("reply-unconfirmed", "storefront", "inventory", "GET /stock/{sku}"),
                "$.locations[*].quantity",
                shown="every reply is refused at $.locations[*].warehouse_id already",
            ),
        ),
    ),
    Change(
        "a status of products was added",
        (
            Edit(
                _CATALOG,
                '    PREORDER = "preorder"\n',
                '    PREORDER = "preorder"\n    RETIRED = "retired"\n',
            ),
        ),
        (
            _refused(
                *("inventory", "catalog", "GET /products/{sku}", "$.status"),
                by="by-code",
                shown="sample_services/inventory/src/inventory/clients/catalog.py",
            ),
            _refused(
                *("orders", "catalog", "GET /products/{sku}", "$.status"),
                by="by-model",
                shown="Input should be 'active', 'discontinued' or 'preorder'",
            ),
            _refused(
                *("storefront", "catalog", "GET /products", "$.items[*].status"),
                by="by-code",
                shown="sample_services/storefront/src/storefront/clients/parsing.py",
            ),
            _refused(
                *("storefront", "catalog", "GET /products/{sku}", "$.status"),
                by="by-code",
                shown="sample_services/storefront/src/storefront/clients/parsing.py",
            ),
        ),
    ),
    Change(
        "a moment became optional",
        (
            Edit(
                _INVENTORY,
                "    restock_at = fields.AwareDateTime(required=True, allow_none=True)",
                "    restock_at = fields.AwareDateTime(allow_none=True)",
            ),
        ),
        (
            _refused(
                *("stocktake", "inventory", "GET /stock", "$.items[*].restock_at"),
                by="by-model",
                shown="Object missing required field `restock_at`",
            ),
            _refused(
                *("storefront", "inventory", "GET /stock/{sku}", "$.restock_at"),
                by="by-code",
                shown="sample_services/storefront/src/storefront/clients/parsing.py",
            ),
        ),
    ),
    Change(
        "a number became a text",
        (
            Edit(
                _INVENTORY,
                "    warehouse_id = fields.Integer(required=True)",
                "    warehouse_id = fields.String(required=True)",
            ),
        ),
        # No text is a whole number: the plain pact is enough to tell.
        (
            _refused(
                *("stocktake", "inventory", "GET /stock", "$.items[*].locations[*].warehouse_id"),
                by="by-model",
                shown="Expected `int`, got `str`",
            ),
            _refused(
                *("storefront", "inventory", "GET /stock/{sku}", "$.locations[*].warehouse_id"),
                shown="a whole number",
            ),
        ),
    ),
    Change(
        "reservations ask for a priority",
        (
            Edit(
                _INVENTORY,
                "    order_id = StrictUUID(required=True)\n",
                "    order_id = StrictUUID(required=True)\n"
                "    priority = whole_field(1, MAX_QUANTITY)\n",
            ),
        ),
        (
            Turned(
                *("request-not-accepted", "orders", "inventory"),
                *("POST /reservations", "$.priority"),
            ),
        ),
    ),
    Change(
        "the moment of a review was renamed",
        (
            Edit(
                _CATALOG,
                "    cons: list[str]\n    created_at: AwareDatetime",
                "    cons: list[str]\n    published_at: AwareDatetime",
            ),
            Edit(
                "catalog/src/catalog/routes/reviews.py",
                "        created_at=review.created_at,",
                "        published_at=review.created_at,",
            ),
        ),
        (
            Turned(
                *("reply-field-undeclared", "storefront", "catalog"),
                *("GET /products/{sku}/reviews", "$[*].created_at"),
                by="by-code",
                shown="sample_services/storefront/src/storefront/clients/parsing.py",
            ),
        ),
    ),
    Change(
        "the last order is no longer told",
        (
            Edit(
                _ORDERS,
                "    total_spent: dict[Currency, Money]\n    last_order_at: AwareDatetime | None\n",
                "    total_spent: dict[Currency, Money]\n",
            ),
        ),
        (
            Turned(
                *("reply-field-undeclared", "storefront", "orders"),
                *("GET /customers/{customer_id}/summary", "$.last_order_at"),
                by="by-code",
                shown="sample_services/storefront/src/storefront/clients/parsing.py",
            ),
        ),
    ),
    Change(
        "the invoice moved",
        (
            Edit(
                "orders/src/orders/routes/orders.py",
                '@router.get("/{order_id}/invoice",',
                '@router.get("/{order_id}/bill",',
            ),
        ),
        # No document names an operation of that shape any more, but the accepted one did.
        (
            Turned(
                *("operation-unknown", "storefront", "orders"),
                *("GET /orders/{order_id}/invoice", ""),
                shown="GET /orders/{order_id}/bill",
            ),
        ),
    ),
    Change(
        "the categories moved",
        (
            Edit(
                "catalog/src/catalog/routes/categories.py",
                '@router.get("/categories",',
                '@router.get("/category-tree",',
            ),
        ),
        (
            Turned(
                *("operation-unknown", "storefront", "catalog", "GET /categories", ""),
                shown="GET /category-tree",
            ),
        ),
    ),
)


def _pact_of_a_kiosk(provider: str, path: str, body: dict[str, Any]) -> tuple[str, str]:
    """A pact whose consumer lives elsewhere: its first field by type, the rest by equality."""
    response = {
        "status": 200,
        "headers": {"Content-Type": "application/json"},
        "body": body,
        "matchingRules": {f"$.body.{next(iter(body))}": {"match": "type"}},
    }
    return _kiosk(provider, {"method": "GET", "path": path}, response)


def _kiosk(provider: str, request: dict[str, Any], response: dict[str, Any]) -> tuple[str, str]:
    one = {
        "description": f"{request['path']} for a screen",
        "request": request,
        "response": response,
    }
    pact = {
        "consumer": {"name": "kiosk"},
        "provider": {"name": provider},
        "interactions": [one],
        "metadata": {"pactSpecification": {"version": "2.0.0"}},
    }
    return f"contracts/pacts/kiosk-{provider}.json", json.dumps(pact)


# Nothing here fails the gate, and all of it is told.
TOLD = (
    Change(
        "a conflict was left out of the responses",
        (
            Edit(
                "orders/src/orders/routes/orders.py",
                'operation_id="payOrder", responses=documented(400, 404, 409, 422)',
                'operation_id="payOrder", responses=documented(400, 404, 422)',
            ),
        ),
        (
            Turned(
                *("reply-status-undeclared", "storefront", "orders"),
                *("POST /orders/{order_id}/pay", "409"),
            ),
        ),
    ),
    Change(
        "an absence was left out of the refusals",
        (
            Edit(
                "catalog/src/catalog/routes/prices.py",
                "    response={200: Price, **refusals(404, 422)},\n",
                "    response={200: Price, **refusals(422)},\n",
            ),
        ),
        (
            Turned(
                *("reply-status-undeclared", "orders", "catalog"),
                *("GET /products/{sku}/price", "404"),
            ),
            Turned(
                *("reply-status-undeclared", "stocktake", "catalog"),
                *("GET /products/{sku}/price", "404"),
            ),
        ),
    ),
    Change(
        "the size of a page of stock was renamed",
        (
            Edit(
                _INVENTORY,
                "    page_size = TextInteger(load_default",
                '    page_size = TextInteger(data_key="per_page", load_default',
            ),
        ),
        (
            Turned(
                *("request-part-undeclared", "stocktake", "inventory", "GET /stock", "page_size"),
            ),
        ),
    ),
    Change(
        "the size of a page of products was renamed",
        (
            Edit(
                _CATALOG,
                "    page_size: PageSize = 20\n",
                '    page_size: Annotated[PageSize, Field(alias="per_page")] = 20\n',
            ),
        ),
        (
            Turned(
                *("request-part-undeclared", "storefront", "catalog"),
                *("GET /products", "page_size"),
            ),
        ),
    ),
    Change(
        "a kiosk elsewhere shows stock",
        (),
        (Turned("reply-unconfirmed", "kiosk", "inventory", "GET /stock/{sku}", "$.status"),),
        (
            _pact_of_a_kiosk(
                "inventory", "/stock/DESK-120", {"sku": "DESK-120", "status": "in_stock"}
            ),
        ),
    ),
    Change(
        "a kiosk elsewhere shows products",
        (),
        (Turned("reply-unconfirmed", "kiosk", "catalog", "GET /products/{sku}", "$.rating"),),
        (_pact_of_a_kiosk("catalog", "/products/LAMP-7", {"rating": 4.5}),),
    ),
    Change(
        "a kiosk elsewhere takes orders back",
        (),
        (
            Turned(
                *("credentials-missing", "kiosk", "orders", "DELETE /orders/{order_id}"),
                "bearerAuth",
            ),
        ),
        (
            _kiosk(
                "orders",
                {"method": "DELETE", "path": "/orders/7c9e6679-7425-40de-944b-e07fc1f90ae7"},
                {"status": 204},
            ),
        ),
    ),
)

# Nobody is worse off.
HARMLESS = (
    Change(
        "an optional field of replies was added",
        (
            Edit(
                _CATALOG,
                "    release_date: Day | MISSING = Field(default_factory=absent)\n    created_at",
                "    release_date: Day | MISSING = Field(default_factory=absent)\n"
                "    brand: str | MISSING | None = Field(default_factory=absent)\n    created_at",
            ),
            Edit(
                _INVENTORY,
                "    status = fields.Enum(StockStatus,",
                "    counted_at = fields.AwareDateTime()\n    status = fields.Enum(StockStatus,",
            ),
        ),
    ),
    Change(
        "an operation was added",
        (
            Edit(
                "orders/src/orders/routes/orders.py",
                '@router.post("/{order_id}/pay",',
                '@router.get("/{order_id}/lines", operation_id="listLines", '
                "responses=documented(404, 422))\n"
                "def list_lines(order_id: OrderKey, session: SessionDep) -> list[OrderLine]:\n"
                '    """List the lines of an order."""\n'
                "    return Order.model_validate(lifecycle.find(order_id, session)).lines\n\n\n"
                '@router.post("/{order_id}/pay",',
            ),
            Edit(
                "orders/src/orders/routes/orders.py",
                "import Invoice, NewOrder, Order, OrderPage, PaymentRequest",
                "import Invoice, NewOrder, Order, OrderLine, OrderPage, PaymentRequest",
            ),
        ),
    ),
    Change(
        "requests ask for less",
        (
            Edit(_ORDERS, "min_length=1, max_length=20)", "min_length=1, max_length=50)"),
            Edit(
                _INVENTORY,
                "    order_id = StrictUUID(required=True)\n",
                "    order_id = StrictUUID(allow_none=True)\n",
            ),
        ),
    ),
)

ALL_CHANGES = (*SOME_COPE, *NOBODY_COPES, *TOLD, *HARMLESS)
