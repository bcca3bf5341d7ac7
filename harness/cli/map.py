"""`harness map`: the services, and who consumes whom, as a picture or for other tools."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import click

from harness.cli.exits import Exit
from harness.cli.outputs import Output, prepare, put
from harness.cli.workspace import config_option, doors_of, open_workspace
from harness.domain.accepted import AcceptedDocument
from harness.domain.service_map import ServiceMap
from harness.maps.gathering import of_system
from harness.reports import backstage, map_json, map_svg, map_texts
from harness.reports.masking import masked_value
from harness.settings.secrets import secrets_of

Documents = Sequence[AcceptedDocument]

FORMATS: Final[Mapping[str, Callable[[ServiceMap, Documents], str]]] = {
    "svg": lambda drawn, _: map_svg.render(drawn),
    "mermaid": lambda drawn, _: map_texts.mermaid(drawn),
    "dot": lambda drawn, _: map_texts.dot(drawn),
    "json": lambda drawn, _: map_json.render(drawn),
    "backstage": backstage.render,
}


@click.command("map")
@click.option(
    "--format",
    "kind",
    type=click.Choice(list(FORMATS)),
    default="svg",
    show_default=True,
    help="A picture, a text that tools draw, JSON, or entities of a Backstage catalogue.",
)
@click.option(
    "--output",
    "file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write to this file instead of standard output.",
)
@config_option
@click.pass_context
def command(context: click.Context, kind: str, file: Path | None, given: Path | None) -> int:
    """
    Draw the services, and who consumes whom.

    Nothing is started: the configuration and the pacts say what is there, and the last run of the
    gate, where one is known, how it stands.
    """
    output = Output(kind, None if file in (None, Path("-")) else file)
    prepare((output,))
    doors = doors_of(context)
    config = open_workspace(given).config
    system, secrets = doors.system(config), secrets_of(config)
    drawn = masked_value(of_system(system, doors.kept_run(config)), secrets)
    put(output, FORMATS[kind](drawn, masked_value(system.accepted, secrets)))
    return Exit.PASSED
