"""The states that consumers' contracts name."""

from collections.abc import Callable

from accounts import storage


def _account_exists(id: str, name: str, email: str | None = None) -> None:
    storage.add(name, email, number=int(id[1:]))


def _no_account(id: str) -> None:
    storage.remove(id)


STATES: dict[str, Callable[..., None]] = {
    "an account exists": _account_exists,
    "there is no account": _no_account,
}
