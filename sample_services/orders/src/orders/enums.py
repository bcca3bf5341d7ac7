"""The closed sets of values."""

from enum import StrEnum


class Currency(StrEnum):
    """The currencies that the shop sells in."""

    EUR = "EUR"
    USD = "USD"
    GBP = "GBP"


class OrderStatus(StrEnum):
    """Where an order stands."""

    PLACED = "placed"
    PAID = "paid"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


class PaymentMethod(StrEnum):
    """How an order was paid."""

    CARD = "card"
    BANK_TRANSFER = "bank_transfer"
    WALLET = "wallet"
