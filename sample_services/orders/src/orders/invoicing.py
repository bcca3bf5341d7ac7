"""Invoices of paid orders."""

from decimal import Decimal

from orders.fields import round_to_cents
from orders.problems import OrderConflict
from orders.schemas import Invoice, InvoiceLine
from orders.tables import Order

TAX_RATE = Decimal("0.20")


def invoice_of(order: Order) -> Invoice:
    """Write the invoice of a paid order, or raise OrderConflict."""
    if order.payment is None or order.paid_at is None:
        raise OrderConflict("an order has an invoice once it is paid")
    lines = [
        InvoiceLine(
            sku=line.sku,
            name=line.name,
            quantity=line.quantity,
            unit_price=line.unit_price,
            line_total=line.line_total,
            tax=_included_tax(line.line_total),
        )
        for line in order.lines
    ]
    tax = sum((line.tax for line in lines), Decimal(0))
    return Invoice(
        number=f"{order.paid_at:%Y%m}-{order.id.hex[:8].upper()}",
        order_id=order.id,
        customer_id=order.customer_id,
        issued_at=order.paid_at,
        currency=order.currency,
        lines=lines,
        net=order.total - tax,
        tax_rate=TAX_RATE,
        tax=tax,
        total=order.total,
    )


def _included_tax(gross: Decimal) -> Decimal:
    return round_to_cents(gross * TAX_RATE / (1 + TAX_RATE))
