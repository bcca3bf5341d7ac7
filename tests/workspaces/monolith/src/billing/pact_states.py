"""The states that consumers' contracts name."""

from collections.abc import Callable

from billing import ledger
from billing.ledger import NewInvoice


def _account_owes(account_id: str, amount: str) -> None:
    ledger.clear()
    ledger.add(NewInvoice(account_id=account_id, amount=amount))


STATES: dict[str, Callable[..., None]] = {
    "an account owes": _account_owes,
    "nobody owes anything": ledger.clear,
}
