"""Webhooks as they are declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Connection, bindparam, delete, exists, or_, select, update

from harness.broker.store import tables
from harness.broker.store.statements import columns

TABLE: Final = tables.webhooks
_COLUMNS: Final = columns(
    TABLE,
    *("id", "uuid", "description", "enabled", "consumer_id", "provider_id", "consumer_label"),
    *("provider_label", "events", "request", "created_at", "updated_at"),
)


def _whose(side: str) -> ColumnElement[bool]:
    """Whether a webhook is for a pacticipant: by its identity, by its label, or for all."""
    own, label = TABLE.c[f"{side}_id"], TABLE.c[f"{side}_label"]
    carries = exists().where(
        tables.labels.c.pacticipant_id == bindparam(side), tables.labels.c.name == label
    )
    return or_(own == bindparam(side), own.is_(None) & (label.is_(None) | carries))


# Made once: to put a statement together takes longer than to run it, and each publication asks.
_FOR_PAIR: Final = (
    select(*_COLUMNS)
    .where(TABLE.c.enabled, _whose("consumer"), _whose("provider"))
    .order_by(TABLE.c.id)
)


@dataclass(frozen=True, slots=True)
class Webhook:
    """A webhook; `events` and `request` are JSON."""

    id: int
    uuid: str
    description: str | None
    enabled: bool
    consumer_id: int | None
    provider_id: int | None
    consumer_label: str | None
    provider_label: str | None
    events: str
    request: str
    created_at: str
    updated_at: str


def every(db: Connection, *where: ColumnElement[bool]) -> list[Webhook]:
    """Webhooks, oldest first."""
    rows = db.execute(select(*_COLUMNS).where(*where).order_by(TABLE.c.id))
    return [Webhook(*row) for row in rows]


def for_pair(db: Connection, consumer_id: int, provider_id: int) -> list[Webhook]:
    """The enabled webhooks that are for a pair, oldest first."""
    rows = db.execute(_FOR_PAIR, {"consumer": consumer_id, "provider": provider_id})
    return [Webhook(*row) for row in rows]


def find(db: Connection, uuid: str) -> Webhook | None:
    """The webhook of an identifier."""
    return next(iter(every(db, TABLE.c.uuid == uuid)), None)


def put(db: Connection, uuid: str, values: Mapping[str, object], now: str) -> Webhook:
    """Declare a webhook, in place of what it was."""
    given = {**values, "updated_at": now}
    if find(db, uuid):
        db.execute(update(TABLE).where(TABLE.c.uuid == uuid).values(given))
    else:
        db.execute(TABLE.insert().values({**given, "uuid": uuid, "created_at": now}))
    found = find(db, uuid)
    assert found is not None
    return found


def remove(db: Connection, uuid: str) -> bool:
    """Remove a webhook; whether it was there."""
    return db.execute(delete(TABLE).where(TABLE.c.uuid == uuid)).rowcount > 0
