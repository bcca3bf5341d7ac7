"""Pacts: their contents, and their publications by consumer versions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, delete, func, select, update

from harness.broker.semantics.rows import Pacticipant, Publication, Version
from harness.broker.store import choosing, tables
from harness.broker.store.choosing import CONSUMER, CONTENTS, PROVIDER, PUBLICATIONS, SELECT, Among
from harness.broker.store.statements import Page, given, insert_once

# Made once: to put a statement together takes longer than to run it.
_OF_VERSIONS: Final = SELECT.where(
    PUBLICATIONS.c.version_id.in_(given("ids")), PUBLICATIONS.c.current
).order_by(PROVIDER.c.name)
_OF_CONTENT: Final = SELECT.where(
    PUBLICATIONS.c.content_id == bindparam("content"), PUBLICATIONS.c.current
).order_by(PUBLICATIONS.c.version_id.desc())
_NAMED: Final = (
    SELECT.where(CONSUMER.c.name == bindparam("consumer"), PROVIDER.c.name == bindparam("provider"))
    .where(CONTENTS.c.sha == bindparam("sha"), PUBLICATIONS.c.current)
    .where(CONTENTS.c.consumer_id == CONSUMER.c.id, CONTENTS.c.provider_id == PROVIDER.c.id)
    .order_by(PUBLICATIONS.c.version_id.desc())
    .limit(1)
)
_OF_CONTENTS: Final = SELECT.where(
    PUBLICATIONS.c.content_id.in_(given("ids")), PUBLICATIONS.c.current
).order_by(CONSUMER.c.name, PUBLICATIONS.c.version_id)
_OF_PAIRS: Final = SELECT.where(
    PUBLICATIONS.c.provider_id.in_(given("providers")),
    PUBLICATIONS.c.consumer_id.in_(given("consumers")),
    PUBLICATIONS.c.current,
).order_by(PUBLICATIONS.c.version_id.desc(), PROVIDER.c.name)
_OF_PAIRS_AND_VERSIONS: Final = _OF_PAIRS.where(PUBLICATIONS.c.version_id.in_(given("ids")))
_TEXT: Final = select(CONTENTS.c.content).where(CONTENTS.c.id == bindparam("content"))
_OF_SHA: Final = select(CONTENTS.c.id).where(
    CONTENTS.c.consumer_id == bindparam("consumer"),
    CONTENTS.c.provider_id == bindparam("provider"),
    CONTENTS.c.sha == bindparam("sha"),
)
_PUBLISH: Final = PUBLICATIONS.insert().returning(PUBLICATIONS.c.id)
_TOUCH: Final = (
    update(tables.integrations)
    .where(tables.integrations.c.consumer_id == bindparam("consumer"))
    .where(tables.integrations.c.provider_id == bindparam("provider"))
    .values(updated_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class Content:
    """A pact's text with its digest."""

    sha: str
    text: str


def found(db: Connection, among: Among, page: Page | None = None) -> list[Publication]:
    """Publications in force, newest consumer version first."""
    statement = choosing.chosen(among.shape, is_paged=page is not None)
    return [Publication(*row) for row in db.execute(statement, among.values(page))]


def of_branches(db: Connection, among: Among, verifier: str = "") -> list[tuple[Publication, str]]:
    """
    Of each pair and each of its consumer's branches the newest with its name.

    Shape: `verifier` leaves out the contents that this branch of the provider has verified.
    """
    statement = choosing.of_branches(among.shape, is_open=bool(verifier))
    rows = db.execute(statement, {**among.values(), "verifier": verifier})
    return [(Publication(*row[:-1]), row[-1]) for row in rows]


def of_tags(db: Connection, among: Among) -> list[tuple[Publication, str]]:
    """Of each pair and each of its consumer's tags the newest with its name."""
    rows = db.execute(choosing.of_tags(among.shape), among.values())
    return [(Publication(*row[:-1]), row[-1]) for row in rows]


def of_version(
    db: Connection, version_ids: Collection[int], provider_id: int = 0
) -> list[Publication]:
    """The publications in force of consumer versions."""
    if not version_ids:
        return []
    found = (Publication(*row) for row in db.execute(_OF_VERSIONS, {"ids": list(version_ids)}))
    return [each for each in found if provider_id in (0, each.provider_id)]


def counted(db: Connection, among: Among) -> int:
    """How many publications in force there are."""
    statement = select(func.count()).select_from(choosing.chosen(among.shape).subquery())
    return db.execute(statement, among.values()).scalar() or 0


def of_content(db: Connection, content_id: int) -> list[Publication]:
    """The publications in force of a content, newest first."""
    return [Publication(*row) for row in db.execute(_OF_CONTENT, {"content": content_id})]


def named(db: Connection, consumer: str, provider: str, sha: str) -> Publication | None:
    """The newest publication in force of a pair's content."""
    row = db.execute(_NAMED, {"consumer": consumer, "provider": provider, "sha": sha}).first()
    return Publication(*row) if row else None


def of_contents(db: Connection, content_ids: Collection[int]) -> list[Publication]:
    """Of each content the publication in force of the newest version, by consumer."""
    if not content_ids:
        return []
    rows = db.execute(_OF_CONTENTS, {"ids": list(content_ids)})
    return list({row.content_id: Publication(*row) for row in rows}.values())


def of_pairs(
    db: Connection, pairs: Collection[tuple[int, int]], version_ids: Collection[int] | None
) -> list[Publication]:
    """The publications in force of pairs (consumer, provider), of some consumer versions or all."""
    consumers, providers = {each for each, _ in pairs}, {each for _, each in pairs}
    values = {"consumers": list(consumers), "providers": list(providers)}
    if version_ids is None:
        return [Publication(*row) for row in db.execute(_OF_PAIRS, values)]
    rows = db.execute(_OF_PAIRS_AND_VERSIONS, {**values, "ids": list(version_ids)})
    return [Publication(*row) for row in rows]


def newest_of(db: Connection, pairs: Collection[tuple[int, int]]) -> list[Publication]:
    """The newest publication of each of some pairs (consumer, provider)."""
    consumers, providers = {each for each, _ in pairs}, {each for _, each in pairs}
    values = {"consumers": list(consumers), "providers": list(providers)}
    rows = (Publication(*row) for row in db.execute(choosing.of_pairs(), values)) if pairs else ()
    return [each for each in rows if (each.consumer_id, each.provider_id) in pairs]


def before(db: Connection, one: Publication, *, is_distinct: bool = True) -> Publication | None:
    """The publication of the pair before one, the last whose content differs."""
    among = Among(provider_id=one.provider_id, consumer_id=one.consumer_id)
    statement = choosing.chosen(among.shape).where(PUBLICATIONS.c.version_id < one.version_id)
    if is_distinct:
        statement = statement.where(PUBLICATIONS.c.content_id != one.content_id)
    row = db.execute(statement.limit(1), among.values()).first()
    return Publication(*row) if row else None


def content(db: Connection, content_id: int) -> str:
    """The text of a content."""
    text: str = db.execute(_TEXT, {"content": content_id}).scalar_one()
    return text


def content_of(db: Connection, consumer_id: int, provider_id: int, sha: str) -> int | None:
    """The content of a digest."""
    key = {"consumer": consumer_id, "provider": provider_id, "sha": sha}
    found: int | None = db.execute(_OF_SHA, key).scalar()
    return found


def publish(
    db: Connection,
    version: Version,
    provider: Pacticipant,
    content: Content,
    now: str,
    *,
    is_new: bool,
    content_id: int | None = None,
) -> Publication:
    """
    Put a content in force for a consumer version, in place of what was where it is not new.

    Shape: `content_id` is that of the content, where it is known to be kept already.
    """
    pair = {"consumer_id": version.pacticipant_id, "provider_id": provider.id}
    _integrate(db, pair, now)
    if content_id is None:
        content_id = _kept(db, pair, content, now)
    revision = 1
    if not is_new:
        where = (PUBLICATIONS.c.version_id == version.id, PUBLICATIONS.c.provider_id == provider.id)
        last = db.execute(select(func.max(PUBLICATIONS.c.revision)).where(*where)).scalar() or 0
        db.execute(update(PUBLICATIONS).where(*where).values(current=False))
        revision = last + 1
    made = {"version_id": version.id, "content_id": content_id, "revision": revision}
    values = {**pair, **made, "current": True, "created_at": now}
    key = db.execute(_PUBLISH, values).scalar_one()
    return Publication(
        key,
        version.pacticipant_id,
        version.pacticipant,
        provider.id,
        provider.name,
        version.id,
        version.number,
        content_id,
        content.sha,
        revision,
        now,
    )


def _kept(db: Connection, pair: Mapping[str, int], content: Content, now: str) -> int:
    """The content of a pair, kept once."""
    values = {"sha": content.sha, "content": content.text, "created_at": now}
    found = insert_once(db, CONTENTS, {**pair, **values})
    if found is None:
        found = content_of(db, pair["consumer_id"], pair["provider_id"], content.sha)
    assert found is not None
    return found


def _integrate(db: Connection, pair: Mapping[str, int], now: str) -> None:
    """Say that a pair is integrated, and that its contract data changed now."""
    key = {"consumer": pair["consumer_id"], "provider": pair["provider_id"]}
    if not db.execute(_TOUCH, {**key, "now": now}).rowcount:
        insert_once(db, tables.integrations, {**pair, "created_at": now, "updated_at": now})


def remove(db: Connection, among: Among) -> int:
    """Remove publications with their earlier revisions; how many were in force."""
    gone = [(one.version_id, one.provider_id) for one in found(db, among)]
    for version_id, provider_id in gone:
        db.execute(
            delete(PUBLICATIONS).where(
                PUBLICATIONS.c.version_id == version_id, PUBLICATIONS.c.provider_id == provider_id
            )
        )
    return len(gone)


def remove_of_version(db: Connection, version_id: int, provider_id: int) -> None:
    """Remove the publications of a consumer version with a provider."""
    where = (PUBLICATIONS.c.version_id == version_id, PUBLICATIONS.c.provider_id == provider_id)
    db.execute(delete(PUBLICATIONS).where(*where))
