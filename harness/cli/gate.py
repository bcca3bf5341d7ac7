"""`harness gate`: check the system and give one verdict."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from harness.cli import outputs
from harness.cli.choosing import chosen
from harness.cli.exits import Exit, gravest
from harness.cli.outputs import Output
from harness.cli.progress import progress_on
from harness.cli.screen import has_colour, say, say_error, width
from harness.cli.signals import taken_for_ctrl_c
from harness.cli.workspace import config_option, doors_of, open_workspace
from harness.domain.config import Config
from harness.domain.errors import Misused
from harness.domain.verdict import Verdict
from harness.reports import terminal
from harness.reports.masking import masked
from harness.reports.terminal import Look
from harness.settings.secrets import secrets_of


@click.command("gate")
@click.option("--service", "services", multiple=True, metavar="NAME", help="Only this service.")
@click.option("--edge", "edges", multiple=True, metavar="A:B", help="Only consumer A of B.")
@click.option("--check", "checks", multiple=True, metavar="ID", help="Only this check.")
@click.option(
    "--base",
    metavar="REV",
    help="Compare documents with those accepted at this git revision.",
)
@click.option("--seed", type=click.IntRange(min=0), help="Where generation begins.")
@click.option("--examples", type=click.IntRange(min=1), help="Examples for each operation.")
@click.option("--workers", type=click.IntRange(min=0), help="Steps at a time; 0: the cores.")
@click.option(
    "--output",
    "written",
    multiple=True,
    callback=outputs.parsed,
    metavar="FORMAT=FILE",
    help="Write a report: json=FILE, junit=FILE; - is standard output.",
)
@click.option("-q", "--quiet", is_flag=True, help="Findings and verdict only.")
@click.option("-v", "--verbose", is_flag=True, help="Everything: steps, requests, tracebacks.")
@config_option
@click.pass_context
def command(
    context: click.Context,
    services: tuple[str, ...],
    edges: tuple[str, ...],
    checks: tuple[str, ...],
    base: str | None,
    seed: int | None,
    examples: int | None,
    workers: int | None,
    written: tuple[Output, ...],
    *,
    quiet: bool,
    verbose: bool,
    given: Path | None,
) -> int:
    """
    Check the system and give one verdict.

    Without options all services, edges and checks are looked at. Exit codes: 0 passed, 1 findings,
    2 misused, 3 inconclusive, 4 internal error, 130 interrupted.
    """
    if quiet and verbose:
        raise click.UsageError("-q and -v exclude each other")
    doors = doors_of(context)
    config = _with(open_workspace(given).config, base, seed, examples, workers)
    selection = chosen(doors.system(config), services, edges, checks)
    outputs.prepare(written)
    on_terminal = sys.stdout.isatty() and sys.stderr.isatty()
    with (
        taken_for_ctrl_c(),
        progress_on(is_terminal=on_terminal, is_quiet=quiet, write=_on_stderr) as progress,
    ):
        verdict = masked(doors.gate(config, selection, progress), secrets_of(config))
    aside = any(output.file is None for output in written)
    tell(verdict, verbosity=verbose - quiet, aside=aside)
    try:
        outputs.write(written, verdict, outputs.judged(config, selection))
    except Misused as error:
        say_error(error.message, hint=error.hint)
        return gravest(verdict.exit_code, Exit.MISUSED)
    return verdict.exit_code


def tell(verdict: Verdict, *, verbosity: int, aside: bool = False) -> None:
    """Write the report for people; aside where a program reads standard output."""
    stream = sys.stderr if aside else sys.stdout
    look = Look(width=width(), colour=has_colour(stream), verbosity=verbosity)
    say(terminal.render(verdict, look), err=aside)


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


def _on_stderr(line: str) -> None:
    say(line, err=True)
