"""Clients that do not cope: two libraries, and everything that may come instead of an example."""

from __future__ import annotations

from tests.alarm.faults import Batch, Edit, Fault

_REPLIES = (
    *("--check", "reply-crashes-consumer"),
    *("--check", "error-reply-crashes-consumer"),
    *("--check", "network-fault-crashes-consumer"),
    *("--check", "consumer-hangs"),
    *("--check", "address-undeclared"),
    *("--examples", "10"),
)

COPING = Batch(
    "clients-that-do-not-cope",
    (
        *("--edge", "inventory:catalog"),
        *("--edge", "orders:catalog"),
        *("--edge", "orders:inventory"),
        *_REPLIES,
    ),
    (
        Fault(
            "name-taken-for-words",
            (
                Edit(
                    "inventory/src/inventory/clients/catalog.py",
                    "                name=name,\n",
                    "                name=name if name.split()[0] else sku,\n",
                ),
            ),
            (),
            ("reply-crashes-consumer", "inventory:catalog"),
            "IndexError: list index out of range",
        ),
        Fault(
            "body-read-whatever-it-is",
            (
                Edit(
                    "inventory/src/inventory/clients/catalog.py",
                    "            body: object = response.json()\n",
                    "            body: object = json.loads(response.text)\n",
                ),
                Edit(
                    "inventory/src/inventory/clients/catalog.py",
                    "from typing import Literal",
                    "import json\nfrom typing import Literal",
                ),
            ),
            (),
            ("network-fault-crashes-consumer", "inventory:catalog"),
            "inventory/src/inventory/clients/catalog.py",
        ),
        Fault(
            "first-word-of-a-name",
            (
                Edit(
                    "orders/src/orders/clients/catalog.py",
                    '        return self._read(response, Product, f"no product {sku}")\n',
                    '        product = self._read(response, Product, f"no product {sku}")\n'
                    '        if product.name.split()[0] == "Sold":\n'
                    "            raise ProductNotFound(sku)\n"
                    "        return product\n",
                ),
            ),
            (),
            ("reply-crashes-consumer", "orders:catalog"),
            "$.name is",
        ),
        Fault(
            "refusal-read-as-a-list",
            (
                Edit(
                    "orders/src/orders/clients/inventory.py",
                    "        if response.status_code in (404, 422):\n",
                    "        if response.status_code == 422:\n"
                    '            raise StockNotFound(response.json()["errors"][0])\n'
                    "        if response.status_code == 404:\n",
                ),
            ),
            (),
            ("error-reply-crashes-consumer", "orders:inventory"),
            "KeyError: 'errors'",
        ),
        Fault(
            "no-time-out",
            (
                Edit(
                    "orders/src/orders/clients/inventory.py",
                    "TIMEOUT = httpx.Timeout(4.0, connect=2.0)\n",
                    "TIMEOUT = httpx.Timeout(None)\n",
                ),
            ),
            (),
            ("consumer-hangs", "orders:inventory"),
            "no answer at all",
        ),
        Fault(
            "rates-from-elsewhere",
            (
                Edit(
                    "orders/src/orders/clients/catalog.py",
                    "        path = f\"/products/{quote(sku, safe='')}/price\"\n",
                    "        path = f\"/products/{quote(sku, safe='')}/price\"\n"
                    "        try:\n"
                    '            httpx.get("https://rates.example.com/eur", timeout=1.0)\n'
                    "        except httpx.HTTPError:\n"
                    "            currency = currency or Currency.EUR\n",
                ),
            ),
            (),
            ("address-undeclared", "orders"),
            "rates.example.com",
        ),
    ),
    exit_code=1,
)

# FastAPI and Flask: the clients cope, and what is done with their answers does not.
BEHIND = Batch(
    "code-behind-clients",
    (
        *("--edge", "inventory:catalog"),
        *("--edge", "orders:catalog"),
        *("--edge", "stocktake:inventory"),
        *("--check", "reply-crashes-consumer", "--check", "address-undeclared"),
        *("--examples", "10"),
    ),
    (
        Fault(
            "weight-of-an-order",
            (
                Edit(
                    "orders/src/orders/placing.py",
                    "    price = catalog.get_price(line.sku, currency)\n",
                    "    if line.quantity * product.weight_grams > 10_000_000:\n"
                    '        raise OrderConflict(f"{line.sku} is too heavy")\n'
                    "    price = catalog.get_price(line.sku, currency)\n",
                ),
            ),
            (),
            ("reply-crashes-consumer", "orders:catalog"),
            "while it serves POST /orders",
        ),
        Fault(
            "weight-of-a-shelf",
            (
                Edit(
                    "inventory/src/inventory/routes/stock.py",
                    '    if product["status"] == "discontinued":\n',
                    '    if product["weight_grams"] > 500_000:\n'
                    '        abort(409, "The product is too heavy to be kept.")\n'
                    '    if product["status"] == "discontinued":\n',
                ),
            ),
            (),
            ("reply-crashes-consumer", "inventory:catalog"),
            "inventory/src/inventory/routes/stock.py",
        ),
        Fault(
            "report-by-the-second-half-of-a-sku",
            (
                Edit(
                    "stocktake/src/stocktake/report.py",
                    "    rows = [_row(line.sku,",
                    '    rows = [_row(line.sku.split("-")[1],',
                ),
            ),
            (),
            ("reply-crashes-consumer", "stocktake:inventory"),
            "while its job report runs",
        ),
        Fault(
            "orders-told-to-a-stranger",
            (
                Edit(
                    "orders/src/orders/placing.py",
                    "    order = Order(\n        id=uuid4(),\n",
                    "    with suppress(httpx.HTTPError):\n"
                    '        httpx.get("https://fraud.example.com/ask", timeout=1.0)\n'
                    "    order = Order(\n        id=uuid4(),\n",
                ),
                Edit(
                    "orders/src/orders/placing.py",
                    "from contextlib import ExitStack\n",
                    "from contextlib import ExitStack, suppress\n",
                ),
                Edit(
                    "orders/src/orders/placing.py",
                    "from sqlalchemy.orm import Session\n",
                    "import httpx\nfrom sqlalchemy.orm import Session\n",
                ),
            ),
            (),
            ("address-undeclared", "orders"),
            "orders calls fraud.example.com:443 while it serves POST /orders",
        ),
        Fault(
            "counts-sent-by-datagram",
            (
                Edit(
                    "inventory/src/inventory/routes/stock.py",
                    "    product = None if known else product_to_keep(sku)\n",
                    "    with suppress(OSError), socket.socket(type=socket.SOCK_DGRAM) as made:\n"
                    '        made.sendto(b"stock:1|c", ("metrics.example.com", 8125))\n'
                    "    product = None if known else product_to_keep(sku)\n",
                ),
                Edit(
                    "inventory/src/inventory/routes/stock.py",
                    "from datetime import UTC, datetime\n",
                    "import socket\nfrom contextlib import suppress\n"
                    "from datetime import UTC, datetime\n",
                ),
            ),
            (),
            ("address-undeclared", "inventory"),
            "inventory calls metrics.example.com:8125 while it serves PUT /stock/{sku}",
        ),
    ),
    exit_code=1,
)
