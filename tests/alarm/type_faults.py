"""Leaks of `Any` at the border, in two frameworks: decoded, cast, and taken without a type."""

from __future__ import annotations

from tests.alarm.faults import Batch, Edit, Fault

BORDER = Batch(
    "any-at-the-border",
    (
        *("--service", "orders"),
        *("--service", "inventory"),
        *("--check", "type-error"),
        *("--check", "boundary-untyped"),
    ),
    (
        Fault(
            "reservation-read-by-key",
            (
                Edit(
                    "orders/src/orders/clients/inventory.py",
                    "            return Reservation.model_validate_json(response.content)\n",
                    "            told = response.json()\n"
                    "            return Reservation(\n"
                    '                id=told["id"],\n'
                    '                sku=told["sku"],\n'
                    '                quantity=told["quantity"],\n'
                    '                order_id=told["order_id"],\n'
                    '                created_at=told["created_at"],\n'
                    "            )\n",
                ),
            ),
            (),
            ("boundary-untyped", "orders"),
            "class Reservation(BaseModel):",
        ),
        Fault(
            "product-cast",
            (
                Edit(
                    "inventory/src/inventory/clients/catalog.py",
                    "        return read_product(body)\n",
                    "        return cast(Product, body)\n",
                ),
            ),
            (),
            ("boundary-untyped", "inventory"),
            "class Product(TypedDict):",
        ),
    ),
    exit_code=0,
)
