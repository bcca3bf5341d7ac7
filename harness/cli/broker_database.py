"""`harness broker clean`, `backup`, `restore` and `pull`: what is done with a broker's database."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from harness.cli.screen import say
from harness.reports.words import counted

if TYPE_CHECKING:  # half a second of imports that no other verb should wait for
    from harness.broker.store.cleaning import Going, Keep

_DAYS: Final = re.compile(r"([1-9][0-9]{0,4})d")
_RULE: Final = re.compile(r"(branch|tag):(.+)", re.S)
_FILE: Final = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


def add_to(group: click.Group, database: Callable[[Any], Any]) -> None:
    """Add the verbs to a group; `database` is the option that names one."""
    for verb in (clean, backup, restore, pull):
        group.command(verb.__name__)(database(verb))


@click.option(
    "--keep",
    "rules",
    metavar="RULE",
    multiple=True,
    required=True,
    help="What to keep besides: 20 (the newest of each pacticipant), 90d (what is younger), "
    "branch:NAME or tag:NAME. May be repeated.",
)
@click.option(
    "--quiet-branches",
    metavar="DAYS",
    help="Remove branches on which nothing happened for so long, such as 90d, except main ones.",
)
@click.option("--apply", "is_applied", is_flag=True, help="Remove it; else it is only shown.")
def clean(
    database: str, rules: tuple[str, ...], quiet_branches: str | None, *, is_applied: bool
) -> None:
    """
    Remove old versions with their pacts and results.

    What is deployed or released is kept, and so are each pacticipant's newest version, the heads
    of branches and tags, and the last result on each pact that is kept.
    """
    keep = _keep(rules, quiet_branches)
    _need()
    from harness.broker.server.moments import moment, utc_now
    from harness.broker.server.serving import migrated
    from harness.broker.store import cleaning

    with migrated(database) as store:
        with store.reading() as db:
            going = cleaning.planned(db, keep)
        _show(going)
        if is_applied and going:
            command = " ".join(("clean", *(f"--keep {rule}" for rule in rules)))
            command += f" --quiet-branches {quiet_branches}" if quiet_branches else ""
            contents = cleaning.clean(store, going, moment(utc_now()), command)
            say(f"removed, with {counted(contents, 'content')} that nothing uses any more")
        elif going:
            say("nothing was removed; --apply removes it")


@_FILE
def backup(database: str, file: Path) -> None:
    """Copy all that the broker holds into a new FILE, while it may be at work."""
    _need()
    from harness.broker.server.serving import migrated
    from harness.broker.store.copying import back_up

    with migrated(database) as store:
        kept = back_up(store, file)
    say(f"{file} holds {counted(kept, 'version')}; `harness broker restore` reads it")


@_FILE
def restore(database: str, file: Path) -> None:
    """Put what a backup FILE holds into a database that is empty, of either kind."""
    _need()
    from harness.broker.server.moments import moment, utc_now
    from harness.broker.server.serving import migrated
    from harness.broker.store import copying

    with migrated(database) as store:
        kept = copying.restore(store, file, moment(utc_now()))
    say(f"restored {counted(kept, 'version')}")


@click.argument("url")
def pull(database: str, url: str) -> None:
    """
    Take over what the broker at URL holds; to pull again adds what is new there.

    Credentials are those of PACT_BROKER_TOKEN, or of PACT_BROKER_USERNAME and
    PACT_BROKER_PASSWORD. A webhook whose secrets are hidden is taken over without them, and is
    not enabled. Nothing is changed at URL.
    """
    from harness.brokers import UNTOLD, pulled

    taken = pulled(url, database, os.environ)
    for kind, number in taken.found.items():
        say(f"{counted(number, kind)}, {taken.new[kind]:,} new")
    if not taken.found:
        say(f"nothing is at {url}")
        return
    say("not taken over, since no broker tells them: " + ", ".join(UNTOLD))


def _need() -> None:
    from harness.brokers import need_packages

    need_packages()


def _show(going: Sequence[Going]) -> None:
    for each in going:
        if each.versions:
            of = f"{len(each.versions)} of {counted(each.of, 'version')}"
            say(f"{each.pacticipant}: {of}: {each.shown}")
        for name in each.branches:
            say(f"{each.pacticipant}: branch {name}")
    versions = sum(len(each.versions) for each in going)
    branches = sum(len(each.branches) for each in going)
    say(f"{counted(versions, 'version')} and {counted(branches, 'branch')} would go")


def _keep(rules: Sequence[str], quiet: str | None) -> Keep:
    from harness.broker.store.cleaning import Keep

    latest, since = 1, ""
    names: dict[str, list[str]] = {"branch": [], "tag": []}
    for rule in rules:
        if rule.isascii() and rule.isdigit() and 0 < int(rule) < 10**6:
            latest = max(latest, int(rule))
        elif _DAYS.fullmatch(rule):
            since = min(since, _ago(rule)) if since else _ago(rule)
        elif found := _RULE.fullmatch(rule):
            names[found.group(1)].append(found.group(2))
        else:
            said = f"expected 20, 90d, branch:NAME or tag:NAME, saw {rule}"
            raise click.BadParameter(said, param_hint="--keep")
    if quiet is not None and not _DAYS.fullmatch(quiet):
        said = f"expected a number of days such as 90d, saw {quiet}"
        raise click.BadParameter(said, param_hint="--quiet-branches")
    return Keep(latest, since, names["branch"], names["tag"], _ago(quiet) if quiet else "")


def _ago(days: str) -> str:
    at = datetime.now(UTC) - timedelta(days=int(days[:-1]))
    return at.isoformat(timespec="microseconds")
