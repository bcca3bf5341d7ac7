"""`harness accept`: take the present for the version that is agreed on."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.choosing import known
from harness.cli.screen import say
from harness.cli.signals import taken_for_ctrl_c
from harness.cli.workspace import config_option, doors_of, open_workspace
from harness.domain.accepted import Acceptance, Accepted
from harness.pages.plain import one_line
from harness.reports.diff_report import change_line
from harness.reports.words import counted


@click.group("accept")
def command() -> None:
    """Take a service's present document for the accepted version."""


@command.command("document")
@click.argument("services", nargs=-1, required=True, metavar="SERVICE...")
@config_option
@click.pass_context
def document(context: click.Context, services: tuple[str, ...], given: Path | None) -> None:
    """
    Write what a service says of itself to the directory of accepted documents.

    The service is started, unless its table names files alone. What has changed since the version
    accepted before is told; the gate compares with it from now on.
    """
    config = open_workspace(given).config
    for name in services:
        known("service", name, [service.name for service in config.services])
    with taken_for_ctrl_c():
        for name in services:
            for one in doors_of(context).accept_documents(config, name):
                say("\n".join(_lines(one)))


def _lines(one: Accepted) -> list[str]:
    said = {
        Acceptance.NEW: "accepted for the first time",
        Acceptance.CHANGED: f"accepted with {counted(len(one.changes), 'change')}",
        Acceptance.SAME: "nothing has changed",
        Acceptance.GONE: "taken away: the service has no such document any more",
    }
    head = f"{one_line(one.place)}: {said[one.acceptance]}"
    return [head, *(f"  {each.breaks.value:<10} {change_line(each)}" for each in one.changes)]
