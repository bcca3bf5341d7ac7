"""Users and tokens, made and revoked by whoever can reach the database itself."""

from __future__ import annotations

import secrets
from typing import Final

from sqlalchemy import Connection

from harness.broker.semantics.scopes import Caller
from harness.broker.server.guard import TOKEN_PREFIX
from harness.broker.server.hashing import hashed
from harness.broker.server.moments import moment, utc_now
from harness.broker.store import accounts, audit
from harness.broker.store.accounts import TOKEN, USER, Account
from harness.broker.store.audit import COMMAND_LINE, Entry
from harness.broker.store.database import Store
from harness.domain.errors import Misused

MIN_PASSWORD_LENGTH: Final = 12


def create_token(store: Store, name: str, may: Caller) -> str:
    """
    Make a token, and give it: it is not kept, and cannot be shown again.

    Raises: Misused, where there is one of that name.
    """
    key, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    _create(store, TOKEN, name, (key, hashed(secret)), may)
    return f"{TOKEN_PREFIX}_{key}_{secret}"


def create_user(store: Store, name: str, password: str, may: Caller) -> None:
    """
    Make a user.

    Raises: Misused, where there is one of that name, or it cannot be one.
    """
    if ":" in name:
        raise Misused(f"expected a user's name without a colon, saw {name}")
    if len(password) < MIN_PASSWORD_LENGTH:
        said = f"expected a password of at least {MIN_PASSWORD_LENGTH} characters"
        raise Misused(f"{said}, saw {len(password)}")
    _create(store, USER, name, (None, hashed(password)), may)


def revoke(store: Store, kind: str, name: str) -> None:
    """
    End a user or a token; whoever shows it is refused from now on.

    Raises: Misused, where there is none.
    """

    def work(db: Connection) -> bool:
        now = _now()
        _write_down(db, f"{kind} revoke {name}", now)
        return accounts.revoke(db, kind, [name], now) > 0

    if not store.write(work, bool):
        raise Misused(f"there is no {kind} named {name}", hint=f"see: harness broker {kind} list")


def listed(store: Store, kind: str) -> list[Account]:
    """The users or tokens, those that were revoked too."""
    with store.reading() as db:
        return accounts.every(db, accounts.TABLE.c.kind == kind)


def _create(
    store: Store, kind: str, name: str, secret: tuple[str | None, str], may: Caller
) -> None:
    if not name.strip() or not name.isprintable():
        raise Misused(f"expected a name of a {kind} that can be printed, saw {name!r}")

    def work(db: Connection) -> bool:
        if accounts.named(db, kind, name):
            return False
        now = _now()
        accounts.add(db, kind, name, secret, may, now)
        _write_down(db, f"{kind} create {name}", now)
        return True

    if not store.write(work, bool):
        hint = f"revoke it first: harness broker {kind} revoke {name}"
        raise Misused(f"there is a {kind} named {name}", hint=hint)


def _write_down(db: Connection, command: str, now: str) -> None:
    audit.add(db, [Entry(now, COMMAND_LINE, "administered", "", "", "", command)])


def _now() -> str:
    return moment(utc_now())
