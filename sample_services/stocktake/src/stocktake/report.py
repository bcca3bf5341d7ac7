"""Writes a valuation as text."""

from collections.abc import Sequence
from decimal import Decimal

from stocktake.clients.catalog import Currency
from stocktake.valuation import Line


def render(lines: Sequence[Line], currency: Currency) -> str:
    """One line a sku, then the total."""
    rows = [_row(line.sku, str(line.on_hand), _worth(line), _restock(line)) for line in lines]
    total = sum((line.worth for line in lines if line.worth is not None), Decimal("0.00"))
    head = _row("sku", "on hand", f"worth {currency}", "restock")
    return "\n".join([head, *rows, _row("total", "", str(total), "")])


def _row(sku: str, on_hand: str, worth: str, restock: str) -> str:
    """One line of the table."""
    return f"{sku:<32} {on_hand:>9} {worth:>16} {restock}".rstrip()


def _worth(line: Line) -> str:
    """The worth, or that there is no price."""
    return "no price" if line.worth is None else str(line.worth)


def _restock(line: Line) -> str:
    """The day on which more comes."""
    return "" if line.restock_at is None else f"{line.restock_at:%Y-%m-%d}"
