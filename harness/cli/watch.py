"""`harness watch`: types and compatibility, again whenever a file changes."""

from __future__ import annotations

from pathlib import Path

import click

from harness.checks.catalog import CATALOG
from harness.cli.builds import Build
from harness.cli.doors import Doors
from harness.cli.exits import Exit
from harness.cli.screen import say, say_error
from harness.cli.verdicts import Telling, carry_out
from harness.cli.workspace import config_option, doors_of, open_workspace
from harness.domain.config import Config
from harness.domain.errors import HarnessError
from harness.domain.selection import Selection
from harness.reports.words import counted

_QUICK = frozenset({"types", "compare", "replies", "diff", "describe", "consumer-tests"})


@click.command("watch")
@click.option("-q", "--quiet", is_flag=True, help="Findings and verdict only.")
@click.option("-v", "--verbose", is_flag=True, help="Everything: steps, requests, tracebacks.")
@config_option
@click.pass_context
def command(context: click.Context, given: Path | None, *, quiet: bool, verbose: bool) -> int:
    """
    Check types and compatibility, again whenever a file changes.

    Ctrl-C leaves. Nothing is fuzzed and no interaction is verified: that is the gate's. Only steps
    whose inputs have changed are done again.
    """
    doors, telling = doors_of(context), Telling((), quiet, verbose, Build.NONE)
    config = open_workspace(given).config
    try:
        while True:
            before = doors.stamps(config)
            if _look(doors, config, telling) == Exit.INTERRUPTED:
                return Exit.PASSED
            say(f"watching {counted(len(before), 'file')}; Ctrl-C leaves", err=True)
            changed = doors.wait_for_change(config, before)
            more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
            say(f"{changed[0].name}{more} changed", err=True)
            config = _again(given, config)
    except KeyboardInterrupt:
        return Exit.PASSED


def _look(doors: Doors, config: Config, telling: Telling) -> int:
    """Look once; what goes wrong is told, and may be mended while this goes on."""
    checks = tuple(check.id for check in CATALOG if check.needs <= _QUICK)
    selection = Selection(checks=checks)
    try:
        whole = doors.fetched(config)
        return carry_out(
            lambda progress: doors.gate(whole, selection, progress), whole, selection, telling
        )
    except HarnessError as error:
        say_error(error.message, hint=error.hint, detail=error.detail)
        return Exit.INCONCLUSIVE


def _again(given: Path | None, before: Config) -> Config:
    """Read the configuration anew; a faulty one is told, and the last good one goes on."""
    try:
        return open_workspace(given).config
    except HarnessError as error:
        say_error(error.message, hint=error.hint, detail=error.detail)
        return before
