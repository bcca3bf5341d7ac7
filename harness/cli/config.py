"""`harness config`: the configuration in force, and its schema."""

from __future__ import annotations

import json
from pathlib import Path

import click

from harness.cli.screen import say
from harness.cli.workspace import config_option, open_workspace
from harness.pages.plain import plain
from harness.settings.editor_schema import editor_schema


@click.group("config")
def command() -> None:
    """Show the configuration in force, or its schema."""


@command.command("show")
@config_option
def show(given: Path | None) -> None:
    """Show every value in force and where it comes from; secrets are masked."""
    workspace = open_workspace(given)
    say(f"# {plain(str(workspace.config.source))}")
    rows = [(plain(f"{one.key} = {one.value}"), one.origin) for one in workspace.settings]
    column = min(max((len(text) for text, _ in rows), default=0), 60)
    say("\n".join(f"{text:<{column}}  # {plain(origin)}" for text, origin in rows))


@command.command("schema")
def schema() -> None:
    """Print the JSON Schema of the workspace's table, for editors."""
    say(json.dumps(editor_schema(), indent=2))
