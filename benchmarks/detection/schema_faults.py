"""Faults in what a provider promises: its document and its implementation agree."""

from __future__ import annotations

from benchmarks.detection.seed import Kind, Seed
from tests.alarm.faults import Edit

_CATALOG = "catalog/src/catalog/schemas.py"
_PRODUCTS = "catalog/src/catalog/routes/products.py"

_WIDENED = frozenset({"reply-not-accepted", "breaking-change", "reply-crashes-consumer"})

SCHEMA_FAULTS = (
    Seed(
        "reviewers-without-a-name",
        Kind.SCHEMA,
        "Reviews of customers who left are kept without their name, which the schema says and no "
        "contract shows.",
        (
            Edit(
                _CATALOG,
                "    author: str\n    rating: Stars\n",
                "    author: str | None\n    rating: Stars\n",
            ),
        ),
        _WIDENED,
        frozenset({"author"}),
    ),
    Seed(
        "orders-paid-by-voucher",
        Kind.SCHEMA,
        "The order service takes one more method of payment and reports it.",
        (
            Edit(
                "orders/src/orders/enums.py",
                '    WALLET = "wallet"\n',
                '    WALLET = "wallet"\n    VOUCHER = "voucher"\n',
            ),
        ),
        _WIDENED,
        frozenset({"method"}),
    ),
    Seed(
        "prices-without-a-beginning",
        Kind.SCHEMA,
        "A field that is always there today becomes one that may be absent.",
        (
            Edit(
                _CATALOG,
                "    valid_from: AwareDatetime\n",
                "    valid_from: AwareDatetime | MISSING = Field(default_factory=absent)\n",
            ),
        ),
        _WIDENED,
        frozenset({"valid_from"}),
    ),
    Seed(
        "total-became-a-text",
        Kind.SCHEMA,
        "Counts are sent as text, for clients whose numbers are too small.",
        (
            Edit(
                _CATALOG,
                "    page_size: int\n    total: int\n",
                "    page_size: int\n    total: str\n",
            ),
            Edit(
                _PRODUCTS, "        total=products.count(),", "        total=str(products.count()),"
            ),
        ),
        _WIDENED | {"interaction-not-honoured"},
        frozenset({"total"}),
    ),
    Seed(
        "contact-required-of-new-orders",
        Kind.SCHEMA,
        "A request takes a field more, and refuses those that do not have it.",
        (
            Edit(
                "orders/src/orders/schemas.py",
                "    note: Note | None = None\n\n\nclass PaymentRequest",
                "    note: Note | None = None\n    contact: Note\n\n\nclass PaymentRequest",
            ),
        ),
        frozenset({"request-not-accepted", "interaction-not-honoured", "breaking-change"}),
        frozenset({"contact", "POST /orders"}),
    ),
    Seed(
        "tags-null-where-there-are-none",
        Kind.SCHEMA,
        "An empty list becomes null, in the schema and in replies of a state that its reader never "
        "asked for.",
        (
            Edit(_CATALOG, "    tags: list[str]\n", "    tags: list[str] | None\n"),
            Edit(_PRODUCTS, "        tags=product.tags,\n", "        tags=product.tags or None,\n"),
        ),
        _WIDENED | {"interaction-not-honoured"},
        frozenset({"tags"}),
    ),
)
