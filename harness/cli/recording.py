"""`harness record-…`: tell a Pact Broker what runs where."""

from __future__ import annotations

from pathlib import Path

import click

from harness.broker.client import Session, environments
from harness.broker.client.deploying import record
from harness.cli.brokering import (
    Around,
    broker_option,
    dry_run_option,
    pacticipant_option,
    version_option,
)
from harness.cli.screen import say
from harness.cli.workspace import config_option
from harness.domain.deploying import Environment, Placed, Selected
from harness.domain.errors import HarnessError
from harness.pages.plain import one_line

_environment = click.option("--environment", required=True, metavar="NAME", help="Where.")
_instance = click.option(
    "--application-instance",
    "instance",
    default="",
    metavar="NAME",
    help="Which of several that run there, such as a region.",
)


@click.command("record-deployment")
@pacticipant_option
@version_option
@_environment
@_instance
@dry_run_option
@broker_option
@config_option
@click.pass_context
def deployment(
    context: click.Context,
    pacticipant: str | None,
    version: str | None,
    environment: str,
    instance: str,
    place: str,
    given: Path | None,
    *,
    is_dry: bool,
) -> None:
    """
    Tell a Pact Broker that a version runs in an environment.

    What ran there before as the same instance does not run any more, then.
    """
    around = Around(context, place, given)
    selected = Selected(around.pacticipant(pacticipant), around.version(version))
    with around.broker() as broker:
        where = environments.named(broker, environment)
        record(broker, selected, where, is_release=False, instance=instance, is_dry=is_dry)
    _tell("recorded", f"{selected} runs in {where.name}{_as(instance)}", is_dry=is_dry)


@click.command("record-release")
@pacticipant_option
@version_option
@_environment
@dry_run_option
@broker_option
@config_option
@click.pass_context
def release(
    context: click.Context,
    pacticipant: str | None,
    version: str | None,
    environment: str,
    place: str,
    given: Path | None,
    *,
    is_dry: bool,
) -> None:
    """
    Tell a Pact Broker that a version is released in an environment.

    Earlier releases stay supported until record-support-ended says otherwise.
    """
    around = Around(context, place, given)
    selected = Selected(around.pacticipant(pacticipant), around.version(version))
    with around.broker() as broker:
        where = environments.named(broker, environment)
        record(broker, selected, where, is_release=True, is_dry=is_dry)
    _tell("recorded", f"{selected} is released in {where.name}", is_dry=is_dry)


@click.command("record-undeployment")
@pacticipant_option
@_environment
@_instance
@dry_run_option
@broker_option
@config_option
@click.pass_context
def undeployment(
    context: click.Context,
    pacticipant: str | None,
    environment: str,
    instance: str,
    place: str,
    given: Path | None,
    *,
    is_dry: bool,
) -> None:
    """Tell a Pact Broker that a version does not run there any more."""
    around = Around(context, place, given)
    whose = around.pacticipant(pacticipant)
    with around.broker() as broker:
        where = environments.named(broker, environment)
        running = [
            each for each in environments.placed(broker, where, whose) if not each.is_release
        ]
        found = [each for each in running if each.instance == instance]
        _end(broker, found, running, f"{whose}{_as(instance)}", where, is_dry=is_dry)
    for each in found:
        said = f"{each.pacticipant} {each.version} does not run in {where.name}{_as(instance)}"
        _tell("recorded", said, is_dry=is_dry)


@click.command("record-support-ended")
@pacticipant_option
@version_option
@_environment
@dry_run_option
@broker_option
@config_option
@click.pass_context
def support_ended(
    context: click.Context,
    pacticipant: str | None,
    version: str | None,
    environment: str,
    place: str,
    given: Path | None,
    *,
    is_dry: bool,
) -> None:
    """Tell a Pact Broker that a release is not supported any more."""
    around = Around(context, place, given)
    whose, which = around.pacticipant(pacticipant), around.version(version)
    with around.broker() as broker:
        where = environments.named(broker, environment)
        released = [each for each in environments.placed(broker, where, whose) if each.is_release]
        found = [each for each in released if each.version == which]
        _end(broker, found, released, f"{whose} {which}", where, is_dry=is_dry)
    _tell("recorded", f"{whose} {which} is not supported in {where.name}", is_dry=is_dry)


def _end(
    broker: Session,
    found: list[Placed],
    there: list[Placed],
    what: str,
    where: Environment,
    *,
    is_dry: bool,
) -> None:
    """
    End what was found.

    Raises: HarnessError, where there is nothing to end.
    """
    if not found:
        seen = ", ".join(f"{each.version}{_as(each.instance)}" for each in there) or "none"
        raise HarnessError(
            f"expected {what} in {where.name}, where the broker knows {seen} of it",
            hint=f"harness environments list --environment {where.name} tells what is there",
        )
    for each in found:
        if not is_dry:
            environments.ended(broker, each)


def _as(instance: str) -> str:
    return f" as {instance}" if instance else ""


def _tell(deed: str, said: str, *, is_dry: bool) -> None:
    say(one_line(f"would be {deed}: {said}" if is_dry else f"{deed}: {said}"))
