"""`harness can-i-deploy`: ask a Pact Broker whether a version may be deployed."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import click

from harness.broker.client.deploying import can_i_deploy, waited
from harness.cli.brokering import Around, broker_option, format_option
from harness.cli.countdown import countdown
from harness.cli.screen import say
from harness.cli.workspace import config_option
from harness.domain.deploying import Question, Selected, Target
from harness.domain.errors import Misused
from harness.reports import deployability_report as report


@click.command("can-i-deploy")
@click.option(
    "--pacticipant",
    "-a",
    "names",
    metavar="NAME",
    multiple=True,
    help="Whose version; may be repeated, each with its --version. Else the one service.",
)
@click.option(
    "--version",
    "-e",
    "versions",
    metavar="VERSION",
    multiple=True,
    help="Which one; one counts for all. Else the commit that is checked out.",
)
@click.option("--branch", default="", metavar="NAME", help="The newest version of this branch.")
@click.option("--tag", default="", metavar="NAME", help="The newest version with this tag.")
@click.option("--to-environment", "environment", default="", metavar="NAME", help="Where to.")
@click.option("--to-tag", default="", metavar="NAME", help="Beside what has this tag.")
@click.option("--to-main-branch", "to_main", is_flag=True, help="Beside all main branches.")
@click.option(
    "--ignore",
    "ignored",
    metavar="NAME[=VERSION]",
    multiple=True,
    help="Let pacts with this pacticipant not count; may be repeated.",
)
@click.option(
    "--wait",
    "limit_s",
    type=click.FloatRange(min=0),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to ask again while the answer is unknown; 0 asks once.",
)
@click.option(
    "--interval",
    "interval_s",
    type=click.FloatRange(min=1),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="How long between two questions.",
)
@click.option("--refuse-vacuous", is_flag=True, help="Take a yes that rests on nothing as unknown.")
@format_option
@broker_option
@config_option
@click.pass_context
def command(
    context: click.Context,
    names: tuple[str, ...],
    versions: tuple[str, ...],
    ignored: tuple[str, ...],
    branch: str,
    tag: str,
    environment: str,
    to_tag: str,
    limit_s: float,
    interval_s: float,
    kind: str,
    place: str,
    given: Path | None,
    *,
    to_main: bool,
    refuse_vacuous: bool,
) -> int:
    """
    Ask a Pact Broker whether a version may be deployed.

    Exit codes: 0 yes, 1 no, 2 the question is wrong, 3 unknown, or the broker gives no answer.
    """
    if sum(map(bool, (environment, to_tag, to_main))) > 1:
        raise Misused("expected one of --to-environment, --to-tag and --to-main-branch")
    around = Around(context, place, given)
    question = Question(
        around.selected(names, versions, branch, tag),
        Target(environment, to_tag, to_main),
        tuple(map(_ignored, ignored)),
    )
    with around.broker() as broker, _waiting() as tell:
        began = time.monotonic()
        found = waited(
            lambda: can_i_deploy(broker, question),
            limit_s,
            interval_s,
            lambda seen, left_s: tell(report.waiting_for(seen), left_s),
            time.monotonic,
            time.sleep,
        )
        waited_s = round(time.monotonic() - began, 1)
    told = report.Told(found, waited_s, refuse_vacuous)
    say(report.render_json(told) if kind == "json" else report.render_text(told))
    return told.exit_code


def _waiting() -> AbstractContextManager[Callable[[str, float], None]]:
    return countdown(is_terminal=sys.stderr.isatty(), write=lambda line: say(line, err=True))


def _ignored(written: str) -> Selected:
    name, _, version = written.partition("=")
    return Selected(name, version=version)
