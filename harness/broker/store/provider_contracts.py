"""What providers promise: the documents of their versions, each content kept once."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import Connection, Select, bindparam, delete, func, select, update

from harness.broker.semantics.rows import ProviderContract, Version
from harness.broker.store import tables
from harness.broker.store.statements import columns, given, insert_once

_TABLE: Final = tables.provider_contracts
_DOCUMENTS: Final = tables.documents
_SELECT: Final[Select[Any]] = select(
    *columns(_TABLE, "id", "version_id", "document_id"),
    _DOCUMENTS.c.sha,
    *columns(_TABLE, "specification", "content_type", "self_success", "self_verification"),
    *columns(_TABLE, "created_at", "updated_at"),
).join(_DOCUMENTS, _DOCUMENTS.c.id == _TABLE.c.document_id)
_ORDERED: Final = _SELECT.order_by(_TABLE.c.version_id, _TABLE.c.specification.desc())
# Made once: to put a statement together takes longer than to run it.
_OF_VERSIONS: Final = _ORDERED.where(_TABLE.c.version_id.in_(given("ids")))
_OF_PROVIDER: Final = _ORDERED.where(_DOCUMENTS.c.provider_id == bindparam("owner"))

_NEWEST: Final = _ORDERED.where(
    _TABLE.c.version_id.in_(
        select(func.max(_TABLE.c.version_id))
        .join(_DOCUMENTS, _DOCUMENTS.c.id == _TABLE.c.document_id)
        .where(_DOCUMENTS.c.provider_id.in_(given("owners")))
        .group_by(_DOCUMENTS.c.provider_id)
    )
)


def sha_of(content: bytes) -> str:
    """The digest of a document, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def of_versions(db: Connection, version_ids: Collection[int]) -> list[ProviderContract]:
    """The contracts of provider versions, OpenAPI first where a version has both."""
    if not version_ids:
        return []
    rows = db.execute(_OF_VERSIONS, {"ids": list(version_ids)})
    return [ProviderContract(*row) for row in rows]


def of_provider(db: Connection, provider_id: int) -> list[ProviderContract]:
    """The contracts of all versions of a provider."""
    return [ProviderContract(*row) for row in db.execute(_OF_PROVIDER, {"owner": provider_id})]


def newest_of(db: Connection, provider_ids: Collection[int]) -> list[ProviderContract]:
    """The contracts of the newest version of each provider that has any."""
    rows = db.execute(_NEWEST, {"owners": list(provider_ids)}) if provider_ids else ()
    return [ProviderContract(*row) for row in rows]


def content(db: Connection, document_id: int) -> bytes:
    """The text of a document, as it was published."""
    statement = select(_DOCUMENTS.c.content).where(_DOCUMENTS.c.id == document_id)
    found: bytes = db.execute(statement).scalar_one()
    return found


def add(
    db: Connection,
    version: Version,
    specification: str,
    content: bytes,
    told: Mapping[str, object],
    now: str,
) -> ProviderContract:
    """Keep a document for a version that has none of its kind, with what is told of it."""
    owner = {"provider_id": version.pacticipant_id, "sha": sha_of(content)}
    insert_once(db, _DOCUMENTS, {**owner, "content": content, "created_at": now})
    where = [_DOCUMENTS.c[name] == value for name, value in owner.items()]
    key = db.execute(select(_DOCUMENTS.c.id).where(*where)).scalar_one()
    values = {"version_id": version.id, "document_id": key, "specification": specification}
    db.execute(_TABLE.insert().values(**values, **told, created_at=now, updated_at=now))
    return _one(db, version, specification)


def tell(
    db: Connection, version: Version, specification: str, told: Mapping[str, object], now: str
) -> ProviderContract:
    """Change what is told of a version's document."""
    where = (_TABLE.c.version_id == version.id, _TABLE.c.specification == specification)
    db.execute(update(_TABLE).where(*where).values(**told, updated_at=now))
    return _one(db, version, specification)


def remove(db: Connection, ids: Collection[int]) -> None:
    """Remove contracts."""
    db.execute(delete(_TABLE).where(_TABLE.c.id.in_(ids)))


def _one(db: Connection, version: Version, specification: str) -> ProviderContract:
    where = (_TABLE.c.version_id == version.id, _TABLE.c.specification == specification)
    return ProviderContract(*db.execute(_SELECT.where(*where)).one())
