"""`harness environments`: the places that versions are deployed to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from harness.broker.client import environments
from harness.cli.brokering import Around, broker_option, dry_run_option, format_option
from harness.cli.screen import say
from harness.cli.workspace import config_option
from harness.domain.deploying import Environment
from harness.pages.plain import one_line
from harness.reports import environments_report as report

_display_name = click.option("--display-name", metavar="TEXT", help="How people call it.")
_production = click.option(
    "--production/--no-production", "production", default=None, help="Whether customers use it."
)
_contacts = click.option(
    "--contact",
    "contacts",
    metavar="NAME[=EMAIL]",
    multiple=True,
    help="Who answers for it; may be repeated.",
)


@click.group("environments")
def command() -> None:
    """List, make, change and remove the environments of a Pact Broker."""


@command.command("list")
@click.option("--environment", metavar="NAME", help="This one alone, with all that runs there.")
@format_option
@broker_option
@config_option
@click.pass_context
def listed(
    context: click.Context, environment: str | None, kind: str, place: str, given: Path | None
) -> None:
    """Tell the environments, and what runs in each."""
    with Around(context, place, given).broker() as broker:
        found = (
            [environments.named(broker, environment)]
            if environment
            else [*environments.every(broker)]
        )
        seen = tuple((each, environments.placed(broker, each)) for each in found)
    say(report.render_json(seen) if kind == "json" else report.render_text(seen))


@command.command("create")
@click.argument("name")
@_display_name
@_production
@_contacts
@dry_run_option
@broker_option
@config_option
@click.pass_context
def create(
    context: click.Context,
    name: str,
    display_name: str | None,
    contacts: tuple[str, ...],
    place: str,
    given: Path | None,
    *,
    production: bool | None,
    is_dry: bool,
) -> None:
    """Make an environment."""
    made = Environment("", name, display_name or "", bool(production), _read(contacts))
    with Around(context, place, given).broker() as broker:
        if is_dry:
            broker.index()
        else:
            made = environments.create(broker, made)
    _tell("made", made, is_dry=is_dry)


@command.command("update")
@click.argument("name")
@click.option("--name", "new_name", metavar="NAME", help="Its new name.")
@_display_name
@_production
@_contacts
@dry_run_option
@broker_option
@config_option
@click.pass_context
def update(
    context: click.Context,
    name: str,
    new_name: str | None,
    display_name: str | None,
    contacts: tuple[str, ...],
    place: str,
    given: Path | None,
    *,
    production: bool | None,
    is_dry: bool,
) -> None:
    """Change what is told of an environment; what is not named stays."""
    with Around(context, place, given).broker() as broker:
        old = environments.named(broker, name)
        changed = replace(
            old,
            name=new_name or old.name,
            display_name=old.display_name if display_name is None else display_name,
            production=old.production if production is None else production,
            contacts=_read(contacts) or old.contacts,
        )
        if not is_dry:
            changed = environments.replace(broker, changed)
    _tell("changed", changed, is_dry=is_dry)


@command.command("delete")
@click.argument("name")
@dry_run_option
@broker_option
@config_option
@click.pass_context
def delete(
    context: click.Context, name: str, place: str, given: Path | None, *, is_dry: bool
) -> None:
    """Remove an environment, with all that is known to run there."""
    with Around(context, place, given).broker() as broker:
        found = environments.named(broker, name)
        there = environments.placed(broker, found)
        if not is_dry:
            environments.remove(broker, found)
    _tell("removed", found, is_dry=is_dry, more=report.running(there))


def _read(contacts: Sequence[str]) -> tuple[tuple[str, str], ...]:
    parts = (each.partition("=") for each in contacts)
    return tuple((name, email) for name, _, email in parts)


def _tell(deed: str, one: Environment, *, is_dry: bool, more: str = "") -> None:
    said = f"{report.described(one)}{f', where {more}' if more else ''}"
    say(one_line(f"would be {deed}: {said}" if is_dry else f"{deed}: {said}"))
