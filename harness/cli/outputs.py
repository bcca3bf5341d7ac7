"""Reports written to files."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import click

from harness.cli.screen import say
from harness.domain.errors import Misused
from harness.domain.verdict import Verdict
from harness.reports import (
    badge,
    build_log,
    comment,
    gitlab,
    json_report,
    junit,
    page,
    sarif,
    summary,
)
from harness.reports.surroundings import Surroundings

FORMATS: Final[Mapping[str, Callable[[Verdict, Surroundings], str]]] = {
    "badge": badge.render,
    "azure": build_log.render_azure,
    "comment": comment.render,
    "github": build_log.render_github,
    "gitlab": gitlab.render,
    "html": page.render,
    "json": lambda verdict, _: json_report.render(verdict),
    "junit": lambda verdict, around: junit.render(verdict, around.judged, around.off),
    "sarif": sarif.render,
    "summary": summary.render,
}

EVIDENCE: Final = "evidence"
"""What one shard has seen, which is no report: nothing is judged yet."""

COMMANDS: Final = frozenset({"azure", "github"})
"""The formats that speak to a build's log."""


@dataclass(frozen=True, slots=True)
class Output:
    """
    A format and the file to write it to; no file means standard output.

    Shape: `subject` is the service or the edge that a badge is about, empty for the whole system.
    """

    format: str
    file: Path | None
    subject: str = ""


def parsed(
    _context: click.Context, _option: click.Parameter, values: tuple[str, ...]
) -> tuple[Output, ...]:
    """Read a format and a file, as in `json=FILE`; `-` is standard output."""
    return tuple(_output(value) for value in values)


def _output(value: str) -> Output:
    head, _, name = value.partition("=")
    kind, _, subject = head.partition(":")
    is_known = kind in FORMATS or (kind == EVIDENCE and name != "-")
    if not is_known or not name or (subject and kind != "badge"):
        raise click.BadParameter(
            f"expected FORMAT=FILE with one of {', '.join(FORMATS)}, saw {value!r}"
        )
    return Output(kind, None if name == "-" else Path(name), subject)


def prepare(outputs: tuple[Output, ...]) -> None:
    """
    Make the directories of the files, before any time is spent.

    Raises: Misused, where a file cannot be written or is named twice.
    """
    if any(one.format == EVIDENCE for one in outputs):
        raise Misused(
            "evidence is written to a file where one shard of the gate runs",
            hint="harness gate --shard 1/4 --output evidence=FILE",
        )
    files = [one.file.absolute() if one.file else None for one in outputs]
    if len(set(files)) < len(files):
        raise Misused("two reports are to be written to one place", hint="give each its own file")
    for file in files:
        if file is None:
            continue
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(file, error) from None
        if file.is_dir():
            raise Misused(f"cannot write to {file}: it is a directory")


def write(outputs: tuple[Output, ...], verdict: Verdict, around: Surroundings) -> None:
    """
    Write the reports, each whole or not at all.

    Raises: Misused, where a file cannot be written; the others are written all the same.
    """
    unwritten: list[Misused] = []
    for output in outputs:
        try:
            put(output, FORMATS[output.format](verdict, replace(around, subject=output.subject)))
        except Misused as error:
            unwritten.append(error)
    if unwritten:
        raise unwritten[0]


def put(output: Output, text: str) -> None:
    """
    Write a text to where it is to go, whole or not at all.

    Raises: Misused, where the file cannot be written.
    """
    if output.file is None:
        say(text, is_command=output.format in COMMANDS)
    else:
        _write(output.file, text)


def _write(file: Path, text: str) -> None:
    try:
        target = file.resolve()
        if target.exists() and not target.is_file():
            target.write_text(text, "utf-8")  # a device or a pipe keeps its place
            return
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            draft.write_text(text, "utf-8")
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(file, error) from None


def _unwritable(file: Path, error: OSError) -> Misused:
    return Misused(f"cannot write to {file}: {error.strerror}")
