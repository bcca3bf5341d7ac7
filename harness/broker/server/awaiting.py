"""Compares what has to be compared before a webhook tells of it."""

from __future__ import annotations

import logging
from typing import Final

from harness.broker.semantics.awaited import Awaited, Parameters, from_text
from harness.broker.semantics.fitting import fit
from harness.broker.server.comparing import compared
from harness.broker.store import comparisons, deliveries, provider_contracts
from harness.broker.store.database import Store
from harness.broker.store.deliveries import Delivery

_LOG: Final = logging.getLogger(__name__)


def settled(store: Store, one: Delivery, now: str) -> Delivery | None:
    """
    A delivery with what documents say; none where they leave nothing to tell.

    Shape: no transaction is open while texts are compared.
    """
    if one.awaited is None:
        return one
    said = _said(store, from_text(one.awaited), one.values, now)
    if said is None:
        return None
    return store.write(lambda db: deliveries.settled(db, one, said), lambda _: True)


def _said(store: Store, asked: Awaited, known: Parameters, now: str) -> Parameters | None:
    with store.reading() as db:
        promised = provider_contracts.of_versions(db, [asked.version_id])
    pairs = [(asked.content_id, each.document_id) for each in promised]
    try:
        comparisons.make(store, pairs, compared, now)
    except Exception:  # noqa: BLE001 - texts of others: a webhook must not be lost over them
        _LOG.exception("content %s could not be compared; its webhook goes on", asked.content_id)
    with store.reading() as db:
        made = comparisons.of_pairs(db, pairs)
    found = fit(asked.content_id, (asked.version_id, asked.version), promised, made)
    if found is None or found.success is None:
        return None if asked.only_decided else known
    return asked.outcome(success=found.success)
