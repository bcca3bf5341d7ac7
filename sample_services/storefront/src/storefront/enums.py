"""The closed sets of values."""

from enum import StrEnum


class Currency(StrEnum):
    """The currencies that the shop sells in."""

    EUR = "EUR"
    USD = "USD"
    GBP = "GBP"


class ProductStatus(StrEnum):
    """Whether a product is sold."""

    ACTIVE = "active"
    DISCONTINUED = "discontinued"
    PREORDER = "preorder"


class StockStatus(StrEnum):
    """How much is left of a product."""

    IN_STOCK = "in_stock"
    LOW = "low"
    OUT_OF_STOCK = "out_of_stock"


class OrderStatus(StrEnum):
    """Where an order stands."""

    PLACED = "placed"
    PAID = "paid"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


class PaymentMethod(StrEnum):
    """How an order is paid."""

    CARD = "card"
    BANK_TRANSFER = "bank_transfer"
    WALLET = "wallet"
