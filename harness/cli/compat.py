"""`harness compat`: what pacts and documents of providers say of each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import click

from harness.cli.comparing import Described, comparisons, same_kind
from harness.cli.compat_team import TeamAsked, compare_team
from harness.cli.screen import say
from harness.documents.described import read_described
from harness.documents.pacts import read_pact
from harness.domain.errors import DocumentUnreadable, Misused
from harness.domain.pact import Pact
from harness.domain.published import Chosen
from harness.reports import compat_report

_Read = TypeVar("_Read", Described, Pact)

FORMATS = ("text", "json", "opc")


@click.command("compat")
@click.argument("files", nargs=-1, metavar="[PACT DOCUMENT [DOCUMENT]]")
@click.option(
    "--format",
    "written",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="For people, for programs, or a line of JSON for each established result code.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--broker", metavar="URL", help="Compare the pacts that a Pact Broker holds.")
@click.option("--consumer", metavar="NAME", help="Whose pacts, with --broker.")
@click.option(
    "--document",
    "documents",
    multiple=True,
    metavar="PROVIDER=FILE",
    help="A provider's document, a file or a URL, with --broker; may be repeated.",
)
@click.option("--branch", metavar="NAME", default="", help="The pacts of this branch's head.")
@click.option("--tag", metavar="NAME", default="", help="The latest pacts with this tag.")
@click.pass_context
def command(
    context: click.Context,
    files: tuple[str, ...],
    *,
    written: str,
    as_json: bool,
    broker: str | None,
    consumer: str | None,
    documents: tuple[str, ...],
    branch: str,
    tag: str,
) -> int:
    """
    Compare a pact with its provider's documents.

    PACT and the DOCUMENTs are files from anywhere; no workspace is needed. A document is OpenAPI or
    AsyncAPI; a pact of both kinds of interactions may be given one of each. With --broker and
    --consumer, all pacts of that consumer are fetched and compared. Exit codes: 0 nothing certain
    is wrong, 1 something certainly does not fit, 2 a file cannot be read, 3 something is unknown or
    there is nothing to compare.
    """
    if as_json and written == "opc":
        raise click.UsageError("--json and --format opc are two formats: give one")
    chosen = "json" if as_json else written
    if broker is None:
        _check_alone(consumer, documents, branch, tag)
        return _compare_files(files, chosen)
    if files or not consumer:
        raise click.UsageError("--broker takes --consumer and no files")
    if branch and tag:
        raise click.UsageError("--branch and --tag cannot both choose the pacts")
    asked = TeamAsked(consumer, Chosen(branch, tag), documents, chosen)
    return compare_team(context, broker, asked, read_file)


def _check_alone(consumer: str | None, documents: tuple[str, ...], branch: str, tag: str) -> None:
    if consumer or documents or branch or tag:
        raise click.UsageError("--consumer, --document, --branch and --tag go with --broker")


def _compare_files(files: Sequence[str], written: str) -> int:
    if not 2 <= len(files) <= 3:
        seen = "1 file" if len(files) == 1 else f"{len(files)} files"
        raise click.UsageError(f"expected a pact and one or two documents, saw {seen}")
    contract = _read(files[0], read_pact)
    described = [_read(each, read_described) for each in files[1:]]
    if same_kind(described):
        raise Misused(
            f"{files[1]} and {files[2]} are documents of the same kind",
            hint="give one OpenAPI document and one AsyncAPI document",
        )
    run = comparisons(contract, files[1:], described, written)
    if written == "json":
        say(compat_report.render_json(run))
    elif written == "opc":
        if lines := compat_report.render_opc(run):
            say(lines)
        say(compat_report.verdict_line(run), err=True)
    else:
        say(compat_report.render_text(run))
    return run.exit_code


def read_file(name: str) -> bytes:
    """
    Read a file, which is called as the user called it.

    Raises: Misused.
    """
    if "://" in name:
        raise Misused(
            f"expected a file, saw the address {name}",
            hint="save it to a file; with --broker, --document takes an address as well",
        )
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise Misused(f"cannot read {name}: {error.strerror}") from None
    except ValueError:
        raise Misused(f"cannot read {name!r}: no file is called so") from None


def _read(name: str, reader: Callable[[bytes, str], _Read]) -> _Read:
    try:
        return reader(read_file(name), name)
    except DocumentUnreadable as error:
        raise Misused(error.message, hint=error.hint, detail=error.detail) from None
