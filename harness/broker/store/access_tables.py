"""The tables of who may do what, and of who did what."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table

from harness.broker.store.columns import METADATA, Words
from harness.broker.store.columns import identity as _id
from harness.broker.store.columns import moment as _moment
from harness.broker.store.columns import only_one as _only_one

accounts = Table(
    "accounts",
    METADATA,
    _id(),
    Column("kind", String(8), nullable=False),
    Column("name", Words, nullable=False),
    Column("key", String(32), unique=True),
    Column("hash", Words, nullable=False),
    Column("scopes", Words, nullable=False),
    Column("pacticipants", Words, nullable=False),
    _moment("created_at"),
    _moment("revoked_at", nullable=True),
    sqlite_autoincrement=True,
)
_only_one("uq_accounts_name", accounts.c.kind, accounts.c.name, where="revoked_at IS NULL")

audit = Table(
    "audit",
    METADATA,
    _id(),
    _moment("at"),
    Column("who", Words, nullable=False),
    Column("deed", String(16), nullable=False),
    Column("pacticipant", Words),
    Column("version", Words),
    Column("environment", Words),
    Column("request", Words, nullable=False),
    Index("ix_audit_pacticipant", "pacticipant", "id"),
    sqlite_autoincrement=True,
)
