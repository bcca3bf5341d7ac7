"""From a run to its verdict: what every verb that gives one does with it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import click

from harness.cli import outputs
from harness.cli.builds import Build, build_of
from harness.cli.exits import Exit, gravest
from harness.cli.outputs import Output
from harness.cli.progress import progress_on
from harness.cli.reviewing import surroundings, tell_build
from harness.cli.screen import has_colour, say, say_error, width
from harness.cli.signals import taken_for_ctrl_c
from harness.domain.config import Config
from harness.domain.errors import Misused
from harness.domain.selection import Selection
from harness.domain.verdict import Verdict
from harness.reports import terminal
from harness.reports.masking import masked
from harness.reports.terminal import Look
from harness.settings.secrets import secrets_of
from harness.stages.ports import Progress

Command = TypeVar("Command", bound=Callable[..., int])


@dataclass(frozen=True, slots=True)
class Telling:
    """
    Where a verdict is written, and how much is told.

    Raises: UsageError, where little and much are asked for at once.
    """

    written: tuple[Output, ...]
    quiet: bool
    verbose: bool
    build: Build = Build.NONE

    def __post_init__(self) -> None:
        if self.quiet and self.verbose:
            raise click.UsageError("-q and -v exclude each other")


def telling_options(command: Command) -> Command:
    """The options of a verb that gives a verdict: `--output`, `-q`, `-v` and `--ci`."""
    for option in (
        click.option(
            "--ci",
            "build",
            type=click.Choice(["auto", *(one.value for one in Build)]),
            default="auto",
            envvar="HARNESS_CI",
            callback=lambda _context, _option, value: _build(value),
            help="In whose words a build is told the verdict; auto: as the environment says.",
        ),
        click.option(
            "-v", "--verbose", is_flag=True, help="Everything: steps, requests, tracebacks."
        ),
        click.option("-q", "--quiet", is_flag=True, help="Findings and verdict only."),
        click.option(
            "--output",
            "written",
            multiple=True,
            callback=outputs.parsed,
            metavar="FORMAT=FILE",
            help=f"Write a report as {', '.join(outputs.FORMATS)}; - is standard output.",
        ),
    ):
        command = option(command)
    return command


def carry_out(
    run: Callable[[Progress], Verdict], config: Config, selection: Selection, telling: Telling
) -> int:
    """
    Run, tell the verdict, write its reports, and give the exit code.

    Raises: Misused, where a report cannot be written before anything ran.
    """
    outputs.prepare(telling.written)
    on_terminal = sys.stdout.isatty() and sys.stderr.isatty()
    with (
        taken_for_ctrl_c(),
        progress_on(is_terminal=on_terminal, is_quiet=telling.quiet, write=_on_stderr) as progress,
    ):
        verdict = masked(run(progress), secrets_of(config))
    aside = any(output.file is None for output in telling.written)
    tell(verdict, verbosity=telling.verbose - telling.quiet, aside=aside)
    around = surroundings(config, selection)
    tell_build(telling.build, verdict, around, config.kept, aside=aside)
    try:
        outputs.write(telling.written, verdict, around)
    except Misused as error:
        say_error(error.message, hint=error.hint)
        return gravest(verdict.exit_code, Exit.MISUSED)
    return verdict.exit_code


def tell(verdict: Verdict, *, verbosity: int, aside: bool = False) -> None:
    """Write the report for people; aside where a program reads standard output."""
    stream = sys.stderr if aside else sys.stdout
    look = Look(width=width(), colour=has_colour(stream), verbosity=verbosity)
    say(terminal.render(verdict, look), err=aside)


def _build(value: str) -> Build:
    return build_of(os.environ) if value == "auto" else Build(value)


def _on_stderr(line: str) -> None:
    say(line, err=True)
