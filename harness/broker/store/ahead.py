"""What has to be compared since something was published, before anybody asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, func, select, union

from harness.broker.semantics.fitting import Uncompared
from harness.broker.store import contracts, fitting, tables
from harness.broker.store.comparisons import Pair

_PACTS: Final = tables.publications
_CONTRACTS: Final = tables.provider_contracts
_DOCUMENTS: Final = tables.documents
_INTEGRATIONS: Final = tables.integrations

_LAST: Final = select(
    select(func.coalesce(func.max(_PACTS.c.id), 0)).scalar_subquery(),
    select(func.coalesce(func.max(_CONTRACTS.c.id), 0)).scalar_subquery(),
)
_TOUCHED: Final = union(
    select(_PACTS.c.consumer_id, _PACTS.c.provider_id).where(
        _PACTS.c.id > bindparam("pact"), _PACTS.c.provider_id.in_(select(_DOCUMENTS.c.provider_id))
    ),
    select(_INTEGRATIONS.c.consumer_id, _INTEGRATIONS.c.provider_id).where(
        _INTEGRATIONS.c.provider_id.in_(
            select(_DOCUMENTS.c.provider_id)
            .join(_CONTRACTS, _CONTRACTS.c.document_id == _DOCUMENTS.c.id)
            .where(_CONTRACTS.c.id > bindparam("contract"))
        )
    ),
)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far was looked: the last publication, and the last contract of a provider."""

    pact: int = 0
    contract: int = 0


def mark(db: Connection) -> Mark:
    """What was published last."""
    return Mark(*db.execute(_LAST).one())


def due(db: Connection, since: Mark) -> list[Pair]:
    """
    Comparisons of the newest pacts with the newest documents that are missing, by document.

    Shape: only of pairs of which either side was published after a mark. What a transaction that
    ended late had published before it is left to whoever asks.
    """
    rows = db.execute(_TOUCHED, {"pact": since.pact, "contract": since.contract})
    keys = {(row.consumer_id, row.provider_id) for row in rows}
    try:
        fitting.newest(db, contracts.newest_of(db, keys))
    except Uncompared as wanted:
        return sorted(wanted.pairs, key=lambda pair: pair[1])
    return []
