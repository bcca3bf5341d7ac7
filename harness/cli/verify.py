"""`harness verify`: verify what a broker holds a provider to, and publish the results."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from harness.checks.catalog import CATALOG
from harness.cli.brokering import broker_option, publish_option
from harness.cli.builds import Build as Vendor
from harness.cli.choosing import known
from harness.cli.outputs import Output
from harness.cli.verdicts import Telling, carry_out, telling_options
from harness.cli.workspace import config_option, doors_of, open_workspace
from harness.documents.json_text import parse_json
from harness.domain.config import Config
from harness.domain.errors import DocumentUnreadable, Misused
from harness.domain.fetched import Wanted
from harness.domain.json import Json
from harness.domain.reuse import Asked
from harness.domain.selection import Selection

_USUAL: Final = Wanted()
_VERIFY: Final = frozenset({"verify"})


@click.command("verify")
@click.argument("service", required=False)
@click.option(
    "--consumer-version-selector",
    "selectors",
    metavar="JSON",
    multiple=True,
    help='Which pacts, such as {"branch": "feat/x"}; else main branches and what is deployed or '
    "released.",
)
@click.option(
    "--enable-pending/--disable-pending",
    "pending",
    default=True,
    show_default=True,
    help="Whether a pact that was never honoured fails nothing.",
)
@click.option("--include-wip-since", "wip_since", metavar="DATE", help="Work in progress, too.")
@click.option("--provider-version", metavar="VERSION", help="Else the commit.")
@click.option("--provider-branch", metavar="NAME", help="Else that of git or of the build.")
@click.option("--build-url", metavar="URL", help="Else the one of the build.")
@publish_option
@broker_option
@telling_options
@config_option
@click.pass_context
def command(
    context: click.Context,
    service: str | None,
    selectors: tuple[str, ...],
    wip_since: str | None,
    provider_version: str | None,
    provider_branch: str | None,
    build_url: str | None,
    place: str,
    written: tuple[Output, ...],
    build: Vendor,
    *,
    pending: bool,
    publish: bool,
    quiet: bool,
    verbose: bool,
    given: Path | None,
) -> int:
    """
    Verify what a broker holds a provider to, and publish the results.

    SERVICE is a member of the workspace, and may be left out where it has one. Results are
    published for each interaction where a build runs this, or with --publish. Exit codes: 0 kept, 1
    broken, 2 misused, 3 nothing was verified or the broker gives no answer.
    """
    telling = Telling(written, quiet, verbose, build)
    doors = doors_of(context)
    config = open_workspace(given).config
    name = _provider(service, config)
    around = doors.build(config.root)
    found = replace(
        around,
        version=provider_version or around.version,
        branch=around.branch if provider_branch is None else provider_branch,
        url=around.url if build_url is None else build_url,
        is_clean=around.is_clean or provider_version is not None,
    )
    wanted = Wanted(
        tuple(map(_selector, selectors)) or _USUAL.selectors,
        pending,
        _date(wip_since),
        found.branch,
        alone=name,
    )
    whole = doors.fetched(_alone(config, name), wanted, place)
    if whole.fetched is None or not whole.fetched.broker:
        raise Misused(
            "expected a broker that holds pacts, saw none",
            hint='--broker URL, or broker = "embedded" in the workspace; what lies in a folder is '
            "verified by `harness gate`",
        )
    checks = tuple(one.id for one in CATALOG if one.needs == _VERIFY and one.id != "not-deployable")
    selection = Selection(services=(name,), checks=checks)
    asked = Asked(publishes=publish or found.is_ci, build=found)
    return carry_out(
        lambda progress: doors.gate(whole, selection, progress, asked), whole, selection, telling
    )


def _provider(written: str | None, config: Config) -> str:
    names = [one.name for one in config.services if one.may_keep_contracts]
    if written is not None:
        known("service", written, names)
        return written
    if len(names) == 1:
        return names[0]
    if not names:
        raise Misused(
            "expected a service that contracts can be held against, saw none",
            hint="give its table an `app`, a `command`, a `url`, `messages` or `documents`",
        )
    raise Misused(f"expected one of {', '.join(names)}")


def _alone(config: Config, name: str) -> Config:
    """Hold nobody to tests of members: their published pacts count."""
    services = tuple(
        one if one.name == name else replace(one, contract_tests=()) for one in config.services
    )
    return replace(config, services=services)


def _selector(written: str) -> dict[str, Json]:
    try:
        found = parse_json(written, "--consumer-version-selector").value
    except DocumentUnreadable as error:
        raise Misused(error.message) from None
    if not isinstance(found, dict):
        raise Misused(f"--consumer-version-selector: expected an object, saw {json.dumps(found)}")
    return found


def _date(written: str | None) -> str:
    if written is None:
        return ""
    try:
        datetime.fromisoformat(written)
    except ValueError:
        raise Misused(f"--include-wip-since: expected a date, saw {written}") from None
    return written
