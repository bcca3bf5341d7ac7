"""`harness services`: start services of the workspace."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click

from harness.cli.choosing import known
from harness.cli.screen import say
from harness.cli.workspace import config_option, doors_of, open_workspace


@click.group("services")
def command() -> None:
    """Start services of the workspace."""


@command.command("run")
@click.argument("name")
@config_option
@click.pass_context
def run(context: click.Context, name: str, given: Path | None) -> None:
    """Start a service with its neighbours, print where they answer, and stay until Ctrl-C."""
    config = open_workspace(given).config
    known("service", name, [service.name for service in config.services])
    with _stopped_on_request() as stopped, doors_of(context).run_service(config, name) as urls:
        column = max(map(len, urls))
        for one, url in urls.items():
            say(f"{one:<{column}}  {url}")
        say("Ctrl-C stops")
        stopped.wait()


@contextmanager
def _stopped_on_request() -> Iterator[threading.Event]:
    """Give an event that Ctrl-C or a polite kill sets, so that all that was started is ended."""
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    before = {one: signal.signal(one, stop) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
