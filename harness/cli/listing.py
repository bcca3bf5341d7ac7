"""`harness list`: services, edges and checks."""

from __future__ import annotations

from pathlib import Path

import click

from harness.checks.catalog import CATALOG
from harness.cli.choosing import known
from harness.cli.levels import in_force
from harness.cli.tables import Row, json_option, show
from harness.cli.workspace import config_option, doors_of, open_workspace, workspace_around
from harness.domain.config import Config
from harness.domain.service import Service
from harness.maps.gathering import pairs_of


@click.group("list")
def command() -> None:
    """List services, edges or checks."""


@command.command("services")
@json_option
@config_option
def services(*, as_json: bool, given: Path | None) -> None:
    """List the members of the workspace, and the neighbours that live elsewhere."""
    config = open_workspace(given).config
    rows = [_service(one, config) for one in config.services]
    elsewhere: list[Row] = [
        {
            "name": one.name,
            "answers": "elsewhere",
            "directory": None,
            "consumes": [],
            "owner": one.owner,
        }
        for one in config.externals
    ]
    show([*rows, *elsewhere], as_json=as_json)


@command.command("edges")
@json_option
@config_option
@click.pass_context
def edges(context: click.Context, *, as_json: bool, given: Path | None) -> None:
    """List who consumes whom, as declared by services and as found in pacts."""
    system = doors_of(context).system(open_workspace(given).config)
    declared = set(system.declared_pairs)
    rows: list[Row] = [
        {
            "consumer": pair.consumer,
            "provider": pair.provider,
            "declared": pair in declared,
            "interactions": count,
        }
        for pair, count in pairs_of(system).items()
    ]
    show(rows, as_json=as_json)


@command.command("checks")
@click.option("--service", default="", metavar="NAME", help="The levels of what it must mend.")
@json_option
@config_option
def checks(service: str, *, as_json: bool, given: Path | None) -> None:
    """List the checks, each with its level in force and where that comes from."""
    workspace = open_workspace(given) if given or service else workspace_around()
    if workspace and service:
        known("service", service, [one.name for one in workspace.config.services])
    rows: list[Row] = []
    for one in CATALOG:
        level = in_force(workspace, one, service)
        rows.append(
            {
                "check": one.id,
                "severity": one.severity.value,
                "level": level.level,
                "from": level.where,
                "key": level.key or None,
                "leg": one.leg.value if one.leg else None,
                "finds": one.title,
            }
        )
    if not as_json:
        for row in rows:
            del row["severity"], row["key"]
    show(rows, as_json=as_json)


def _service(service: Service, config: Config) -> Row:
    inside = service.directory.is_relative_to(config.root)
    place = service.directory.relative_to(config.root) if inside else service.directory
    return {
        "name": service.name,
        "answers": service.app or service.url or " ".join(service.command or service.jobs) or None,
        "directory": place.as_posix(),
        "consumes": [one.provider for one in service.consumes],
        "owner": service.owner,
    }
