"""`harness broker`: a Pact Broker of one's own."""

from __future__ import annotations

from typing import Any, Final

import click

from harness.cli.broker_database import add_to
from harness.cli.exits import Exit
from harness.cli.screen import say
from harness.cli.webhook_terms import terms_of, webhook_options
from harness.reports.words import counted

_USUAL_DATABASE: Final = "sqlite:///.harness/broker.db"


_database: Final = click.option(
    "--database",
    "database",
    metavar="URL",
    default=_USUAL_DATABASE,
    show_default=True,
    envvar="HARNESS_BROKER_DATABASE",
    help="A file of SQLite, or postgresql://user@host/name.",
)


@click.group("broker")
def command() -> None:
    """Run a Pact Broker of your own."""


@command.command("serve")
@click.option("--port", type=click.IntRange(0, 65535), default=9292, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="An address of this machine.")
@_database
@click.option("--base-url", default="", help="How clients call it, where a proxy stands before it.")
@webhook_options
def serve(port: int, host: str, database: str, base_url: str, **webhooks: Any) -> None:
    """Serve until Ctrl-C, keep everything in the database, and deliver webhooks."""
    from harness.brokers import need_packages

    need_packages()
    # Half a second of imports that no other verb should wait for.
    from harness.broker.server.serving import serve as run

    run(database, host, port, base_url, terms_of(**webhooks), _tell)


@command.command("deliver")
@_database
@webhook_options
def deliver(database: str, **webhooks: Any) -> int:
    """Deliver what webhooks have to tell, where no server runs: each that is due, once."""
    from harness.brokers import need_packages

    need_packages()
    from harness.broker.server.serving import deliver as run

    found = list(run(database, terms_of(**webhooks)))
    for each in found:
        again = f", again at {each.due_at[:19]}Z" if each.due_at else ""
        say(f"{each.status}: {each.delivery.event}: {each.delivery.description}{again}")
    say(f"tried {counted(len(found), 'delivery')}")
    is_told = all(each.status == "success" for each in found)
    return Exit.PASSED if is_told else Exit.FINDINGS


add_to(command, _database)


def _tell(address: str) -> None:
    say(f"a Pact Broker answers at {address}")
    say("Ctrl-C stops")
