"""The terminal: what it can show, and writing to it whoever reads."""

from __future__ import annotations

import io
import os
import shutil
import sys
from typing import TextIO

import click

from harness.cli.builds import Build, build_of
from harness.pages.plain import plain
from harness.reports.log_commands import disarmed


def any_text() -> None:
    """Let every text be written, whatever the terminal's encoding lacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(text: str, *, err: bool = False, is_command: bool = False) -> None:
    """
    Write text as it is; a reader that has gone is no fault of ours.

    In the log of a build nothing is a command but what says that it is one.
    """
    if not is_command and build_of(os.environ) is not Build.NONE:
        text = disarmed(text)
    try:
        click.echo(text, nl=not text.endswith("\n"), err=err, color=True)
    except BrokenPipeError:
        _write_nowhere(sys.stderr if err else sys.stdout)


def say_error(message: str, *, hint: str = "", detail: str = "") -> None:
    """Write an error, what to do about it, and what was kept from outside."""
    say(f"error: {plain(message)}", err=True)
    if detail:
        say("\n".join(f"  {line}" for line in plain(detail).strip("\n").splitlines()), err=True)
    if hint:
        say(f"hint: {plain(hint)}", err=True)


def has_colour(stream: TextIO) -> bool:
    """Whether to colour: NO_COLOR forbids, FORCE_COLOR asks, else only terminals get colour."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def width() -> int:
    """How many columns there are; where nothing says so, enough for a table in a log."""
    return shutil.get_terminal_size((100, 24)).columns


def _write_nowhere(stream: TextIO) -> None:
    """Send what is still to come into nothing, the flush at exit too."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
