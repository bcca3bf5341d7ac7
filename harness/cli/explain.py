"""`harness explain`: what a check finds and what to do about it."""

from __future__ import annotations

import sys
from importlib.resources import files

import click
from rich.markdown import Markdown

from harness.checks.catalog import CATALOG
from harness.cli.choosing import known
from harness.cli.screen import has_colour, say, width
from harness.reports.terminal import Look, as_text


@click.command("explain")
@click.argument("check")
def command(check: str) -> None:
    """Print what a check finds and what to do about it."""
    known("check", check, [one.id for one in CATALOG])
    page = files("harness.checks").joinpath("pages", f"{check}.md").read_text("utf-8")
    if has_colour(sys.stdout):
        look = Look(width=min(width(), 100), colour=True)
        page = as_text(iter([Markdown(page, hyperlinks=False)]), look)
    say(page)
