"""`harness broker`: a Pact Broker of one's own."""

from __future__ import annotations

from typing import Final

import click

from harness.cli.screen import say

_USUAL_DATABASE: Final = "sqlite:///.harness/broker.db"


@click.group("broker")
def command() -> None:
    """Run a Pact Broker of your own."""


@command.command("serve")
@click.option("--port", type=click.IntRange(0, 65535), default=9292, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="An address of this machine.")
@click.option(
    "--database",
    "database",
    metavar="URL",
    default=_USUAL_DATABASE,
    show_default=True,
    envvar="HARNESS_BROKER_DATABASE",
    help="A file of SQLite, or postgresql://user@host/name.",
)
@click.option("--base-url", default="", help="How clients call it, where a proxy stands before it.")
def serve(port: int, host: str, database: str, base_url: str) -> None:
    """Serve until Ctrl-C, and keep everything in the database."""
    from harness.brokers import need_packages

    need_packages()
    # Half a second of imports that no other verb should wait for.
    from harness.broker.server.serving import serve as run

    run(database, host, port, base_url, _tell)


def _tell(address: str) -> None:
    say(f"a Pact Broker answers at {address}")
    say("Ctrl-C stops")
