"""The workspace that a command is about."""

from __future__ import annotations

from pathlib import Path

import click

from harness import wiring
from harness.checks.catalog import CATALOG
from harness.cli.doors import Doors
from harness.compat.versions import RULES
from harness.settings.load import Workspace, around, load

config_option = click.option(
    "--config",
    "given",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="The workspace's file or directory, instead of the one around here.",
)


snapshot_option = click.option(
    "--snapshot",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Take pacts and documents that the workspace lacks from this file.",
)


def open_workspace(
    given: Path | None, snapshot: Path | None = None, *, takes_snapshot: bool = True
) -> Workspace:
    """
    Load the workspace around the working directory, or the one that was named.

    Shape: as in `load`.

    Raises: Misused, with all that is wrong with it.
    """
    return load(
        Path.cwd(),
        given=given,
        checks=[check.id for check in CATALOG],
        rules=[rule.id for rule in RULES],
        snapshot=snapshot,
        takes_snapshot=takes_snapshot,
    )


def workspace_around() -> Workspace | None:
    """
    Load the workspace around the working directory, where there is one.

    Raises: Misused, with all that is wrong with it.
    """
    return open_workspace(None) if around(Path.cwd()) is not None else None


def doors_of(context: click.Context) -> Doors:
    """Take the doors that were handed in, or else the real ones."""
    given: Doors | None = context.obj
    return given or wiring


def meant_place(written: str | None) -> str:
    """A place for evidence as it was typed: an address, or a directory seen from here."""
    if written is None or "://" in written:
        return written or ""
    return str(Path(written).absolute())
