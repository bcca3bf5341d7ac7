"""What documents of providers say of the contents of pacts: each pair is compared once."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Final, TypeAlias

from sqlalchemy import Connection, and_, exists, or_, select, tuple_

from harness import __version__
from harness.broker.semantics.fitting import Compare, Comparison, Uncompared
from harness.broker.store import tables
from harness.broker.store.database import Store
from harness.broker.store.statements import columns, insert_once

_TABLE: Final = tables.comparisons
# A later version may know more: what an earlier one said is not its word.
_OURS: Final = _TABLE.c.judge == __version__
_MOST: Final = 200

Pair: TypeAlias = tuple[int, int]


def of_pairs(db: Connection, pairs: Collection[Pair]) -> dict[Pair, Comparison]:
    """The comparisons of contents with documents that have been made."""
    found: dict[Pair, Comparison] = {}
    listed = list(pairs)
    names = ("content_id", "document_id", "success", "compared", "total", "unconfirmed")
    key = tuple_(_TABLE.c.content_id, _TABLE.c.document_id)
    for at in range(0, len(listed), _MOST):
        statement = select(*columns(_TABLE, *names, "created_at", "reasons"))
        for row in db.execute(statement.where(_OURS, key.in_(listed[at : at + _MOST]))):
            made = Comparison(*(*row[:-1], tuple(json.loads(row.reasons))))
            found[made.content_id, made.document_id] = made
    return found


def details(db: Connection, pair: Pair) -> list[object]:
    """What was said of each interaction of the document's kind, as JSON."""
    where = (_TABLE.c.content_id == pair[0], _TABLE.c.document_id == pair[1])
    text = db.execute(select(_TABLE.c.details).where(_OURS, *where)).scalar_one()
    found: list[object] = json.loads(text)
    return found


def required(db: Connection, pairs: Collection[Pair]) -> dict[Pair, Comparison]:
    """
    The comparisons of contents with documents.

    Raises: Uncompared, where some have not been made yet.
    """
    found = of_pairs(db, pairs)
    missing = [each for each in dict.fromkeys(pairs) if each not in found]
    if missing:
        raise Uncompared(missing)
    return found


def pairs_decided(db: Connection, pairs: Collection[Pair]) -> set[Pair]:
    """Those of pairs (consumer, provider) of which a document, alone, has decided a content."""
    contents = tables.contents
    pair = (contents.c.consumer_id, contents.c.provider_id)
    is_whole = and_(_TABLE.c.success.is_(True), _TABLE.c.compared >= _TABLE.c.total)
    decides = or_(_TABLE.c.success.is_(False), is_whole)
    has = exists().where(_TABLE.c.content_id == contents.c.id, _OURS, decides)
    statement = select(*pair).where(tuple_(*pair).in_(list(pairs)), has).distinct()
    return {(row[0], row[1]) for row in db.execute(statement)} if pairs else set()


def make(store: Store, pairs: Sequence[Pair], compare: Compare, now: str) -> None:
    """
    Make comparisons that are missing, each kept as soon as it is made.

    Shape: no transaction is open while one is made, which may take long.
    """
    for pair in pairs:
        with store.reading() as db:
            texts = None if of_pairs(db, [pair]) else _texts(db, pair)
        if texts is None:
            continue
        made = compare(*texts)
        values = {
            "judge": __version__,
            "success": made.success,
            "compared": made.compared,
            "total": made.total,
            "unconfirmed": made.unconfirmed,
            "reasons": json.dumps(made.reasons),
            "details": made.details,
            "created_at": now,
        }
        store.write(partial(_keep, pair=pair, values=values), lambda _: True)


def _keep(db: Connection, pair: Pair, values: Mapping[str, object]) -> None:
    # Either of them may have been removed while they were compared.
    if _texts(db, pair) is not None:
        insert_once(db, _TABLE, {"content_id": pair[0], "document_id": pair[1], **values})


def _texts(db: Connection, pair: Pair) -> tuple[str, bytes] | None:
    """A pact and a document, none where one of them is gone."""
    pact, document = tables.contents.c, tables.documents.c
    content = db.execute(select(pact.content).where(pact.id == pair[0])).scalar()
    text = db.execute(select(document.content).where(document.id == pair[1])).scalar()
    return None if content is None or text is None else (content, text)
