"""Faults in what a provider does, its document left as it is."""

from __future__ import annotations

from benchmarks.detection.seed import Kind, Seed
from tests.alarm.faults import Edit

_PRICES = "catalog/src/catalog/routes/prices.py"
_LIFECYCLE = "orders/src/orders/lifecycle.py"

PROVIDER_FAULTS = (
    Seed(
        "discount-compared-with-a-naive-now",
        Kind.PROVIDER,
        "A clean-up replaces the framework's clock by datetime.now(), which only a product with a "
        "discount meets.",
        (
            Edit(_PRICES, "until <= timezone.now()", "until <= datetime.now()"),
            Edit(
                _PRICES,
                "from typing import Annotated\n",
                "from datetime import datetime\nfrom typing import Annotated\n",
            ),
        ),
        frozenset({"service-crashes", "interaction-not-honoured"}),
        frozenset({_PRICES, "GET /products/{sku}/price", "PUT /products/{sku}/price"}),
    ),
    Seed(
        "money-through-a-float",
        Kind.PROVIDER,
        "Amounts are converted as floats, and lose the second place of their cents as text.",
        (
            Edit(
                "catalog/src/catalog/money.py",
                "    return (amount / PER_EURO[source] * PER_EURO[target])"
                ".quantize(CENT, ROUND_HALF_EVEN)",
                "    euros = float(amount) / float(PER_EURO[source])\n"
                "    return Decimal(str(round(euros * float(PER_EURO[target]), 2)))",
            ),
        ),
        frozenset({"response-schema-violated", "interaction-not-honoured"}),
        frozenset({"amount", "GET /products/{sku}/price", "PUT /products/{sku}/price"}),
    ),
    Seed(
        "payment-without-a-reference",
        Kind.PROVIDER,
        "Bank transfers get their reference later, but the column takes no null.",
        (
            Edit(
                _LIFECYCLE,
                '        method=method, reference=f"PAY-{uuid4().hex[:12].upper()}", '
                "amount=order.total\n",
                "        method=method,\n"
                '        reference=f"PAY-{uuid4().hex[:12].upper()}"\n'
                "        if method is not PaymentMethod.BANK_TRANSFER\n"
                "        else None,\n"
                "        amount=order.total,\n",
            ),
        ),
        frozenset({"service-crashes", "interaction-not-honoured", "annotation-violated"}),
        frozenset({_LIFECYCLE, "POST /orders/{order_id}/pay"}),
    ),
    Seed(
        "currency-stored-in-lower-case",
        Kind.PROVIDER,
        "New prices are stored in lower case, and the enum that reads them back knows upper case.",
        (
            Edit(
                _PRICES,
                "        product.price_currency = new.currency\n",
                "        product.price_currency = new.currency.lower()\n",
            ),
        ),
        frozenset({"service-crashes", "interaction-not-honoured"}),
        frozenset({_PRICES, "PUT /products/{sku}/price", "GET /products/{sku}/price"}),
    ),
    Seed(
        "warehouse-opened-in-no-time-zone",
        Kind.PROVIDER,
        "One column takes the database's own type, and its moments come back without their zone.",
        (
            Edit(
                "inventory/src/inventory/models.py",
                "    city: Mapped[str | None] = mapped_column(String(80))\n"
                "    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)\n",
                "    city: Mapped[str | None] = mapped_column(String(80))\n"
                "    created_at: Mapped[datetime] = mapped_column(DateTime, default=now)\n",
            ),
        ),
        frozenset({"response-schema-violated", "interaction-not-honoured"}),
        frozenset({"created_at", "GET /warehouses", "GET /warehouses/{warehouse_id}"}),
    ),
    Seed(
        "guard-against-none-dropped",
        Kind.PROVIDER,
        "A refactoring drops the check that the order exists.",
        (
            Edit(
                _LIFECYCLE,
                "    order = session.get(Order, order_id)\n"
                "    if order is None:\n"
                "        raise OrderNotFound\n"
                "    return order\n",
                "    return session.get(Order, order_id)\n",
            ),
        ),
        frozenset({"type-error", "service-crashes", "annotation-violated"}),
        frozenset({_LIFECYCLE, "GET /orders/{order_id}"}),
    ),
    Seed(
        "no-words-for-a-shipped-order",
        Kind.PROVIDER,
        "The table of reasons for a refusal lacks a status that another system sets.",
        (
            Edit(
                _LIFECYCLE,
                'raise OrderConflict(f"a {order.status} order cannot be deleted")',
                "raise OrderConflict(_KEPT[order.status])",
            ),
            Edit(
                _LIFECYCLE,
                "from orders.tables import Order, Payment\n",
                "from orders.tables import Order, Payment\n\n"
                "_KEPT = {\n"
                '    OrderStatus.PLACED: "a placed order is cancelled first",\n'
                '    OrderStatus.PAID: "a paid order is kept for its invoice",\n'
                "}\n",
            ),
        ),
        frozenset({"service-crashes"}),
        frozenset({_LIFECYCLE, "DELETE /orders/{order_id}"}),
    ),
    Seed(
        "created-became-ok",
        Kind.PROVIDER,
        "The handler answers 200 where the document, and everybody who reads it, says 201.",
        (
            Edit(
                "inventory/src/inventory/routes/reservations.py",
                "    return reservation, 201, {",
                "    return reservation, 200, {",
            ),
        ),
        frozenset({"interaction-not-honoured", "response-schema-violated"}),
        frozenset({"POST /reservations"}),
    ),
)
