"""`harness reproduce`: show a finding again on a freshly started service."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from harness.cli.exits import Exit
from harness.cli.progress import progress_on
from harness.cli.screen import say
from harness.cli.signals import taken_for_ctrl_c
from harness.cli.verdicts import tell
from harness.cli.workspace import config_option, doors_of, open_workspace
from harness.domain.verdict import Status, Verdict
from harness.reports.masking import masked
from harness.settings.secrets import secrets_of


@click.command("reproduce")
@click.argument("fingerprint")
@click.option("-v", "--verbose", is_flag=True, help="Everything: requests, tracebacks.")
@config_option
@click.pass_context
def command(context: click.Context, fingerprint: str, *, verbose: bool, given: Path | None) -> int:
    """
    Show a finding again on a freshly started service.

    The requests that showed the finding are sent once more; a finding without requests, as one of a
    handler, is looked for by its own check. The beginning of a fingerprint will do.
    Exit codes: 1 where it shows again, 0 where it is mended, 3 where nothing could be seen.
    """
    doors = doors_of(context)
    config = doors.fetched(open_workspace(given).config)
    is_terminal = sys.stdout.isatty() and sys.stderr.isatty()
    with (
        taken_for_ctrl_c(),
        progress_on(is_terminal=is_terminal, is_quiet=True, write=say) as progress,
    ):
        verdict = doors.reproduce(config, fingerprint, progress)
    return _told(masked(verdict, secrets_of(config)), fingerprint, verbosity=1 if verbose else -1)


def _told(verdict: Verdict, fingerprint: str, *, verbosity: int) -> int:
    if verdict.findings or verdict.reasons or verdict.status in (Status.BROKEN, Status.INTERRUPTED):
        tell(verdict, verbosity=verbosity)
    if verdict.status in (Status.BROKEN, Status.INTERRUPTED):
        return verdict.exit_code
    if verdict.findings:
        say(f"{verdict.findings[0].fingerprint} shows again")
        return Exit.FINDINGS
    if verdict.reasons:  # findings of others do not outweigh these: they are not asked about
        say(f"{fingerprint} could not be looked at")
        return Exit.INCONCLUSIVE
    say(f"{fingerprint} does not show any more")
    return Exit.PASSED
