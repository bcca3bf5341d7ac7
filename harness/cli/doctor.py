"""`harness doctor`: say what the gate needs and does not find, each thing with its remedy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from harness.cli.doors import Doors
from harness.cli.exits import Exit
from harness.cli.screen import say
from harness.cli.workspace import config_option, doors_of, open_workspace
from harness.domain.config import Config
from harness.domain.errors import HarnessError, Misused
from harness.domain.health import Examined, Need, amiss, is_well, note, well
from harness.onboarding.needs import needs_of
from harness.reports.health import health_json, health_text


@click.command("doctor")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people, or for programs.",
)
@click.option(
    "--broker",
    metavar="URL",
    envvar="PACT_BROKER_BASE_URL",
    help="Also ask this Pact Broker; else the one of PACT_BROKER_BASE_URL or of the workspace.",
)
@config_option
@click.pass_context
def command(context: click.Context, kind: str, broker: str | None, *, given: Path | None) -> int:
    """
    Say what the gate needs and does not find, each thing with its remedy.

    No service is started, and none of your code is imported. Exit codes: 0 all is well, 1 something
    is to be mended, 2 the configuration cannot be read.
    """
    doors = doors_of(context)
    try:
        config = open_workspace(given).config
    except Misused as error:
        found: list[Examined] = [amiss("configuration", error.message, error.hint or "mend it")]
        if kind == "text":
            raise
        say(health_json(found, Exit.MISUSED))
        return Exit.MISUSED
    found = [
        well("configuration", str(config.source)),
        *doors.examine(config, _needs(config, doors)),
    ]
    found += _broker(broker or "", config, doors) if broker or config.broker else []
    code = Exit.PASSED if is_well(found) else Exit.FINDINGS
    say(health_json(found, code) if kind == "json" else health_text(found))
    return code


def _needs(config: Config, doors: Doors) -> dict[str, tuple[Need, ...]]:
    """The modules that each application imports."""
    return {
        service.name: needs_of(
            doors.tree(service.root or service.directory), service.app.partition(":")[0]
        )
        for service in config.services
        if service.app is not None
    }


def _broker(given: str, config: Config, doors: Doors) -> Iterator[Examined]:
    try:
        with doors.broker(given, config) as client:
            offered = client.offered()
            may_publish = client.may_publish()
    except HarnessError as error:
        fix = error.hint or "correct the address, or see that the broker is running"
        yield amiss("broker", error.message, fix)
        return
    said = f"answers, and lets these credentials read ({offered} relations)"
    yield well("broker", f"{client.url} {said}")
    if may_publish is False:
        fix = "who publishes needs a token with that scope in PACT_BROKER_TOKEN"
        yield note("broker", f"{client.url} does not let these credentials publish", fix)
    else:
        may = "lets these credentials publish" if may_publish else "does not tell who may publish"
        yield well("broker", f"{client.url} {may}")
