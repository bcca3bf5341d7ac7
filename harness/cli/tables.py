"""Rows, as a table for people or as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click
from rich.table import Column, Table
from rich.text import Text

from harness.cli.screen import say, width
from harness.pages.plain import one_line
from harness.reports.terminal import Look, as_text

json_option = click.option("--json", "as_json", is_flag=True, help="For programs.")

Row = dict[str, object]


def show(rows: Sequence[Row], *, as_json: bool) -> None:
    """Show rows that have the same columns."""
    if as_json:
        say(json.dumps(rows, indent=2))
        return
    if not rows:
        say("none")
        return
    table = Table(
        # The first column holds what is typed elsewhere, and is never broken.
        *(Column(one, overflow="fold", no_wrap=at == 0) for at, one in enumerate(rows[0])),
        box=None,
        pad_edge=False,
        padding=(0, 2, 0, 0),
    )
    for row in rows:
        table.add_row(*(Text(one_line(_cell(value))) for value in row.values()))
    say(as_text(iter([table]), Look(width=width())))


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "-"
    return "-" if value is None else str(value)
