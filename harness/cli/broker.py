"""`harness broker`: a Pact Broker of one's own."""

from __future__ import annotations

from typing import Any, Final

import click

from harness.cli.broker_access import audit, tokens, users
from harness.cli.broker_database import add_to
from harness.cli.broker_option import database_option
from harness.cli.exits import Exit
from harness.cli.screen import say
from harness.cli.webhook_terms import terms_of, webhook_options
from harness.domain.errors import Misused
from harness.reports.words import counted

_MEGABYTE: Final = 1_000_000


@click.group("broker")
def command() -> None:
    """Run a Pact Broker of your own."""


@command.command("serve")
@click.option("--port", type=click.IntRange(0, 65535), default=9292, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="An address of this machine.")
@database_option
@click.option("--base-url", default="", help="How clients call it, where a proxy stands before it.")
@click.option("--public-badges", is_flag=True, help="Show badges to those who are not known too.")
@click.option("--public-heartbeat", is_flag=True, help="Say to everybody that it is well.")
@click.option(
    "--cors-origin",
    "origins",
    multiple=True,
    metavar="ORIGIN",
    help="Let pages of https://host ask; may be repeated.",
)
@click.option(
    "--max-body",
    "max_body_mb",
    type=click.IntRange(min=1),
    default=64,
    show_default=True,
    metavar="MB",
    help="The largest body that is taken.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    metavar="N",
    help="Processes that answer, for more than one core.",
)
@webhook_options
def serve(
    *,
    port: int,
    host: str,
    database: str,
    base_url: str,
    public_badges: bool,
    public_heartbeat: bool,
    origins: tuple[str, ...],
    max_body_mb: int,
    workers: int,
    **webhooks: Any,
) -> None:
    """Serve until Ctrl-C, keep everything in the database, and deliver webhooks."""
    from harness.brokers import need_packages

    need_packages()
    # Half a second of imports that no other verb should wait for.
    from harness.broker.semantics.scopes import Door
    from harness.broker.server.origins import is_origin
    from harness.broker.server.serving import Manner
    from harness.broker.server.serving import serve as run

    for each in origins:
        if not is_origin(each):
            said = "expected the origin of pages as browsers write it, such as https://ui.example"
            raise Misused(f"{said}, saw {each}")
    doors = {Door.BADGES: public_badges, Door.HEARTBEAT: public_heartbeat}
    opened = frozenset(door for door, is_open in doors.items() if is_open)
    manner = Manner(base_url, opened, frozenset(origins), max_body_mb * _MEGABYTE, workers)
    run(database, host, port, manner, terms_of(**webhooks), _tell)


@command.command("deliver")
@database_option
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


add_to(command, database_option)


def _tell(address: str) -> None:
    say(f"a Pact Broker answers at {address}")
    say("Ctrl-C stops")


command.add_command(tokens)
command.add_command(users)
command.add_command(audit)
