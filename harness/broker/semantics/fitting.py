"""What documents of providers say of the contents of pacts, and how it joins with results."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from harness.broker.semantics.rows import ProviderContract

SELF_FAILED: Final = "the provider's own tests against it have failed"
_UNCOVERED: Final = "no document of this version speaks of its kind of interactions"


@dataclass(frozen=True, slots=True)
class Compared:
    """
    What a document says of the interactions of its kind in a content.

    Shape: `success` is whether all of them fit, none where that is open; `compared` is how many of
    the `total` are of its kind; `unconfirmed` counts what an example alone speaks against;
    `reasons` are sentences that name places; `details` is JSON, an object each interaction.
    """

    success: bool | None
    compared: int
    total: int
    unconfirmed: int
    reasons: tuple[str, ...]
    details: str


Compare: TypeAlias = Callable[[str, bytes], Compared]
"""The text of a pact beside a document of its provider."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of comparing a content with a document, but for the details."""

    content_id: int
    document_id: int
    success: bool | None
    compared: int
    total: int
    unconfirmed: int
    created_at: str
    reasons: tuple[str, ...]


class Uncompared(Exception):
    """An answer needs comparisons, (content, document), that nobody has made yet."""

    def __init__(self, pairs: Sequence[tuple[int, int]]) -> None:
        super().__init__(len(pairs))
        self.pairs = pairs


@dataclass(frozen=True, slots=True)
class Fit:
    """
    What all documents of a provider version say of a content.

    Shape: `self_success` is what the provider says of its own tests against them, none where it
    says nothing of one.
    """

    content_id: int
    version_id: int
    version: str
    success: bool | None
    self_success: bool | None
    unconfirmed: int
    reasons: tuple[str, ...]
    created_at: str


def fit(
    content_id: int,
    version: tuple[int, str],
    contracts: Sequence[ProviderContract],
    compared: Mapping[tuple[int, int], Comparison],
) -> Fit | None:
    """
    What the documents of a provider version, (identifier, number), say of a content together.

    Shape: none where one of them has not been compared; `compared` is by (content, document).
    """
    keys = [(content_id, each.document_id) for each in contracts]
    if not keys or any(key not in compared for key in keys):
        return None
    found = [(one, compared[key]) for one, key in zip(contracts, keys, strict=True)]
    concerned = [each for each in found if each[1].compared]
    success = _success(concerned, [each for _, each in found])
    own = [one.self_success for one, _ in concerned]
    return Fit(
        content_id,
        *version,
        success,
        None if None in own or not own else all(own),
        sum(each.unconfirmed for _, each in concerned),
        tuple(dict.fromkeys(_reasons(success, found))),
        max(each.created_at for _, each in found),
    )


def _success(
    concerned: Sequence[tuple[ProviderContract, Comparison]], found: Sequence[Comparison]
) -> bool | None:
    """Whether the documents fit, together: what one leaves open another one cannot close."""
    if any(each.success is False or one.self_success is False for one, each in concerned):
        return False
    total = max(each.total for each in found)
    is_covered = total > 0 and sum(each.compared for _, each in concerned) >= total
    return True if is_covered and all(each.success for _, each in concerned) else None


def _reasons(
    success: bool | None, found: Sequence[tuple[ProviderContract, Comparison]]
) -> Iterator[str]:
    if success:
        return
    for one, each in found:
        if success is False and each.compared and one.self_success is False:
            yield SELF_FAILED
        if each.success is success:
            yield from each.reasons
    if success is None and not any(each.reasons for _, each in found):
        yield _UNCOVERED
