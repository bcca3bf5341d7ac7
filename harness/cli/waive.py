"""`harness waive`: record that a finding is known, and until when."""

from __future__ import annotations

import re
from pathlib import Path

import click

from harness.cli.screen import say
from harness.cli.workspace import config_option, doors_of, open_workspace
from harness.domain.errors import Misused
from harness.domain.finding import FINGERPRINT, Named
from harness.domain.waiver import Waiver
from harness.pages.plain import one_line
from harness.settings.source import shown
from harness.settings.waivers import day, with_waivers


@click.command("waive")
@click.argument("fingerprint")
@click.option("--consumer", required=True, metavar="NAME", help="The consumer that it is about.")
@click.option("--until", required=True, metavar="DATE", help="The last day on which it holds.")
@click.option("--reason", required=True, metavar="TEXT", help="Why, and what will be done.")
@click.option("--owner", default="", metavar="NAME", help="Who answers for it.")
@config_option
@click.pass_context
def command(
    context: click.Context,
    fingerprint: str,
    consumer: str,
    until: str,
    reason: str,
    owner: str,
    *,
    given: Path | None,
) -> None:
    """
    Keep a known finding from failing until a day.

    The finding is still shown, as waived. When the day has passed it counts again; a waiver that is
    about nothing any more is told.
    """
    config = open_workspace(given).config
    doors = doors_of(context)
    if not re.fullmatch(FINGERPRINT, fingerprint):
        raise Misused(
            f"expected a fingerprint as reports print it, `1:` and 20 digits, saw {fingerprint!r}"
        )
    if not reason.strip() or not consumer.strip():
        raise Misused("expected a reason and a consumer, saw an empty text")
    name = doors.named_finding(config, fingerprint)
    about = config.name_of(consumer)
    _agreed(name, about)
    waiver = Waiver(
        fingerprint,
        about,
        day(until, doors.today()),
        " ".join(reason.split()),
        owner,
        name.check if name else "",
        name.subject if name else "",
    )
    file = config.waivers_file
    if file is None:
        raise Misused("the workspace names no file for waivers")
    doors.change(file, lambda text: with_waivers(text, [waiver]))
    say(f"{shown(file, config.root)}: {one_line(_told(waiver))}")
    if name is None:
        say(
            "note: the last run here told no finding of this fingerprint, so nobody has seen what "
            f"the waiver is about; if that was a slip, take {fingerprint} out again"
        )


def _agreed(name: Named | None, consumer: str) -> None:
    """
    See that the finding is about the consumer.

    Raises: Misused, where the last run knew it to be about another.
    """
    about = name.subject.partition(":")[0] if name else consumer
    if about != consumer:
        raise Misused(
            f"the finding is about {name.subject if name else about}, not about {consumer}",
            hint=f"--consumer {about}",
        )


def _told(waiver: Waiver) -> str:
    what = f"{waiver.check} of {waiver.subject}" if waiver.check else waiver.fingerprint
    return f"{what} is waived until {waiver.until}: {waiver.reason}"
