"""`harness evidence`: look after the evidence that is kept for later runs."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.exits import Exit
from harness.cli.screen import say
from harness.cli.workspace import config_option, doors_of, meant_place, open_workspace
from harness.reports.words import counted

_DAY_S = 86_400.0


@click.group("evidence")
def command() -> None:
    """Look after the evidence that is kept for later runs."""


@command.command("prune")
@click.option(
    "--older-than",
    "days",
    type=click.FloatRange(min=0),
    default=30.0,
    show_default=True,
    metavar="DAYS",
    help="Remove what no run has used for so long; 0 removes all.",
)
@click.option("--evidence", metavar="PLACE", help="Where it is kept: a directory or an address.")
@config_option
@click.pass_context
def prune(context: click.Context, days: float, evidence: str | None, given: Path | None) -> int:
    """Remove evidence that no run has used for some time."""
    config = open_workspace(given).config
    removed, size_bytes = doors_of(context).prune(config, meant_place(evidence), days * _DAY_S)
    say(f"removed {counted(removed, 'file')} of evidence, {size_bytes / 1e6:,.1f} MB")
    return Exit.PASSED
