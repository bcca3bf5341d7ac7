"""A change since the accepted version: two readers break, and the file is behind."""

from __future__ import annotations

from tests.alarm.faults import Batch, Edit, Fault

VERSIONS = Batch(
    "versions-of-a-document",
    (
        *("--service", "inventory", "--check", "breaking-change"),
        *("--check", "change-without-reader", "--check", "document-drifted"),
    ),
    (
        Fault(
            "count-became-nullable-for-a-consumer-that-reads-it",
            (
                Edit(
                    "inventory/src/inventory/schemas.py",
                    "    on_hand = fields.Integer(required=True)",
                    "    on_hand = fields.Integer(required=True, allow_none=True)",
                ),
            ),
            (),
            ("breaking-change", "stocktake:inventory"),
            "$.items[*].on_hand",
        ),
        Fault(
            "count-became-nullable-for-a-page-that-shows-it",
            (),
            (),
            ("breaking-change", "storefront:inventory"),
            "$.on_hand",
        ),
        Fault(
            "count-became-nullable-where-nobody-reads-it",
            (),
            (),
            ("change-without-reader", "inventory"),
            "no known consumer reads this",
        ),
        Fault(
            "accepted-document-left-behind",
            (),
            (),
            ("document-drifted", "inventory"),
            "contracts/documents/inventory.json",
        ),
    ),
    before=(("accept", "document", "inventory"),),
)
