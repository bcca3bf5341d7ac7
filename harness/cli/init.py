"""`harness init`: find what a workspace holds, and write what the gate needs."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.doors import Doors
from harness.cli.screen import say
from harness.cli.workspace import doors_of, open_workspace
from harness.domain.errors import Misused
from harness.onboarding.found import Vendor
from harness.onboarding.looking import look
from harness.onboarding.proposing import Described, Proposal, proposals
from harness.onboarding.telling import diff_lines, file_lines, found_lines
from harness.pages.plain import plain
from harness.settings.load import around
from harness.settings.source import shown

_VENDORS = {"github": Vendor.GITHUB, "gitlab": Vendor.GITLAB, "azure": Vendor.AZURE}


@click.command("init")
@click.argument(
    "directory", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--dry-run", is_flag=True, help="Say what would be written and why; write nothing.")
@click.option(
    "--ci",
    type=click.Choice([*_VENDORS, "none"]),
    help="Whose pipeline to write, instead of the one that was found.",
)
@click.pass_context
def command(context: click.Context, directory: Path, ci: str | None, *, dry_run: bool) -> None:
    """
    Find the services of a directory, and write the files that the gate needs.

    Nothing of yours is run or imported. A file that is there is left as it is, and what it lacks is
    printed. What is unsure becomes a comment in the table.
    """
    doors = doors_of(context)
    root = directory.absolute()
    described = _described(root)
    tree = doors.tree(root)
    found = look(tree)
    say("\n".join(plain(line) for line in found_lines(found)) + "\n")
    if not found.services and described is None:
        raise Misused(
            f"expected a service in {root}, saw no application and no contract test",
            hint="write [tool.contract-harness.service] by hand: docs/configuration.md",
        )
    detected = found.pipeline.vendor if found.pipeline else None
    files = proposals(found, tree, described, detected if ci is None else _VENDORS.get(ci))
    if dry_run:
        say("\n".join(plain(line) for line in diff_lines(files)))
        return
    written = frozenset(one.path for one in files if _is_written(one, root, doors))
    say("\n".join(plain(line) for line in file_lines(files, written)))
    say("\nnext: harness doctor, then harness gate")


def _described(root: Path) -> Described | None:
    """
    The services that a configuration here describes already.

    Raises: Misused, where it has faults, or where the directory belongs to a workspace above.
    """
    source = around(root)
    if source is None:
        return None
    if source.directory != root:
        raise Misused(
            f"{root} lies in the workspace of {source.file}",
            hint=f"harness init {source.directory}",
        )
    config = open_workspace(root).config
    names = frozenset(config.by_name) | {one.name for one in config.externals}
    return Described(shown(source.file, root), names)


def _is_written(one: Proposal, root: Path, doors: Doors) -> bool:
    return not one.is_there and doors.write_new(root / one.path, one.text)
