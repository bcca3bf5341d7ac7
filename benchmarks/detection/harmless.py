"""Changes that harm nobody, on which a tool must stay silent."""

from __future__ import annotations

from benchmarks.detection.seed import Kind, Seed
from tests.alarm.faults import Edit

_CATALOG = "catalog/src/catalog/schemas.py"
_PRODUCTS = "catalog/src/catalog/routes/products.py"
_ORDERS = "orders/src/orders/schemas.py"
_VALUATION = "stocktake/src/stocktake/valuation.py"


def _harmless(name: str, story: str, *edits: Edit) -> Seed:
    return Seed(name, Kind.HARMLESS, story, edits)


HARMLESS = (
    _harmless(
        "a-reply-may-hold-more",
        "A reply gets an optional field that nobody reads.",
        Edit(
            _CATALOG,
            "    release_date: Day | MISSING = Field(default_factory=absent)\n",
            "    release_date: Day | MISSING = Field(default_factory=absent)\n"
            "    brand: str | MISSING | None = Field(default_factory=absent)\n",
        ),
    ),
    _harmless(
        "one-operation-more",
        "A provider offers an operation that nobody uses yet.",
        Edit(
            "catalog/src/catalog/routes/prices.py",
            '@router.put(\n    "/products/{sku}/price",',
            '@router.get("/currencies", operation_id="list_currencies", response=list[Currency])\n'
            "def list_currencies(request: HttpRequest) -> list[Currency]:\n"
            '    """List the currencies that prices are told in."""\n'
            "    return list(Currency)\n\n\n"
            '@router.put(\n    "/products/{sku}/price",',
        ),
    ),
    _harmless(
        "orders-of-more-lines",
        "A request may be larger than before.",
        Edit(_ORDERS, "min_length=1, max_length=20)", "min_length=1, max_length=50)"),
    ),
    _harmless(
        "a-request-may-say-more",
        "A request takes one more optional field.",
        Edit(
            _ORDERS,
            "    note: Note | None = None\n\n\nclass PaymentRequest",
            "    note: Note | None = None\n    greeting: Note | None = None\n\n\n"
            "class PaymentRequest",
        ),
    ),
    _harmless(
        "a-function-renamed",
        "A consumer renames a function of its own.",
        Edit(_VALUATION, "def unit_price(price", "def price_of_one(price"),
        Edit(_VALUATION, "return unit_price(catalog", "return price_of_one(catalog"),
    ),
    _harmless(
        "connecting-tried-twice",
        "A consumer tries once more where it cannot connect.",
        Edit(
            "storefront/src/storefront/clients/transport.py",
            "httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT)",
            "httpx.AsyncClient(\n"
            "            base_url=base_url,\n"
            "            timeout=TIMEOUT,\n"
            "            transport=httpx.AsyncHTTPTransport(retries=1),\n"
            "        )",
        ),
    ),
    _harmless(
        "fields-in-another-order",
        "A provider sends the fields of an object in another order.",
        Edit(
            "inventory/src/inventory/schemas.py",
            "    warehouse_id = fields.Integer(required=True)\n"
            "    quantity = fields.Integer(required=True)\n",
            "    quantity = fields.Integer(required=True)\n"
            "    warehouse_id = fields.Integer(required=True)\n",
        ),
    ),
    _harmless(
        "an-error-in-other-words",
        "A provider explains a refusal in other words.",
        Edit(
            "catalog/src/catalog/lookup.py",
            'f"There is no product {sku}."',
            'f"No product has the sku {sku}."',
        ),
    ),
    _harmless(
        "a-list-may-be-filtered",
        "An operation takes one more optional query parameter.",
        Edit(
            _CATALOG,
            "    category: Uuid | SkipJsonSchema[None] = None\n",
            "    category: Uuid | SkipJsonSchema[None] = None\n"
            "    status: ProductStatus | SkipJsonSchema[None] = None\n",
        ),
        Edit(
            _PRODUCTS,
            "    start = (query.page - 1) * query.page_size\n",
            "    if query.status is not None:\n"
            "        products = products.filter(status=query.status)\n"
            "    start = (query.page - 1) * query.page_size\n",
        ),
    ),
    _harmless(
        "one-header-more",
        "A provider's responses carry one more header.",
        Edit(
            "inventory/src/inventory/app.py",
            "    return response\n",
            '    response.headers["Cache-Control"] = "no-store"\n    return response\n',
        ),
    ),
    _harmless(
        "null-taken-for-no-discount",
        "A consumer takes more than its provider sends.",
        Edit(
            "stocktake/src/stocktake/clients/catalog.py",
            "    discount: Discount | UnsetType = UNSET\n",
            "    discount: Discount | UnsetType | None = UNSET\n",
        ),
        Edit(
            _VALUATION,
            "    if price.discount is UNSET:\n",
            "    if price.discount is UNSET or price.discount is None:\n",
        ),
    ),
    _harmless(
        "closed-for-maintenance",
        "A provider documents a status that its consumers treat like any other outage.",
        Edit(
            "orders/src/orders/problems.py",
            '    502: "A service that orders relies on is unavailable",\n',
            '    502: "A service that orders relies on is unavailable",\n'
            '    503: "The service is closed for maintenance",\n',
        ),
        Edit(
            "orders/src/orders/routes/orders.py",
            'operation_id="getInvoice", responses=documented(404, 409, 422))',
            'operation_id="getInvoice", responses=documented(404, 409, 422, 503))',
        ),
    ),
)
