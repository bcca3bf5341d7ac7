"""
What webhooks have to tell: a queue, and the trail of what was told.

Shape: what is due is taken under a claim for a while; who has a claim and does not come back, has
it taken over by another, so each is told at least once.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, func, select, update

from harness.broker.semantics.awaited import Awaited, Parameters, to_text
from harness.broker.semantics.terms import NOT_RUN
from harness.broker.store import tables
from harness.broker.store.statements import columns
from harness.broker.store.webhooks import Webhook

TABLE: Final = tables.triggered_webhooks
_TRIES: Final = tables.webhook_tries
_COLUMNS: Final = (
    *columns(TABLE, "id", "uuid", "webhook_id"),
    tables.webhooks.c.uuid.label("webhook_uuid"),
    *columns(TABLE, "description", "event", "parameters", "status", "tries", "due_at", "claim"),
    *columns(TABLE, "created_at", "updated_at", "awaited"),
)
_SELECT: Final = select(*_COLUMNS).outerjoin(
    tables.webhooks, tables.webhooks.c.id == TABLE.c.webhook_id
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """
    What a webhook has to tell of an event.

    Shape: `parameters` is JSON; `webhook_id` and `webhook_uuid` are none where it was removed;
    `due_at` is none when nothing is left to do; `awaited` is what has to be compared first.
    """

    id: int
    uuid: str
    webhook_id: int | None
    webhook_uuid: str | None
    description: str
    event: str
    parameters: str
    status: str
    tries: int
    due_at: str | None
    claim: str | None
    created_at: str
    updated_at: str
    awaited: str | None

    @property
    def values(self) -> Mapping[str, str]:
        """The parameters by name."""
        found: dict[str, str] = json.loads(self.parameters)
        return found


@dataclass(frozen=True, slots=True)
class About:
    """What an event is about: the pact of a consumer's version with a provider, and a result."""

    provider_id: int
    version_id: int
    verification_id: int | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """
    What is told of an event: its parameters by name.

    Shape: where documents may decide, `awaited` is what they are compared for.
    """

    event: str
    parameters: Parameters
    awaited: Awaited | None = None


@dataclass(frozen=True, slots=True)
class Try:
    """What came of a try."""

    success: bool
    logs: str


def add(
    db: Connection,
    webhook: Webhook,
    about: About,
    telling: Telling,
    description: str,
    now: str,
) -> None:
    """Let a webhook tell of an event, when this transaction has ended."""
    db.execute(
        TABLE.insert().values(
            uuid=str(uuid4()),
            webhook_id=webhook.id,
            description=description,
            event=telling.event,
            provider_id=about.provider_id,
            version_id=about.version_id,
            verification_id=about.verification_id,
            # ASCII, so that whatever JSON can hold can be kept.
            parameters=json.dumps(telling.parameters),
            awaited=to_text(telling.awaited) if telling.awaited else None,
            status=NOT_RUN,
            tries=0,
            due_at=now,
            created_at=now,
            updated_at=now,
        )
    )


def is_due(db: Connection, now: str) -> bool:
    """Whether something is to be told."""
    due = select(TABLE.c.id).where(TABLE.c.due_at <= now).limit(1)
    return db.execute(due).first() is not None


def claimed(db: Connection, now: str, until: str) -> Delivery | None:
    """Take the oldest that is due; nobody else does before a moment."""
    oldest = (
        select(TABLE.c.id)
        .where(TABLE.c.due_at <= now)
        .order_by(TABLE.c.due_at, TABLE.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    key = db.execute(oldest).scalar()
    if key is None:
        return None
    taken = {"claim": secrets.token_hex(8), "due_at": until}
    db.execute(update(TABLE).where(TABLE.c.id == key).values(taken))
    return found(db, TABLE.c.id == key)[0]


def settled(db: Connection, one: Delivery, parameters: Parameters) -> Delivery:
    """A delivery whose parameters are known, however often it is tried from now on."""
    text = json.dumps(parameters)
    values = {"parameters": text, "awaited": None}
    db.execute(update(TABLE).where(TABLE.c.id == one.id).values(values))
    return replace(one, parameters=text, awaited=None)


def tried(
    db: Connection, one: Delivery, said: Try, status: str, due_at: str | None, now: str
) -> bool:
    """Keep what came of a try; whether its claim still held."""
    held = update(TABLE).where(TABLE.c.id == one.id, TABLE.c.claim == one.claim)
    left = {"status": status, "tries": TABLE.c.tries + 1, "due_at": due_at, "claim": None}
    if not db.execute(held.values({**left, "updated_at": now})).rowcount:
        return False
    values = {"triggered_id": one.id, "success": said.success, "logs": said.logs}
    db.execute(_TRIES.insert().values({**values, "created_at": now}))
    return True


def find(db: Connection, uuid: str) -> Delivery | None:
    """The delivery of an identifier."""
    return next(iter(found(db, TABLE.c.uuid == uuid)), None)


def found(db: Connection, *where: ColumnElement[bool]) -> list[Delivery]:
    """Deliveries, newest first."""
    rows = db.execute(_SELECT.where(*where).order_by(TABLE.c.id.desc()))
    return [Delivery(*row) for row in rows]


def newest_of_each_webhook(
    db: Connection, version_ids: Collection[int], provider_id: int
) -> list[Delivery]:
    """Of each webhook what it told last of the pacts of consumer versions with a provider."""
    last = (
        select(func.max(TABLE.c.id))
        .where(TABLE.c.version_id.in_(version_ids), TABLE.c.provider_id == provider_id)
        .group_by(TABLE.c.webhook_id)
    )
    return found(db, TABLE.c.id.in_(last))


def logs(db: Connection, delivery_id: int) -> list[str]:
    """What was logged at each try, oldest first."""
    statement = select(_TRIES.c.logs).where(_TRIES.c.triggered_id == delivery_id)
    return list(db.execute(statement.order_by(_TRIES.c.id)).scalars())


def open_count(db: Connection) -> int:
    """How many are still to be told."""
    statement = select(func.count()).select_from(TABLE).where(TABLE.c.due_at.is_not(None))
    return db.execute(statement).scalar() or 0
