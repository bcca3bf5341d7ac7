"""Ten ways in which such systems break, each an edit of the sample services; all fit one copy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace one text by another in one file below `sample_services`."""

    file: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Fault:
    """
    One fault and what must be found.

    Shape: `gate` are the arguments that select the part of the gate concerned, none where the
    batch that the fault belongs to has them; `found` is the finding's check and subject;
    `leads_to` stands in the output, so that the reader gets to the line or to the field; `files`
    are written as well, each a path below the workspace and its text.
    """

    name: str
    edits: tuple[Edit, ...]
    gate: tuple[str, ...]
    found: tuple[str, str]
    leads_to: str
    files: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """
    Faults that do not hide one another: seeded in one copy, found by one run of the gate.

    Shape: `before` are commands that are run in the clean copy.
    """

    name: str
    gate: tuple[str, ...]
    faults: tuple[Fault, ...]
    exit_code: int = 1
    before: tuple[tuple[str, ...], ...] = ()


FEW = ("--examples", "20")

FAULTS = (
    Fault(
        "field-renamed-by-provider",
        (
            Edit(
                "inventory/src/inventory/schemas.py",
                "    on_hand = fields.Integer(required=True)",
                '    on_hand = fields.Integer(required=True, data_key="onHand")',
            ),
        ),
        ("--edge", "storefront:inventory", "--check", "interaction-not-honoured"),
        ("interaction-not-honoured", "storefront:inventory"),
        "$.on_hand",
    ),
    Fault(
        "none-in-one-branch",
        (
            Edit(
                "inventory/src/inventory/schemas.py",
                "    created_at = fields.AwareDateTime(required=True)\n\n\nclass WarehouseItem",
                "    created_at = fields.AwareDateTime(required=True)\n\n"
                "    @post_dump\n"
                "    def tidy(self, data, **_):\n"
                '        return data if data["city"] else {**data, "name": None}\n\n\n'
                "class WarehouseItem",
            ),
            Edit(
                "inventory/src/inventory/schemas.py",
                "from marshmallow import RAISE, fields, validate",
                "from marshmallow import RAISE, fields, post_dump, validate",
            ),
        ),
        ("--service", "inventory", "--check", "response-schema-violated", *FEW),
        ("response-schema-violated", "inventory"),
        "$.name",
    ),
    Fault(
        "id-became-a-string",
        (
            Edit(
                "inventory/src/inventory/schemas.py",
                "    warehouse_id = fields.Integer(required=True)",
                "    warehouse_id = fields.String(required=True)",
            ),
        ),
        ("--edge", "storefront:inventory", "--check", "interaction-not-honoured"),
        ("interaction-not-honoured", "storefront:inventory"),
        "warehouse_id",
    ),
    Fault(
        "not-found-became-an-empty-success",
        (
            Edit(
                "inventory/src/inventory/routes/stock.py",
                'level_of(session, sku) or abort(404, "The shop does not keep this sku.")',
                "level_of(session, sku) or {}",
            ),
        ),
        ("--edge", "storefront:inventory", "--check", "interaction-not-honoured"),
        ("interaction-not-honoured", "storefront:inventory"),
        "404",
    ),
    Fault(
        "key-error-behind-a-query-value",
        (
            Edit(
                "orders/src/orders/queries.py",
                "        query = query.where(Order.status == status)",
                "        query = query.where(Order.status == _STORED[status])",
            ),
            Edit(
                "orders/src/orders/queries.py",
                "\n\ndef list_orders(",
                "\n_STORED = {s: s for s in OrderStatus if s is not OrderStatus.SHIPPED}\n"
                "\n\ndef list_orders(",
            ),
        ),
        ("--service", "orders", "--check", "service-crashes", *FEW),
        ("service-crashes", "orders"),
        "sample_services/orders/src/orders/queries.py",
    ),
    Fault(
        "wrong-return-type-in-a-rare-branch",
        (
            Edit(
                "orders/src/orders/invoicing.py",
                "    return round_to_cents(gross * TAX_RATE / (1 + TAX_RATE))",
                "    if gross < 0:\n        return None\n"
                "    return round_to_cents(gross * TAX_RATE / (1 + TAX_RATE))",
            ),
        ),
        ("--service", "orders", "--check", "type-error"),
        ("type-error", "orders"),
        "sample_services/orders/src/orders/invoicing.py:45",
    ),
    Fault(
        "naive-datetime-compared-with-an-aware-one",
        (
            Edit(
                "orders/src/orders/routes/orders.py",
                "    placed_after: Annotated[Moment | SkipJsonSchema[None], Query()] = None,",
                "    placed_after: Annotated[datetime | SkipJsonSchema[None], Query()] = None,",
            ),
            Edit(
                "orders/src/orders/routes/orders.py",
                "from typing import Annotated, Any\n",
                "from datetime import datetime\nfrom typing import Annotated, Any\n",
            ),
            Edit(
                "orders/src/orders/queries.py",
                "    query = select(Order)\n",
                "    query = select(Order)\n"
                "    if placed_after is not None and placed_after > datetime.now(UTC):\n"
                "        query = query.where(Order.customer_id == 0)\n",
            ),
            Edit(
                "orders/src/orders/queries.py",
                "from datetime import datetime\n",
                "from datetime import UTC, datetime\n",
            ),
        ),
        ("--service", "orders", "--check", "service-crashes", *FEW),
        ("service-crashes", "orders"),
        "sample_services/orders/src/orders/queries.py",
    ),
    Fault(
        "client-reads-what-nobody-promises",
        (
            Edit(
                "storefront/src/storefront/clients/inventory.py",
                'field(source, "reserved")',
                'field(source, "held_for_others")',
            ),
        ),
        ("--edge", "storefront:inventory", "--check", "consumer-test-failed"),
        ("consumer-test-failed", "storefront:inventory"),
        "held_for_others",
    ),
    Fault(
        "decimal-times-float",
        (
            Edit(
                "orders/src/orders/invoicing.py",
                'TAX_RATE = Decimal("0.20")',
                "TAX_RATE = 0.20",
            ),
        ),
        ("--service", "orders", "--check", "type-error"),
        ("type-error", "orders"),
        "sample_services/orders/src/orders/invoicing.py:46",
    ),
    Fault(
        "crash-after-deleting-a-referenced-parent",
        (
            Edit(
                "inventory/src/inventory/routes/warehouses.py",
                "        if session.scalar(select(Location.sku)"
                ".where(Location.warehouse_id == warehouse_id)):\n"
                '            abort(409, "There is still stock in the warehouse.")\n',
                "",
            ),
        ),
        ("--service", "inventory", "--check", "service-crashes", *FEW),
        ("service-crashes", "inventory"),
        "sample_services/inventory/src/inventory/routes/warehouses.py",
    ),
)
