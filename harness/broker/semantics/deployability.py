"""
Whether versions may be deployed: the rows that count, and what follows from them.

A row is one content of a consumer version, and one provider version's word on it. Each provider
version that is meant must have verified; only a consumer requires its provider.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.broker.semantics.fitting import Fit
from harness.broker.semantics.queries import Named, Query
from harness.broker.semantics.rows import Publication, Verification


@dataclass(frozen=True, slots=True)
class Side:
    """
    The versions of one pacticipant that are meant.

    Shape: `meant` has each selector with the versions (number by id) that it leads to; a side is
    open where any version will do.
    """

    pacticipant_id: int
    meant: tuple[tuple[Named, Mapping[int, str]], ...]
    is_specified: bool

    @property
    def is_open(self) -> bool:
        """Whether any version will do."""
        return any(named.is_open for named, _ in self.meant)

    @property
    def versions(self) -> dict[int, str]:
        """All versions that are meant, number by id."""
        return {each: number for _, found in self.meant for each, number in found.items()}


@dataclass(frozen=True, slots=True)
class Integration:
    """That a consumer uses a provider; `is_required` where the version in question does."""

    consumer_id: int
    provider_id: int
    is_required: bool


@dataclass(frozen=True, slots=True)
class Row:
    """
    A consumer version's pact and a provider version's word on it.

    Shape: `provider_version` is (id, number), none where no version is there that could have said
    anything; `verification` is none where it has said nothing, `fit` where it has no documents.
    """

    publication: Publication
    provider_version: tuple[int, str] | None
    verification: Verification | None
    fit: Fit | None = None
    is_ignored: bool = False

    @property
    def success(self) -> bool | None:
        """
        True, false, or none where nothing is known.

        Shape: a result tells what examples showed, documents what may come; either refutes, and
        either will do where the other says nothing.
        """
        words = (self.verified, self.fit.success if self.fit else None)
        if False in words:
            return False
        return True if True in words else None

    @property
    def verified(self) -> bool | None:
        """What the verification says, none where there is none."""
        return self.verification.success if self.verification else None

    @property
    def rests_on_fit(self) -> bool:
        """Whether documents decide, and no verification."""
        if self.success is None or self.verified is False:
            return False
        return self.verified is None or self.success is False


@dataclass(frozen=True, slots=True)
class Considered:
    """All that a decision rests on."""

    query: Query
    sides: Mapping[int, Side]
    rows: tuple[Row, ...]
    missing: tuple[Integration, ...]
    absent: tuple[Named, ...]
    not_ignorable: tuple[Named, ...] = ()

    @property
    def counted(self) -> tuple[Row, ...]:
        """The rows that are not ignored."""
        return tuple(row for row in self.rows if not row.is_ignored)

    @property
    def deployable(self) -> bool | None:
        """Yes, no, or none where something is not known yet."""
        if self.absent:
            return False
        if self.missing or any(row.success is None for row in self.counted):
            return None
        return all(row.success for row in self.counted)


def considered(
    query: Query,
    sides: Mapping[int, Side],
    integrations: Sequence[Integration],
    publications: Iterable[Publication],
    verifications: Iterable[Verification],
    ignorable: Mapping[Named, bool],
    fits: Iterable[Fit] = (),
) -> Considered:
    """
    Lay the rows that a question is about.

    Shape: `publications`, `verifications` and `fits` may hold more than is meant; `ignorable` says
    of each ignored selector whether it is there.
    """
    laid = list(_rows(sides, integrations, publications, verifications, fits))
    rows = _latest_by(query.latest_by, laid)
    ignored = [named for named, is_there in ignorable.items() if is_there]
    seen = {(row.publication.consumer_id, row.publication.provider_id) for row in rows}
    gone = {named.pacticipant for named in ignored if not named.version}
    names = {key: side.meant[0][0].pacticipant for key, side in sides.items()}
    return Considered(
        query,
        sides,
        tuple(replace(row, is_ignored=_is_ignored(row, ignored)) for row in rows),
        tuple(
            each
            for each in integrations
            if each.is_required
            and (each.consumer_id, each.provider_id) not in seen
            and not gone.intersection((names[each.consumer_id], names[each.provider_id]))
        ),
        tuple(
            named
            for side in sides.values()
            if side.is_specified
            for named, found in side.meant
            if not found and not named.is_open and not _is_named_in(named.pacticipant, "", ignored)
        ),
        tuple(named for named, is_there in ignorable.items() if not is_there),
    )


def _rows(
    sides: Mapping[int, Side],
    integrations: Sequence[Integration],
    publications: Iterable[Publication],
    verifications: Iterable[Verification],
    fits: Iterable[Fit],
) -> Iterator[Row]:
    pairs = {(each.consumer_id, each.provider_id) for each in integrations}
    said = _latest(verifications)
    fitting: dict[int, dict[int, Fit]] = {}
    for each in fits:
        fitting.setdefault(each.content_id, {})[each.version_id] = each
    meant = {key: side.versions for key, side in sides.items()}
    for one in publications:
        if (one.consumer_id, one.provider_id) not in pairs:
            continue
        consumer, provider = sides[one.consumer_id], sides[one.provider_id]
        if consumer.is_open or one.version_id in meant[one.consumer_id]:
            wanted = None if provider.is_open else meant[one.provider_id]
            words = (said.get(one.content_id, {}), fitting.get(one.content_id, {}))
            yield from _of_publication(one, wanted, *words)


def _of_publication(
    one: Publication,
    wanted: Mapping[int, str] | None,
    said: Mapping[int, Verification],
    fits: Mapping[int, Fit],
) -> Iterator[Row]:
    if wanted is None:
        wanted = {
            **{key: each.version for key, each in said.items()},
            **{key: each.version for key, each in fits.items() if each.success is not None},
        }
    for version, number in wanted.items():
        yield Row(one, (version, number), said.get(version), fits.get(version))
    if not wanted:
        yield Row(one, None, None)


def _latest(verifications: Iterable[Verification]) -> dict[int, dict[int, Verification]]:
    """The last word of each provider version on each content."""
    said: dict[int, dict[int, Verification]] = {}
    for each in sorted(verifications, key=lambda one: one.id):
        said.setdefault(each.content_id, {})[each.version_id] = each
    return said


def _latest_by(which: str, rows: list[Row]) -> list[Row]:
    """
    The newest of rows that are alike.

    Shape: `cvp` leaves of provider versions the newest that is not required by name; `cp` of
    consumer versions too.
    """
    if which == "cp":
        newest = {
            (row.publication.consumer_id, row.publication.provider_id): row.publication.version_id
            for row in sorted(rows, key=lambda row: row.publication.version_id)
        }
        rows = [row for row in rows if row.publication.version_id in newest.values()]
    if which not in ("cvp", "cp"):
        return rows
    kept: dict[int, Row] = {}
    for row in sorted(rows, key=lambda row: row.provider_version or (0, "")):
        kept[row.publication.id] = row
    return [row for row in rows if kept[row.publication.id] is row]


def _is_ignored(row: Row, ignored: Sequence[Named]) -> bool:
    one = row.publication
    number = row.provider_version[1] if row.provider_version else ""
    return _is_named_in(one.consumer, one.version, ignored) or _is_named_in(
        one.provider, number, ignored
    )


def _is_named_in(pacticipant: str, number: str, ignored: Sequence[Named]) -> bool:
    return any(
        named.pacticipant == pacticipant and named.version in ("", number) for named in ignored
    )
