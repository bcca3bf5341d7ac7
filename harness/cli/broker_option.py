"""The database of a broker, as the verbs below `harness broker` name it."""

from __future__ import annotations

import click

database_option = click.option(
    "--database",
    "database",
    metavar="URL",
    default="sqlite:///.harness/broker.db",
    show_default=True,
    envvar="HARNESS_BROKER_DATABASE",
    help="A file of SQLite, or postgresql://user@host/name.",
)
