"""`harness messaging`: message brokers for local runs."""

from __future__ import annotations

import threading
from contextlib import suppress

import click

from harness.cli.screen import say
from harness.cli.signals import taken_for_ctrl_c


@click.group("messaging")
def command() -> None:
    """Start message brokers that this machine has."""


@command.command("up")
@click.argument("kind", metavar="KIND")
def up(kind: str) -> None:
    """
    Start a broker on a free port, print its URL, and stay until Ctrl-C.

    KIND is rabbitmq, amqp1, kafka, aws, nats, redis, zeromq or memory; the last two need none.
    """
    # Only this verb starts brokers.
    from harness.messaging.local.recipes import NEEDS_NONE
    from harness.messaging.local.starting import local_broker

    if kind in NEEDS_NONE:
        say(f"{kind} needs no broker: its URL is {NEEDS_NONE[kind]}")
        return
    # Interrupted while it starts, it has done nothing; interrupted later, it has done its work.
    with taken_for_ctrl_c(), local_broker(kind) as started, suppress(KeyboardInterrupt):
        say(f"{started.product} answers at")
        for url in started.urls:
            say(f"  {url}")
        say("Ctrl-C stops")
        threading.Event().wait()
