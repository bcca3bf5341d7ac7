"""`harness gate`: check the system and give one verdict."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from harness.cli.brokering import publish_option, published_from
from harness.cli.builds import Build
from harness.cli.choosing import chosen, failed_last, know_subjects, selection_options
from harness.cli.outputs import Output
from harness.cli.shards import observe_share, shard_named
from harness.cli.verdicts import Telling, carry_out, telling_options
from harness.cli.workspace import (
    config_option,
    doors_of,
    meant_place,
    open_workspace,
    snapshot_option,
)
from harness.domain.config import Config
from harness.domain.reuse import Asked
from harness.domain.shard import Shard


@click.command("gate")
@selection_options
@click.option("--changed-since", "since", metavar="REV", help="Only what changed since then.")
@click.option(
    "--base",
    metavar="REV",
    help="Compare documents with those accepted at this git revision.",
)
@click.option("--seed", type=click.IntRange(min=0), help="Where generation begins.")
@click.option("--examples", type=click.IntRange(min=1), help="Examples for each operation.")
@click.option("--workers", type=click.IntRange(min=0), help="Steps at a time; 0: the cores.")
@click.option("--last-failed", is_flag=True, help="Only what failed in the last run.")
@click.option(
    "--maxfail", type=click.IntRange(min=1), metavar="N", help="Stop after N failing findings."
)
@click.option("--fresh", is_flag=True, help="Pass over evidence of earlier runs.")
@click.option("--evidence", metavar="PLACE", help="Where evidence is kept: directory or address.")
@click.option(
    "--shard",
    metavar="I/N",
    callback=shard_named,
    help="Do the part of one machine of N; --output evidence=FILE is for harness merge.",
)
@publish_option
@snapshot_option
@telling_options
@config_option
@click.pass_context
def command(
    context: click.Context,
    services: tuple[str, ...],
    edges: tuple[str, ...],
    checks: tuple[str, ...],
    since: str | None,
    base: str | None,
    seed: int | None,
    examples: int | None,
    workers: int | None,
    evidence: str | None,
    shard: Shard | None,
    snapshot: Path | None,
    maxfail: int | None,
    written: tuple[Output, ...],
    build: Build,
    *,
    fresh: bool,
    publish: bool,
    last_failed: bool,
    quiet: bool,
    verbose: bool,
    given: Path | None,
) -> int:
    """
    Check the system and give one verdict.

    Without options all services, edges and checks are looked at. How the pacts of a broker were
    kept is published there where a build runs this, or with --publish. Exit codes: 0 passed, 1
    findings, 2 misused, 3 inconclusive, 4 internal error, 130 interrupted.
    """
    telling = Telling(written, quiet, verbose, build)
    doors = doors_of(context)
    lying = open_workspace(given, snapshot).config
    config = doors.fetched(_with(lying, base, seed, examples, workers))
    system = doors.system(config)
    know_subjects(system, [output.subject for output in written])
    selection = chosen(system, services, edges, checks)
    if last_failed:
        if services or edges or checks or since is not None:
            raise click.UsageError("--last-failed says what is looked at: name nothing beside it")
        selection = failed_last(doors.kept_run(config), system)
    if since is not None:
        if services or edges:
            raise click.UsageError("--changed-since says which services: name none beside it")
        selection = doors.selection_since(config, since, selection)
    asked = Asked(fresh, meant_place(evidence), maxfail or 0, publish or None)
    if shard is not None:
        return observe_share(doors, config, selection, asked, shard, telling)
    if publish:
        published_from(config)
    return carry_out(
        lambda progress: doors.gate(config, selection, progress, asked), config, selection, telling
    )


def _with(
    config: Config, base: str | None, seed: int | None, examples: int | None, workers: int | None
) -> Config:
    """Let options outweigh the file."""
    return replace(
        config,
        base=base or "",
        seed=config.seed if seed is None else seed,
        examples=config.examples if examples is None else examples,
        workers=config.workers if workers is None else workers,
    )
