"""How pacts stand: what verifications and documents of their providers say, as the matrix does."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from harness.broker.semantics.deployability import Row
from harness.broker.semantics.fitting import Fit
from harness.broker.semantics.rows import Publication, Verification
from harness.broker.store import comparisons, contracts, fitting, results
from harness.broker.store.integrations import Pair

SUCCESS: Final = "success"
FAILED: Final = "failed"
STALE: Final = "stale"
NEVER: Final = "never"


@dataclass(frozen=True, slots=True)
class Standing:
    """
    The newest pact of a pair, and the last word on its content.

    Shape: `word` is a row of the matrix, none where nothing decides; `is_known` says that the pair
    has a result of some content, or that a document has decided one.
    """

    publication: Publication | None
    word: Row | None
    is_known: bool

    @property
    def status(self) -> str:
        """How it stands."""
        return status(self.word, is_known=self.is_known)


def status(word: Row | None, *, is_known: bool = False) -> str:
    """How a content stands: `stale` where results are known, and none of what it says now."""
    if word is None:
        return STALE if is_known else NEVER
    return outcome(success=bool(word.success))


def outcome(*, success: bool) -> str:
    """How a content stands by one result."""
    return SUCCESS if success else FAILED


def words(db: Connection, published: Collection[Publication]) -> Mapping[int, Row]:
    """
    The last word on the content of each publication, by the content's identifier.

    Shape: it is the newest provider version's that has verified the content, or whose documents
    decide it; what documents leave open is left to verifications. Publications are newest first:
    of each pair the first is compared with documents where nobody has done so yet.
    Raises: Uncompared.
    """
    said = results.latest_of_contents(db, {one.content_id for one in published})
    fits = fitting.newest(db, published)
    versions = {each.version_id for each in fits.values()}
    own = {
        (each.content_id, each.version_id): each for each in results.of_contents(db, fits, versions)
    }
    found: dict[int, Row] = {}
    for one in published:
        last, fit = said.get(one.content_id), fits.get(one.content_id)
        if fit and _decides(fit, last):
            last = own.get((one.content_id, fit.version_id))
            found[one.content_id] = Row(one, (fit.version_id, fit.version), last, fit)
        elif last:
            found[one.content_id] = Row(one, (last.version_id, last.version), last)
    return found


def _decides(fit: Fit, last: Verification | None) -> bool:
    """Whether documents say anything, and no later version has verified."""
    return fit.success is not None and (last is None or last.version_id <= fit.version_id)


def standings(db: Connection, pairs: Collection[Pair]) -> Mapping[tuple[int, int], Standing]:
    """
    How pairs stand, by the identifiers of consumer and provider.

    Raises: Uncompared.
    """
    keys = {(each.consumer_id, each.provider_id) for each in pairs}
    newest = {(one.consumer_id, one.provider_id): one for one in contracts.newest_of(db, keys)}
    said = words(db, newest.values())
    last = {key: said[one.content_id] for key, one in newest.items() if one.content_id in said}
    # Whoever has a last word is known to have one.
    known = last.keys() | results.pairs_with_results(db, keys - last.keys())
    known |= comparisons.pairs_decided(db, keys - known)
    return {key: Standing(newest.get(key), last.get(key), key in known) for key in keys}
