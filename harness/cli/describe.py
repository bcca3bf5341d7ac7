"""`harness describe`: what a Pact Broker knows of a pacticipant or of a version."""

from __future__ import annotations

from pathlib import Path

import click

from harness.broker.client import describing
from harness.cli.brokering import Around, broker_option, format_option
from harness.cli.screen import say
from harness.cli.workspace import config_option
from harness.reports import described_report as report


@click.command("describe")
@click.argument("pacticipant", required=False)
@click.option("--version", "-e", metavar="VERSION", help="This version of it alone.")
@format_option
@broker_option
@config_option
@click.pass_context
def command(
    context: click.Context,
    pacticipant: str | None,
    version: str | None,
    kind: str,
    place: str,
    given: Path | None,
) -> None:
    """
    Say what a Pact Broker knows of a pacticipant or of a version.

    Without a PACTICIPANT it is the workspace's one service.
    """
    around = Around(context, place, given)
    name = around.pacticipant(pacticipant)
    with around.broker() as broker:
        if version:
            one = describing.version(broker, name, version)
            text = report.version_text(name, one)
            say(report.render_json(name, one) if kind == "json" else text)
            return
        whole = describing.pacticipant(broker, name)
    say(report.render_json(name, whole) if kind == "json" else report.pacticipant_text(whole))
