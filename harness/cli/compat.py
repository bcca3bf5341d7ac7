"""`harness compat`: what a pact and a provider's document say of each other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from harness.cli.screen import say
from harness.compat.interactions import Provider
from harness.documents.openapi import read_document
from harness.documents.pacts import read_pact
from harness.domain.document import Document
from harness.domain.errors import DocumentUnreadable, Misused
from harness.domain.fit import InteractionCompat
from harness.domain.pact import Interaction, Pact
from harness.reports import compat_report
from harness.reports.compat_report import Compared, Comparisons

_Read = TypeVar("_Read", Document, Pact)


@click.command("compat")
@click.argument("pact")
@click.argument("document")
@click.option(
    "--format",
    "written",
    type=click.Choice(["text", "json", "opc"]),
    default="text",
    show_default=True,
    help="For people, for programs, or a line of JSON for each established result code.",
)
def command(pact: str, document: str, *, written: str) -> int:
    """
    Compare a pact with a provider's OpenAPI document.

    Both are files from anywhere; no workspace is needed. Exit codes: 0 nothing certain is wrong,
    1 something certainly does not fit, 2 a file cannot be read, 3 something is unknown or there is
    no interaction over HTTP.
    """
    contract = _read(pact, read_pact)
    described = _read(document, read_document)
    provider = Provider(described, ignore_case=written == "opc")
    run = Comparisons(
        contract,
        document,
        tuple(Compared(each, _compat(provider, each)) for each in contract.interactions),
        tuple((each.path, each.message) for each in described.problems),
    )
    if written == "json":
        say(compat_report.render_json(run))
    elif written == "opc":
        if lines := compat_report.render_opc(run):
            say(lines)
        say(compat_report.verdict_line(run), err=True)
    else:
        say(compat_report.render_text(run))
    return run.exit_code


def _compat(provider: Provider, interaction: Interaction) -> InteractionCompat | None:
    if interaction.request is None or interaction.response is None:
        return None
    return provider.compared(interaction)


def _read(name: str, reader: Callable[[bytes, str], _Read]) -> _Read:
    """
    Read a file, which is called as the user called it.

    Raises: Misused.
    """
    try:
        return reader(Path(name).read_bytes(), name)
    except OSError as error:
        raise Misused(f"cannot read {name}: {error.strerror}") from None
    except DocumentUnreadable as error:
        raise Misused(error.message, hint=error.hint, detail=error.detail) from None
