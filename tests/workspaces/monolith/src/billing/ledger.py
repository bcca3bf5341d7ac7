"""The invoices, in memory until finance has chosen a database."""

from decimal import Decimal
from threading import Lock
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

AccountId = Annotated[str, Field(pattern=r"^A[0-9]{4,9}$")]
InvoiceId = Annotated[str, Field(pattern=r"^I[0-9]{4,9}$")]
Amount = Annotated[str, Field(pattern=r"^[0-9]{1,6}\.[0-9]{2}$", examples=["12.50"])]


class NewInvoice(BaseModel):
    model_config = ConfigDict(extra="forbid")

    account_id: AccountId
    amount: Amount


class Invoice(NewInvoice):
    id: InvoiceId
    status: Literal["open", "paid"] = "open"


class Statement(BaseModel):
    account_id: AccountId
    owed: str
    invoices: list[Invoice]


_invoices: dict[str, Invoice] = {}
_lock = Lock()


def add(new: NewInvoice) -> Invoice:
    with _lock:
        invoice = Invoice(id=f"I{len(_invoices) + 1:04}", **new.model_dump())
        _invoices[invoice.id] = invoice
    return invoice


def find(invoice_id: str) -> Invoice | None:
    return _invoices.get(invoice_id)


def statement(account_id: str) -> Statement:
    with _lock:
        mine = [one for one in _invoices.values() if one.account_id == account_id]
    owed = sum((Decimal(one.amount) for one in mine if one.status == "open"), Decimal("0.00"))
    return Statement(account_id=account_id, owed=str(owed), invoices=mine)


def clear() -> None:
    with _lock:
        _invoices.clear()
