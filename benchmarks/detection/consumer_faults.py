"""Faults in how a consumer reads, awaits or uses what its providers may answer."""

from __future__ import annotations

from benchmarks.detection.seed import Kind, Seed
from tests.alarm.faults import Edit

_PAGE = "storefront/src/storefront/routes/products.py"
_HOME = "storefront/src/storefront/routes/home.py"
_RESERVING = "orders/src/orders/clients/inventory.py"
_PLACING = "orders/src/orders/placing.py"
_STOCK = "inventory/src/inventory/routes/stock.py"
_ASKING = "inventory/src/inventory/clients/catalog.py"
_COUNTING = "stocktake/src/stocktake/clients/inventory.py"
_REPORT = "stocktake/src/stocktake/report.py"

# A reply that the provider may send makes the client, or the code behind it, raise.
_CRASHES = frozenset({"reply-crashes-consumer", "service-crashes"})
_PAGE_OPERATION = "GET /product-pages/{sku}"

CONSUMER_FAULTS = (
    Seed(
        "average-of-no-reviews",
        Kind.CONSUMER,
        "Code behind the client takes for granted that a list is not empty.",
        (
            Edit(
                _PAGE,
                "round(sum(ratings) / len(ratings), 1) if ratings else None,",
                "round(sum(ratings) / len(ratings), 1),",
            ),
        ),
        _CRASHES,
        frozenset({_PAGE, _PAGE_OPERATION, "GET /products/{sku}/reviews"}),
    ),
    Seed(
        "error-page-read-as-json",
        Kind.CONSUMER,
        "The client takes the reason of a refusal from JSON, and a proxy's error page is HTML.",
        (
            Edit(
                _RESERVING,
                "        if response.status_code != 201:\n"
                '            raise InventoryUnavailable(f"the inventory answered '
                '{response.status_code}")\n',
                "        if response.status_code != 201:\n"
                '            raise InventoryUnavailable(response.json()["message"])\n',
            ),
        ),
        _CRASHES | {"error-reply-crashes-consumer", "network-fault-crashes-consumer"},
        frozenset({_RESERVING, "POST /reservations", "POST /orders"}),
    ),
    Seed(
        "release-date-of-every-product",
        Kind.CONSUMER,
        "Code behind the client reads a key that only some replies have.",
        (Edit(_STOCK, 'product.get("release_date")', 'product["release_date"]'),),
        _CRASHES,
        frozenset({_STOCK, "PUT /stock/{sku}", "GET /products/{sku}"}),
    ),
    Seed(
        "no-time-limit",
        Kind.CONSUMER,
        "The nightly job waits as long as it takes, and hangs with a provider that hangs.",
        (Edit(_COUNTING, "timeout=timeout_s)", "timeout=None)"),),
        frozenset({"consumer-hangs"}),
        frozenset({_COUNTING, "GET /stock"}),
    ),
    Seed(
        "retries-for-ever",
        Kind.CONSUMER,
        "The client asks again while its provider has an error, without an end.",
        (
            Edit(
                _ASKING,
                "            response = requests.get(\n"
                '                f"{self.base_url}/products/{sku}",\n'
                '                headers={"Accept": "application/json"},\n'
                "                timeout=self.timeout_s,\n"
                "            )\n",
                "            while True:\n"
                "                response = requests.get(\n"
                '                    f"{self.base_url}/products/{sku}",\n'
                '                    headers={"Accept": "application/json"},\n'
                "                    timeout=self.timeout_s,\n"
                "                )\n"
                "                if response.status_code < 500:\n"
                "                    break\n"
                "                time.sleep(0.2)\n",
            ),
            Edit(
                _ASKING, "\nfrom typing import Literal", "\nimport time\nfrom typing import Literal"
            ),
        ),
        frozenset({"consumer-hangs"}),
        frozenset({_ASKING, "GET /products/{sku}", "PUT /stock/{sku}"}),
    ),
    Seed(
        "sorted-by-a-rating-that-may-be-null",
        Kind.CONSUMER,
        "Code behind the client orders by a value that products without reviews do not have.",
        (
            Edit(
                _HOME,
                '"featured": products.items,',
                '"featured": sorted(products.items, key=attrgetter("rating"), reverse=True),',
            ),
            Edit(_HOME, "import asyncio\n", "import asyncio\nfrom operator import attrgetter\n"),
        ),
        _CRASHES,
        frozenset({_HOME, "GET /home", "GET /products"}),
    ),
    Seed(
        "discount-end-compared-with-a-naive-now",
        Kind.CONSUMER,
        "Code behind the client compares a provider's aware moment with a naive one.",
        (
            Edit(
                _PAGE,
                '            "price": price,\n',
                '            "price": replace(price, discount=_running(price.discount)),\n',
            ),
            Edit(
                _PAGE,
                "async def _stock_of(",
                "def _running(discount: Discount | None) -> Discount | None:\n"
                "    return discount if discount and discount.until > datetime.now() else None\n"
                "\n\nasync def _stock_of(",
            ),
            Edit(
                _PAGE,
                "import asyncio\n",
                "import asyncio\nfrom dataclasses import replace\nfrom datetime import datetime\n",
            ),
            Edit(_PAGE, "catalog import Review\n", "catalog import Discount, Review\n"),
        ),
        _CRASHES,
        frozenset({_PAGE, _PAGE_OPERATION, "GET /products/{sku}/price"}),
    ),
    Seed(
        "sku-taken-for-a-number",
        Kind.CONSUMER,
        "A report sorts by the number at the end of each sku, and not every sku ends with one.",
        (
            Edit(_REPORT, "for line in lines]\n", "for line in sorted(lines, key=_number)]\n"),
            Edit(
                _REPORT,
                "def _row(",
                "def _number(line: Line) -> int:\n"
                '    """The number that a sku ends with."""\n'
                '    return int(line.sku.rpartition("-")[2])\n'
                "\n\ndef _row(",
            ),
        ),
        _CRASHES,
        frozenset({_REPORT, "GET /stock"}),
    ),
    Seed(
        "no-entry-for-preorders",
        Kind.CONSUMER,
        "Code behind the client looks a status up in a table that lacks one which the provider has "
        "had all along.",
        (
            Edit(
                _PLACING,
                "if product.status is ProductStatus.DISCONTINUED:",
                "if not _SOLD[product.status]:",
            ),
            Edit(
                _PLACING,
                "_log = logging.getLogger(__name__)\n",
                "_log = logging.getLogger(__name__)\n"
                "_SOLD = {ProductStatus.ACTIVE: True, ProductStatus.DISCONTINUED: False}\n",
            ),
        ),
        _CRASHES,
        frozenset({_PLACING, "POST /orders", "GET /products/{sku}"}),
    ),
    Seed(
        "unknown-weight-formatted",
        Kind.CONSUMER,
        "Code behind the client formats a number that may be null.",
        (
            Edit(
                _PAGE,
                "(history.remember, product.sku, product.name)",
                '(history.remember, product.sku, f"{product.name}, {product.weight_grams:,} g")',
            ),
        ),
        _CRASHES,
        frozenset({_PAGE, _PAGE_OPERATION, "GET /products/{sku}"}),
    ),
)
