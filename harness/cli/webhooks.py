"""`harness webhooks`: what a Pact Broker tells other hosts of."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path
from typing import Unpack

import click

from harness.broker.client import webhooks
from harness.broker.semantics.secrecy import masked
from harness.cli.brokering import Around, broker_option, dry_run_option, format_option
from harness.cli.exits import Exit
from harness.cli.screen import say
from harness.cli.webhook_options import Written, definition, webhook_options
from harness.cli.workspace import config_option
from harness.domain.errors import Misused
from harness.domain.json import mapping
from harness.domain.webhooks import Webhook
from harness.pages.plain import one_line
from harness.reports import webhooks_report as report

_CODES = {True: Exit.PASSED, False: Exit.FINDINGS, None: Exit.INCONCLUSIVE}


@click.group("webhooks")
def command() -> None:
    """Look after what a Pact Broker tells other hosts of."""


@command.command("list")
@format_option
@broker_option
@config_option
@click.pass_context
def listed(context: click.Context, kind: str, place: str, given: Path | None) -> None:
    """Tell the webhooks, without their secrets."""
    with Around(context, place, given).broker() as broker:
        found = webhooks.every(broker)
    say(report.list_json(found) if kind == "json" else report.list_text(found))


@command.command("create")
@click.option(
    "--uuid", metavar="UUID", help="Its identifier; the one that has it is declared anew."
)
@webhook_options
@dry_run_option
@broker_option
@config_option
@click.pass_context
def create(
    context: click.Context,
    uuid: str | None,
    place: str,
    given: Path | None,
    *,
    is_dry: bool,
    **written: Unpack[Written],
) -> None:
    """Declare a webhook."""
    made = Webhook(uuid or secrets.token_hex(16), definition(written, {}))
    with Around(context, place, given).broker() as broker:
        if is_dry:
            broker.index()
        else:
            made = webhooks.put(broker, made)
    _tell("made", made, is_dry=is_dry)


@command.command("update")
@click.argument("uuid")
@webhook_options
@dry_run_option
@broker_option
@config_option
@click.pass_context
def update(
    context: click.Context,
    uuid: str,
    place: str,
    given: Path | None,
    *,
    is_dry: bool,
    **written: Unpack[Written],
) -> None:
    """Change a webhook; what is not named stays, its secrets included."""
    with Around(context, place, given).broker() as broker:
        old = webhooks.one(broker, uuid)
        changed = Webhook(uuid, definition(written, old.definition), old.link)
        if not is_dry:
            changed = webhooks.put(broker, changed)
    _tell("changed", changed, is_dry=is_dry)


@command.command("delete")
@click.argument("uuid")
@dry_run_option
@broker_option
@config_option
@click.pass_context
def delete(
    context: click.Context, uuid: str, place: str, given: Path | None, *, is_dry: bool
) -> None:
    """Remove a webhook."""
    with Around(context, place, given).broker() as broker:
        gone = webhooks.one(broker, uuid)
        if not is_dry:
            webhooks.remove(broker, gone)
    _tell("removed", gone, is_dry=is_dry)


@command.command("test")
@click.argument("uuid")
@dry_run_option
@broker_option
@config_option
@click.pass_context
def test(context: click.Context, uuid: str, place: str, given: Path | None, *, is_dry: bool) -> int:
    """
    Let the broker try a webhook out, and tell what came.

    Exit codes: 0 it was delivered, 1 it was not, 3 the broker does not say.
    """
    with Around(context, place, given).broker() as broker:
        if is_dry:
            _tell("tried", webhooks.one(broker, uuid), is_dry=True)
            return Exit.PASSED
        found = webhooks.tried(broker, uuid)
    say(report.trial_text(found))
    return _CODES[found.success]


@command.command("logs")
@click.argument("uuid", required=False)
@click.option("--consumer", metavar="NAME", help="What this one's pact set off, with --provider.")
@click.option("--provider", metavar="NAME")
@click.option("--version", metavar="VERSION", help="The consumer's; else its latest.")
@format_option
@broker_option
@config_option
@click.pass_context
def logs(
    context: click.Context,
    uuid: str | None,
    consumer: str | None,
    provider: str | None,
    version: str | None,
    kind: str,
    place: str,
    given: Path | None,
) -> None:
    """Tell what a webhook had to tell, or what a pact set off, and what became of each."""
    if bool(uuid) == bool(consumer and provider):
        raise Misused("expected a UUID, or --consumer with --provider")
    with Around(context, place, given).broker() as broker:
        if uuid:
            found = webhooks.of_webhook(broker, uuid)
        else:
            found = webhooks.of_pact(broker, consumer or "", provider or "", version or "")
    say(report.deliveries_json(found) if kind == "json" else report.deliveries_text(found))


def _tell(deed: str, one: Webhook, *, is_dry: bool) -> None:
    # What a broker has not answered yet holds secrets as they were written.
    shown = {**one.definition, "request": masked(mapping(one.definition.get("request")))}
    said = f"{one.uuid}  {report.described(replace(one, definition=shown))}"
    say(one_line(f"would be {deed}: {said}" if is_dry else f"{deed}: {said}"))
