"""Users and tokens, with what they may do."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Connection, select, update

from harness.broker.semantics.scopes import Caller, Scope
from harness.broker.store import tables
from harness.broker.store.statements import columns

TABLE: Final = tables.accounts
USER: Final = "user"
TOKEN: Final = "token"
_COLUMNS: Final = columns(
    TABLE,
    *("id", "kind", "name", "key", "hash", "scopes", "pacticipants", "created_at", "revoked_at"),
)


@dataclass(frozen=True, slots=True)
class Account:
    """
    A user or a token.

    Shape: `key` is the part of a token that is no secret, and finds it; `hash` is what is kept of
    the secret; `scopes` are words, `pacticipants` a list in JSON, empty for all.
    """

    id: int
    kind: str
    name: str
    key: str | None
    hash: str
    scopes: str
    pacticipants: str
    created_at: str
    revoked_at: str | None

    @property
    def caller(self) -> Caller:
        """Who asks with it."""
        scopes = frozenset(Scope(each) for each in self.scopes.split())
        return Caller(f"{self.kind} {self.name}", scopes, frozenset(json.loads(self.pacticipants)))


def every(db: Connection, *where: ColumnElement[bool]) -> list[Account]:
    """Accounts, oldest first, those that were revoked too."""
    rows = db.execute(select(*_COLUMNS).where(*where).order_by(TABLE.c.id))
    return [Account(*row) for row in rows]


def named(db: Connection, kind: str, name: str) -> Account | None:
    """The user or token in force of a name."""
    return _in_force(db, kind, TABLE.c.name == name)


def find(db: Connection, kind: str, handle: str) -> Account | None:
    """The account in force that a user's name or a token's key leads to."""
    return _in_force(db, kind, (TABLE.c.name if kind == USER else TABLE.c.key) == handle)


def add(
    db: Connection,
    kind: str,
    name: str,
    secret: tuple[str | None, str],
    may: Caller,
    now: str,
) -> None:
    """Make an account; `secret` is a token's key, and the hash."""
    key, hashed = secret
    db.execute(
        TABLE.insert().values(
            kind=kind,
            name=name,
            key=key,
            hash=hashed,
            scopes=" ".join(sorted(may.scopes)),
            pacticipants=json.dumps(sorted(may.limits)),
            created_at=now,
        )
    )


def revoke(db: Connection, kind: str, names: Iterable[str], now: str) -> int:
    """End the accounts in force of some names; how many there were."""
    in_force = (TABLE.c.kind == kind, TABLE.c.name.in_(names), TABLE.c.revoked_at.is_(None))
    return db.execute(update(TABLE).where(*in_force).values(revoked_at=now)).rowcount


def is_any(db: Connection) -> bool:
    """Whether there is or was an account."""
    return _is_there(db)


def is_any_in_force(db: Connection) -> bool:
    """Whether somebody may enter."""
    return _is_there(db, TABLE.c.revoked_at.is_(None))


def _is_there(db: Connection, *where: ColumnElement[bool]) -> bool:
    return db.execute(select(TABLE.c.id).where(*where).limit(1)).first() is not None


def _in_force(db: Connection, kind: str, which: ColumnElement[bool]) -> Account | None:
    found = every(db, TABLE.c.kind == kind, which, TABLE.c.revoked_at.is_(None))
    return found[0] if found else None
