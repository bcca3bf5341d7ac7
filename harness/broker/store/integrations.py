"""Which pacticipants are integrated: every pair that ever had a pact, until it is removed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, and_, delete, or_, select, union

from harness.broker.store import tables
from harness.broker.store.statements import Page, count, given, paged

_TABLE: Final = tables.integrations
_CONSUMER: Final = tables.pacticipants.alias("consumer")
_PROVIDER: Final = tables.pacticipants.alias("provider")
_SELECT: Final = (
    select(
        _TABLE.c.consumer_id,
        _CONSUMER.c.name.label("consumer"),
        _TABLE.c.provider_id,
        _PROVIDER.c.name.label("provider"),
        _TABLE.c.created_at,
        _TABLE.c.updated_at,
    )
    .join(_CONSUMER, _CONSUMER.c.id == _TABLE.c.consumer_id)
    .join(_PROVIDER, _PROVIDER.c.id == _TABLE.c.provider_id)
)
_KEYS: Final = select(_TABLE.c.consumer_id)
# Two looks into an index each; SQLite scans the table where both are in one condition.
_INVOLVING: Final = union(
    *(_SELECT.where(_TABLE.c[side].in_(given("ids"))) for side in ("consumer_id", "provider_id"))
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A consumer and its provider."""

    consumer_id: int
    consumer: str
    provider_id: int
    provider: str
    created_at: str
    updated_at: str

    @property
    def names(self) -> dict[int, str]:
        """Both names by identifier."""
        return {self.consumer_id: self.consumer, self.provider_id: self.provider}


def every(db: Connection, page: Page | None = None, text: str = "") -> tuple[list[Pair], int]:
    """Pairs by name, those whose names hold a text where one is given, and how many there are."""
    statement = _SELECT.order_by(_CONSUMER.c.name, _PROVIDER.c.name)
    if text:
        names = (_CONSUMER.c.name, _PROVIDER.c.name)
        statement = statement.where(or_(*(each.icontains(text, autoescape=True) for each in names)))
    found = [Pair(*row) for row in db.execute(paged(statement, page))]
    if page is None:
        return found, len(found)
    return found, count(db, statement if text else _KEYS)


def involving(db: Connection, pacticipant_ids: Collection[int]) -> list[Pair]:
    """The pairs in which pacticipants are, on either side."""
    rows = db.execute(_INVOLVING, {"ids": list(pacticipant_ids)}) if pacticipant_ids else ()
    return [Pair(*row) for row in rows]


def remove(db: Connection, pairs: Collection[tuple[int, int]]) -> None:
    """Remove pairs with all pacts and results between them."""
    for consumer, provider in pairs:
        contents = tables.contents.c
        where = and_(contents.consumer_id == consumer, contents.provider_id == provider)
        db.execute(delete(tables.contents).where(where))
        db.execute(delete(_TABLE).where(_of(consumer, provider)))


def _of(consumer_id: int, provider_id: int) -> Any:
    return and_(_TABLE.c.consumer_id == consumer_id, _TABLE.c.provider_id == provider_id)
