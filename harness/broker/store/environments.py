"""Environments, and which versions are deployed to them or released."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    bindparam,
    delete,
    literal,
    null,
    select,
    union_all,
    update,
)

from harness.broker.semantics.rows import Deployment, Environment, Release, Version
from harness.broker.store import tables
from harness.broker.store.statements import columns, given, insert_once

_TABLE: Final = tables.environments
_DEPLOYED: Final = tables.deployments
_RELEASED: Final = tables.releases
_COLUMNS: Final = columns(
    _TABLE,
    *("id", "uuid", "name", "display_name", "production", "contacts", "created_at", "updated_at"),
)
_PLACE: Final = ("id", "uuid", "pacticipant_id", "version_id", "environment_id")
_MOMENTS: Final = ("created_at", "updated_at", "ended_at")
_OWN: Final = len(_PLACE) + len(_MOMENTS)
_DEPLOYMENT: Final = columns(_DEPLOYED, *_PLACE, "instance", *_MOMENTS)
_RELEASE: Final = columns(_RELEASED, *_PLACE, *_MOMENTS)
# Made once: to put a statement together takes longer than to run it.
_NAMED: Final = select(*_COLUMNS).where(_TABLE.c.name == bindparam("name"))
_EVERY: Final = select(*_COLUMNS).order_by(_TABLE.c.name)


def _now(up: Table, instance: ColumnElement[Any]) -> Select[Any]:
    """What runs or is supported of versions, with its environment."""
    own = columns(up, *_PLACE, *_MOMENTS)
    made = select(literal(up is _DEPLOYED), instance, *own, *_COLUMNS)
    made = made.join(_TABLE, _TABLE.c.id == up.c.environment_id)
    return made.where(up.c.version_id.in_(given("ids")), up.c.ended_at.is_(None))


_NOW: Final = union_all(_now(_DEPLOYED, _DEPLOYED.c.instance), _now(_RELEASED, null()))


def every(db: Connection) -> list[Environment]:
    """All environments, by name."""
    return [Environment(*row) for row in db.execute(_EVERY)]


def find(db: Connection, uuid: str) -> Environment | None:
    """The environment of an identifier."""
    row = db.execute(select(*_COLUMNS).where(_TABLE.c.uuid == uuid)).first()
    return Environment(*row) if row else None


def named(db: Connection, name: str) -> Environment | None:
    """The environment of a name."""
    row = db.execute(_NAMED, {"name": name}).first()
    return Environment(*row) if row else None


def add(db: Connection, values: Mapping[str, object], now: str) -> Environment:
    """Make an environment."""
    given = {"uuid": str(uuid4()), **values, "created_at": now, "updated_at": now}
    db.execute(_TABLE.insert().values(given))
    found = find(db, str(given["uuid"]))
    assert found is not None
    return found


def change(db: Connection, environment_id: int, values: Mapping[str, object], now: str) -> None:
    """Set columns of an environment."""
    statement = update(_TABLE).where(_TABLE.c.id == environment_id)
    db.execute(statement.values({**values, "updated_at": now}))


def remove(db: Connection, environment_id: int) -> None:
    """Remove an environment with all that is known to run there."""
    db.execute(delete(_TABLE).where(_TABLE.c.id == environment_id))


def deploy(
    db: Connection, version: Version, environment: Environment, instance: str | None, now: str
) -> Deployment:
    """
    Say that a version runs in an environment, in place of what ran as the same instance.

    Shape: to say it again changes nothing; no instance is an instance of its own.
    """
    slot = "" if instance is None else f"={instance}"
    where = (
        _DEPLOYED.c.pacticipant_id == version.pacticipant_id,
        _DEPLOYED.c.environment_id == environment.id,
        _DEPLOYED.c.slot == slot,
        _DEPLOYED.c.ended_at.is_(None),
    )
    row = db.execute(select(*_DEPLOYMENT).where(*where)).first()
    if row and row.version_id == version.id:
        return Deployment(*row)
    db.execute(update(_DEPLOYED).where(*where).values(ended_at=now, updated_at=now))
    values = _place(version, environment, now)
    db.execute(_DEPLOYED.insert().values({**values, "instance": instance, "slot": slot}))
    return deployments(db, _DEPLOYED.c.uuid == values["uuid"])[0]


def release(db: Connection, version: Version, environment: Environment, now: str) -> Release:
    """Say that a version is out in an environment; to say it again supports it again."""
    where = (
        _RELEASED.c.version_id == version.id,
        _RELEASED.c.environment_id == environment.id,
    )
    if insert_once(db, _RELEASED, _place(version, environment, now)) is None:
        again = update(_RELEASED).where(*where, _RELEASED.c.ended_at.is_not(None))
        db.execute(again.values(ended_at=None, updated_at=now))
    return releases(db, *where)[0]


def past(
    db: Connection, version: Version, environment: Environment
) -> tuple[list[Deployment], list[Release]]:
    """When a version was deployed to an environment and released there, the newest first."""

    def meant(table: Any) -> list[ColumnElement[bool]]:
        return [table.c.version_id == version.id, table.c.environment_id == environment.id]

    return deployments(db, *meant(_DEPLOYED))[::-1], releases(db, *meant(_RELEASED))


def ran(
    db: Connection, version: Version, environment: Environment, instance: str | None, *moments: str
) -> bool:
    """
    Say that a version ran in an environment between two moments; whether that was not known.

    Shape: a deployment of the first moment that is still in force here ends.
    """
    since, until = moments
    slot = "" if instance is None else f"={instance}"
    for each in past(db, version, environment)[0]:
        if (each.instance, each.created_at) == (instance, since):
            return _ended(db, each, until)
    values = {**_place(version, environment, since), "instance": instance, "slot": slot}
    db.execute(_DEPLOYED.insert().values({**values, "updated_at": until, "ended_at": until}))
    return True


def was_released(
    db: Connection, version: Version, environment: Environment, since: str, until: str
) -> bool:
    """Say that a version was supported between two moments; whether that was not known."""
    values = {**_place(version, environment, since), "updated_at": until, "ended_at": until}
    if insert_once(db, _RELEASED, values) is not None:
        return True
    known = past(db, version, environment)[1][0]
    return known.created_at == since and _ended(db, known, until)


def deployments(db: Connection, *where: ColumnElement[bool]) -> list[Deployment]:
    """Deployments, oldest first."""
    statement = select(*_DEPLOYMENT).where(*where).order_by(_DEPLOYED.c.id)
    return [Deployment(*row) for row in db.execute(statement)]


def releases(db: Connection, *where: ColumnElement[bool]) -> list[Release]:
    """Releases, oldest first."""
    statement = select(*_RELEASE).where(*where).order_by(_RELEASED.c.id)
    return [Release(*row) for row in db.execute(statement)]


def deployment(db: Connection, uuid: str) -> Deployment | None:
    """The deployment of an identifier."""
    return next(iter(deployments(db, _DEPLOYED.c.uuid == uuid)), None)


def released(db: Connection, uuid: str) -> Release | None:
    """The release of an identifier."""
    return next(iter(releases(db, _RELEASED.c.uuid == uuid)), None)


def end(db: Connection, one: Deployment | Release, now: str) -> None:
    """Say that a version does not run any more, or is not supported."""
    table = _DEPLOYED if isinstance(one, Deployment) else _RELEASED
    ended = update(table).where(table.c.id == one.id, table.c.ended_at.is_(None))
    db.execute(ended.values(ended_at=now, updated_at=now))


def _ended(db: Connection, one: Deployment | Release, now: str) -> bool:
    if one.ended_at is not None:
        return False
    end(db, one, now)
    return True


def resume(db: Connection, one: Release, now: str) -> None:
    """Say that a version is supported again."""
    again = update(_RELEASED).where(_RELEASED.c.id == one.id)
    db.execute(again.values(ended_at=None, updated_at=now))


def current(
    db: Connection, *, environment_id: int = 0, pacticipant_id: int = 0
) -> tuple[list[Deployment], list[Release]]:
    """What runs and what is supported, in an environment and of a pacticipant where given."""

    def meant(table: Any) -> list[ColumnElement[bool]]:
        where = [table.c.ended_at.is_(None)]
        if environment_id:
            where.append(table.c.environment_id == environment_id)
        if pacticipant_id:
            where.append(table.c.pacticipant_id == pacticipant_id)
        return where

    return deployments(db, *meant(_DEPLOYED)), releases(db, *meant(_RELEASED))


def of_versions(
    db: Connection, version_ids: Collection[int]
) -> tuple[list[Deployment], list[Release], dict[int, Environment]]:
    """Where versions run, where they are supported, and these environments by identifier."""
    deployed: list[Deployment] = []
    released: list[Release] = []
    places: dict[int, Environment] = {}
    rows = db.execute(_NOW, {"ids": list(version_ids)}).all() if version_ids else ()
    for is_deployed, instance, *row in sorted(rows, key=lambda row: row[2]):
        own, place = row[:_OWN], Environment(*row[_OWN:])
        places[place.id] = place
        if is_deployed:
            deployed.append(Deployment(*[*own[: len(_PLACE)], instance, *own[len(_PLACE) :]]))
        else:
            released.append(Release(*own))
    return deployed, released, places


def _place(version: Version, environment: Environment, now: str) -> dict[str, object]:
    return {
        "uuid": str(uuid4()),
        "pacticipant_id": version.pacticipant_id,
        "version_id": version.id,
        "environment_id": environment.id,
        "created_at": now,
        "updated_at": now,
    }
