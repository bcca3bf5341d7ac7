"""`harness merge`: judge what shards have seen, all together."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.brokering import publish_option, published_from
from harness.cli.builds import Build
from harness.cli.outputs import Output
from harness.cli.verdicts import Telling, carry_out, telling_options
from harness.cli.workspace import config_option, doors_of, open_workspace, snapshot_option
from harness.domain.reuse import Asked


@click.command("merge")
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path)
)
@publish_option
@snapshot_option
@telling_options
@config_option
@click.pass_context
def command(
    context: click.Context,
    files: tuple[Path, ...],
    snapshot: Path | None,
    written: tuple[Output, ...],
    build: Build,
    *,
    publish: bool,
    quiet: bool,
    verbose: bool,
    given: Path | None,
) -> int:
    """
    Judge what the shards of a run have seen.

    The verdict is that of the gate, and results are published as by it. Run it in a checkout of the
    commit that the shards looked at. A shard whose file is not given makes the verdict
    inconclusive; shards of different commits or plans are refused.
    """
    telling = Telling(written, quiet, verbose, build)
    doors = doors_of(context)
    config = doors.fetched(open_workspace(given, snapshot).config)
    if publish:
        published_from(config)
    shards = doors.read_shards(files)
    return carry_out(
        lambda progress: doors.merge(config, shards, progress, Asked(publishes=publish or None)),
        config,
        shards[0].selection,
        telling,
    )
