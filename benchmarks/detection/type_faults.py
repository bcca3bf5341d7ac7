"""Annotations that say something else than what runs, most of them past a type checker."""

from __future__ import annotations

from benchmarks.detection.seed import Kind, Seed
from tests.alarm.faults import Edit

_LIFECYCLE = "orders/src/orders/lifecycle.py"
_CUSTOMERS = "orders/src/orders/routes/customers.py"
_PRODUCTS = "catalog/src/catalog/routes/products.py"
_LOOKUP = "catalog/src/catalog/lookup.py"
_PAGE = "storefront/src/storefront/routes/products.py"
_READING = "storefront/src/storefront/clients/catalog.py"

TYPE_FAULTS = (
    Seed(
        "column-that-is-text-or-null",
        Kind.TYPE,
        "A nullable column is mapped as text, so that a function that promises text gives None.",
        (
            Edit(
                "orders/src/orders/tables.py",
                "    note: Mapped[str | None] = mapped_column(Text)\n",
                "    note: Mapped[str] = mapped_column(Text, nullable=True)\n",
            ),
            Edit(
                _LIFECYCLE,
                "    session.commit()\n    return order\n\n\ndef cancel(",
                "    session.commit()\n"
                '    _log.info("paid: %s", _subject(order))\n'
                "    return order\n\n\n"
                "def _subject(order: Order) -> str:\n"
                "    return order.note\n\n\ndef cancel(",
            ),
            Edit(
                _LIFECYCLE,
                "from orders.tables import Order, Payment\n",
                "from orders.tables import Order, Payment\n\n_log = logging.getLogger(__name__)\n",
            ),
            Edit(_LIFECYCLE, "from datetime import", "import logging\nfrom datetime import"),
        ),
        frozenset({"annotation-violated"}),
        frozenset({_LIFECYCLE, "POST /orders/{order_id}/pay"}),
    ),
    Seed(
        "float-where-a-decimal-is-declared",
        Kind.TYPE,
        "An amount is stored as a float, which the column's stub takes and gives back as Decimal.",
        (
            Edit(
                _PRODUCTS,
                "        price_amount=new.price.amount,\n",
                "        price_amount=float(new.price.amount),\n",
            ),
        ),
        frozenset({"service-crashes", "annotation-violated"}),
        frozenset({_PRODUCTS, "POST /products"}),
    ),
    Seed(
        "ratings-that-are-text",
        Kind.TYPE,
        "A query is rewritten in SQL that rounds as text, and the model behind it makes numbers of "
        "it without a word.",
        (
            Edit(
                _LOOKUP,
                "    rows = (\n"
                "        models.Review.objects.filter(product_id__in=skus)\n"
                "        .order_by()\n"
                '        .values_list("product_id")\n'
                '        .annotate(mean=Avg("rating"))\n'
                "    )\n"
                "    return {sku: round(mean, 2) for sku, mean in rows}\n",
                '    places = ", ".join(["%s"] * len(skus))\n'
                "    with connection.cursor() as cursor:\n"
                "        cursor.execute(\n"
                "            \"SELECT product_id, printf('%%.2f', AVG(rating)) \"\n"
                '            "FROM catalog_review "\n'
                '            f"WHERE product_id IN ({places}) GROUP BY product_id",\n'
                "            skus,\n"
                "        )\n"
                "        return dict(cursor.fetchall())\n",
            ),
            Edit(
                _LOOKUP,
                "from django.db.models import Avg, QuerySet\n",
                "from django.db import connection\nfrom django.db.models import QuerySet\n",
            ),
        ),
        frozenset({"annotation-violated"}),
        frozenset({_LOOKUP, "GET /products", "GET /products/{sku}"}),
    ),
    Seed(
        "cast-instead-of-parsing",
        Kind.TYPE,
        "A cast says that every review has a text, and code behind the client believes it.",
        (
            Edit(
                _READING,
                "    rating: int\n    body: str | None\n",
                "    rating: int\n    body: str\n",
            ),
            Edit(
                _READING,
                'body=parsing.nullable(parsing.text, field(source, "body")),',
                'body=cast(str, field(source, "body")),',
            ),
            Edit(
                _READING,
                "from decimal import Decimal\n",
                "from decimal import Decimal\nfrom typing import cast\n",
            ),
            Edit(
                _PAGE,
                '        "latest": newest[:LATEST_REVIEWS],\n',
                '        "latest": [\n'
                "            replace(review, body=review.body.strip())\n"
                "            for review in newest[:LATEST_REVIEWS]\n"
                "        ],\n",
            ),
            Edit(_PAGE, "import asyncio\n", "import asyncio\nfrom dataclasses import replace\n"),
        ),
        frozenset(
            {
                "reply-crashes-consumer",
                "service-crashes",
                "annotation-violated",
                "boundary-untyped",
            }
        ),
        frozenset({_READING, _PAGE, "GET /product-pages/{sku}", "GET /products/{sku}/reviews"}),
    ),
    Seed(
        "count-coerced-from-text",
        Kind.TYPE,
        "A handler returns a dictionary whose count is text, and the response model makes a number "
        "of it without a word.",
        (
            Edit(
                _CUSTOMERS,
                'operation_id="getCustomerSummary", responses=documented(422))\n'
                "def get_customer_summary(customer_id: CustomerKey, session: SessionDep) "
                "-> CustomerSummary:\n",
                'operation_id="getCustomerSummary", responses=documented(422), '
                "response_model=CustomerSummary)\n"
                "def get_customer_summary(customer_id: CustomerKey, session: SessionDep) "
                "-> dict[str, object]:\n",
            ),
            Edit(
                _CUSTOMERS,
                "    return queries.summarise(customer_id, session)\n",
                "    summary = queries.summarise(customer_id, session)\n"
                '    return {**summary.model_dump(), "orders": str(summary.orders)}\n',
            ),
        ),
        frozenset({"response-coerced"}),
        frozenset({_CUSTOMERS, "GET /customers/{customer_id}/summary"}),
    ),
    Seed(
        "history-never-awaited",
        Kind.TYPE,
        "An await is lost in a merge, and what it waited for no longer happens.",
        (
            Edit(
                _PAGE,
                "    await asyncio.to_thread(history.remember",
                "    asyncio.to_thread(history.remember",
            ),
        ),
        frozenset({"type-error"}),
        frozenset({_PAGE}),
    ),
)
