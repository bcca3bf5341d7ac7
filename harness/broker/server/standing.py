"""How pairs stand: the newest pact of each, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from harness.broker.semantics.rows import Publication, Verification
from harness.broker.store import contracts, results
from harness.broker.store.integrations import Pair

SUCCESS: Final = "success"
FAILED: Final = "failed"
STALE: Final = "stale"
NEVER: Final = "never"


@dataclass(frozen=True, slots=True)
class Standing:
    """
    The newest pact of a pair, and the last result of its content.

    Shape: `is_known` says that the pair has a result of some content.
    """

    publication: Publication | None
    verification: Verification | None
    is_known: bool

    @property
    def status(self) -> str:
        """How it stands."""
        return status(self.verification, is_known=self.is_known)


def status(said: Verification | None, *, is_known: bool = False) -> str:
    """How a content stands: `stale` where results are known, and none of what it says now."""
    if said is None:
        return STALE if is_known else NEVER
    return SUCCESS if said.success else FAILED


def standings(db: Connection, pairs: Collection[Pair]) -> Mapping[tuple[int, int], Standing]:
    """How pairs stand, by the identifiers of consumer and provider."""
    keys = {(each.consumer_id, each.provider_id) for each in pairs}
    newest = {(one.consumer_id, one.provider_id): one for one in contracts.newest_of(db, keys)}
    said = results.latest_of_contents(db, {each.content_id for each in newest.values()})
    last = {key: said[one.content_id] for key, one in newest.items() if one.content_id in said}
    # Whoever has a last result is known to have one.
    known = last.keys() | results.pairs_with_results(db, keys - last.keys())
    return {key: Standing(newest.get(key), last.get(key), key in known) for key in keys}
