"""Bring a database to a version of its tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from harness.broker.store.database import Store
from harness.domain.errors import Misused

_Move: TypeAlias = Callable[[Config], None]

LATEST: Final = "head"
EMPTY: Final = "base"
_TURN: Final = 718_203_001  # an arbitrary key: those who migrate one PostgreSQL wait for another


def upgrade(store: Store, revision: str = LATEST) -> None:
    """
    Bring a database up to a revision.

    Raises: Misused, where the database cannot be opened, or was made by a later version.
    """
    _moved(store, lambda config: command.upgrade(config, revision))


def downgrade(store: Store, revision: str = EMPTY) -> None:
    """Take a database down to a revision, with all that later tables held."""
    _moved(store, lambda config: command.downgrade(config, revision))


def revisions() -> tuple[str, ...]:
    """The revisions, oldest first."""
    found = ScriptDirectory.from_config(_config()).walk_revisions()
    return tuple(each.revision for each in reversed(list(found)))


def _moved(store: Store, move: _Move) -> None:
    def work(connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _TURN})
        config = _config()
        config.attributes["connection"] = connection
        _refuse_later(connection)
        move(config)

    try:
        store.write(work, lambda _: True)
    except DBAPIError as error:
        shown = store.engine.url.render_as_string(hide_password=True)
        said = f"the database {shown} cannot be used: {error.orig}"
        raise Misused(said, hint="is it there, and may this user make tables?") from None


def _refuse_later(connection: Connection) -> None:
    at = MigrationContext.configure(connection).get_current_revision()
    if at is not None and at not in revisions():
        said = f"the database is at revision {at}, which this version does not know"
        raise Misused(said, hint="use the version of contract-harness that made it, or a later one")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "harness.broker.store:migrations")
    config.set_main_option("path_separator", "os")
    return config
