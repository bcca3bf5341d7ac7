"""`harness shards`, and the part of the gate that one machine of several does."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import click

from harness.cli.doors import Doors
from harness.cli.exits import Exit
from harness.cli.outputs import EVIDENCE, Output
from harness.cli.progress import progress_on
from harness.cli.screen import say
from harness.cli.signals import taken_for_ctrl_c
from harness.cli.verdicts import Telling
from harness.cli.workspace import config_option, doors_of, meant_place, open_workspace
from harness.domain.config import Config
from harness.domain.errors import Misused
from harness.domain.reuse import Asked
from harness.domain.selection import Selection
from harness.domain.shard import Shard
from harness.reports.words import counted, seconds

_WRITTEN = re.compile(r"(?P<index>[1-9]\d{0,3})/(?P<count>[1-9]\d{0,3})")


@click.command("shards")
@click.option(
    "--format",
    "form",
    type=click.Choice(["github", "gitlab"]),
    default="github",
    show_default=True,
    help="For whose matrix they are written.",
)
@click.option(
    "--count", type=click.IntRange(1, 256), default=4, show_default=True, help="How many machines."
)
@click.option("--evidence", metavar="PLACE", help="Where evidence is kept, and past durations.")
@config_option
@click.pass_context
def command(
    context: click.Context, form: str, count: int, evidence: str | None, given: Path | None
) -> int:
    """
    Print the matrix of jobs that the gate can be cut into.

    What each job is expected to take is told beside it, on standard error.
    """
    doors = doors_of(context)
    config = doors.fetched(open_workspace(given).config)
    asked = Asked(evidence=meant_place(evidence))
    cut = doors.cut(config, Selection(), count, asked)
    names = [str(Shard(index, count)) for index in range(1, count + 1)]
    for name, owned, expected_ms in zip(names, cut.owned, cut.expected_ms, strict=True):
        told = f"{counted(len(owned), 'step')}, about {seconds(expected_ms)} of work"
        say(f"shard {name}: {told}", err=True)
    if form == "github":
        say(json.dumps({"shard": names}))
    else:
        listed = ", ".join(f'"{name}"' for name in names)
        say(f".harness-shards:\n  parallel:\n    matrix:\n      - SHARD: [{listed}]")
    return Exit.PASSED


def shard_named(
    _context: click.Context, _option: click.Parameter, value: str | None
) -> Shard | None:
    """Read `2/4`."""
    if value is None:
        return None
    found = _WRITTEN.fullmatch(value)
    if found is None or int(found["index"]) > int(found["count"]):
        raise click.BadParameter(f"expected I/N, such as 2/4 for the second of four, saw {value!r}")
    return Shard(int(found["index"]), int(found["count"]))


def observe_share(
    doors: Doors,
    config: Config,
    selection: Selection,
    asked: Asked,
    shard: Shard,
    telling: Telling,
) -> int:
    """
    Do one shard's part, and write what it saw; judging is left to whoever has all parts.

    Raises: Misused, where there is no file to write to; UsageError, for what asks for a verdict.
    """
    if asked.maxfail:
        raise click.UsageError("--maxfail counts findings, and a shard judges nothing")
    if asked.publishes:
        raise click.UsageError("a shard publishes nothing: --publish is for harness merge")
    file = _file_for(telling.written, shard)
    on_terminal = sys.stdout.isatty() and sys.stderr.isatty()
    with (
        taken_for_ctrl_c(),
        progress_on(
            is_terminal=on_terminal,
            is_quiet=telling.quiet,
            write=lambda line: say(line, err=True),
        ) as progress,
    ):
        seen = doors.gate_share(config, selection, progress, asked, shard)
    doors.write_shard(file, seen, config)
    how = "interrupted: " if seen.interrupted else ""
    say(
        f"{how}shard {shard}: {counted(len(seen.steps), 'step')} in {seconds(seen.elapsed_ms)};"
        f" nothing is judged yet: harness merge takes {file} with the others'"
    )
    return Exit.INTERRUPTED if seen.interrupted else Exit.PASSED


def _file_for(written: tuple[Output, ...], shard: Shard) -> Path:
    files = [one.file for one in written if one.format == EVIDENCE and one.file]
    if len(files) != 1 or len(written) != 1:
        raise Misused(
            f"shard {shard} writes evidence to one file, and no report: nothing is judged yet",
            hint=f"--output evidence=shard-{shard.index}.jsonl; reports are written by harness"
            " merge",
        )
    return files[0]
