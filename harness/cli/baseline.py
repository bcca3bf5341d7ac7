"""`harness baseline`: take the findings that are there as known, so that only new ones fail."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from harness.cli.choosing import chosen, known, selection_options
from harness.cli.doors import Doors
from harness.cli.exits import Exit
from harness.cli.progress import progress_on
from harness.cli.screen import say
from harness.cli.signals import taken_for_ctrl_c
from harness.cli.workspace import config_option, doors_of, open_workspace
from harness.domain.config import Config
from harness.domain.errors import Misused
from harness.domain.kept_run import KeptRun, kept
from harness.domain.policy import Severity
from harness.domain.selection import Selection
from harness.domain.verdict import Status
from harness.domain.waiver import Waiver
from harness.pages.plain import one_line, plain
from harness.reports.words import counted, verdict_line
from harness.settings.source import shown
from harness.settings.waivers import day, keys_in, with_waivers
from harness.stages.baselining import Baseline, Terms, baseline_of, by_check
from harness.stages.renaming import Carried, carried_over

_CODES = {Status.BROKEN: Exit.INTERNAL, Status.INTERRUPTED: Exit.INTERRUPTED}


@dataclass(frozen=True, slots=True)
class Wish:
    """
    What is to become of the file.

    Shape: entries are added unless others are to go or to be carried over; `renamed` maps old names
    of services to new ones.
    """

    renew: bool
    prune: bool
    renamed: dict[str, str]
    allow_empty: bool

    @property
    def adds(self) -> bool:
        """Whether findings are taken as known."""
        return not (self.prune or self.renamed)


@dataclass(frozen=True, slots=True)
class Change:
    """What is put into the file and taken out of it, and the sentences that tell it."""

    put: tuple[Waiver, ...] = ()
    drop: tuple[Waiver, ...] = ()
    told: tuple[str, ...] = ()


def _renamed(
    _context: click.Context, _option: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    """Read `OLD=NEW`."""
    pairs = [value.partition("=") for value in values]
    for (old, _, new), value in zip(pairs, values, strict=True):
        if not old or not new:
            raise click.BadParameter(f"expected OLD=NEW, saw {value!r}")
    return {old: new for old, _, new in pairs}


@click.command("baseline")
@click.option("--reason", metavar="TEXT", help="Why they are left; else the day of the baseline.")
@click.option(
    "--until", metavar="DATE", help="The last day on which they hold; else there is none."
)
@click.option("--owner", default="", metavar="NAME", help="Who answers for them; else the owners.")
@click.option("--warnings", is_flag=True, help="Warnings too.")
@click.option("--renew", is_flag=True, help="Also those whose last day has passed.")
@click.option("--prune", is_flag=True, help="Add none: take out those that are about nothing.")
@click.option(
    "--renamed",
    multiple=True,
    callback=_renamed,
    metavar="OLD=NEW",
    help="Add none: carry those of a service over to its new name.",
)
@click.option("--allow-empty", is_flag=True, help="Write the file even if it holds no entry.")
@click.option("--from-last-run", is_flag=True, help="Take the findings of the last run here.")
@click.option(
    "--from-report",
    "report",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Take the findings of a JSON report.",
)
@selection_options
@config_option
@click.pass_context
def command(
    context: click.Context,
    reason: str | None,
    until: str | None,
    owner: str,
    report: Path | None,
    services: tuple[str, ...],
    edges: tuple[str, ...],
    checks: tuple[str, ...],
    renamed: dict[str, str],
    *,
    warnings: bool,
    renew: bool,
    prune: bool,
    allow_empty: bool,
    from_last_run: bool,
    given: Path | None,
) -> int:
    """
    Take the findings that are there as known, so that only new ones fail.

    The gate is run, and each error gets an entry in the file of waivers. Entries that are there
    keep their reason, owner and day. Exit codes: 0 done, 2 misused, 3 not all was seen that pruning
    needs, 4 internal error, 130 interrupted.
    """
    doors = doors_of(context)
    config = doors.fetched(open_workspace(given).config)
    wish = Wish(renew, prune, renamed, allow_empty)
    selection = chosen(doors.system(config), services, edges, checks)
    terms = _terms(reason, until, owner, config, wish, doors.today())
    _possible(wish, selection, config, is_kept=from_last_run or report is not None)
    run = _run(doors, config, selection, report, from_last_run=from_last_run)
    if run.status is Status.INTERRUPTED and not (from_last_run or report):
        say("interrupted: nothing was written; --from-last-run takes what was seen", err=True)
        return Exit.INTERRUPTED
    if prune and not run.is_complete:
        say(
            f"nothing was taken out: the run was {run.status.value} or did not see the whole "
            "system, and what it did not find may be there",
            err=True,
        )
        return _CODES.get(run.status, Exit.INCONCLUSIVE)
    severities = frozenset({Severity.ERROR, *([Severity.WARNING] if warnings else [])})
    found = baseline_of(run.findings, config.waivers, severities, terms)
    change = _change(found, run, config, wish)
    _write(doors, config, change)
    for line in (*change.told, *_notes(found, change, run, wish, terms)):
        say(plain(line))
    return _CODES.get(run.status, Exit.PASSED)


def _terms(
    reason: str | None, until: str | None, owner: str, config: Config, wish: Wish, today: date
) -> Terms:
    """
    Say what entries are written with.

    Raises: Misused, where policy demands a last day and there is none.
    """
    demand = config.policy.day_demanded_by
    if wish.adds and until is None and demand:
        raise Misused(f"expected a last day, as {demand} demands one", hint="--until DATE")
    words = " ".join((reason or "").split()) or f"there when the baseline was taken on {today}"
    return Terms(today, words, owner, day(until, today) if until else None)


def _possible(wish: Wish, selection: Selection, config: Config, *, is_kept: bool) -> None:
    """
    See that what is wished can be had, before time is spent.

    Raises: UsageError or Misused, where it cannot.
    """
    if config.waivers_file is None:
        raise Misused("the workspace names no file for waivers")
    if not selection.is_whole and (wish.prune or is_kept):
        other = "--prune" if wish.prune else "what a run has found"
        raise click.UsageError(f"{other} is about the whole system: name no part of it")
    names = {name for one in config.waivers for name in one.names}
    for old in wish.renamed:
        known("waiver of the service", old, names)
        if config.service(old) or config.external(old):
            raise Misused(f"{old} is a service of this workspace still", hint="--renamed OLD=NEW")


def _run(
    doors: Doors, config: Config, selection: Selection, report: Path | None, *, from_last_run: bool
) -> KeptRun:
    """
    Give what a run found: of a report, of the last run, or of one that is made for this.

    Raises: Misused, where there is none, or it was tried with another budget.
    """
    if report is None and not from_last_run:
        on_terminal = sys.stdout.isatty() and sys.stderr.isatty()
        with (
            taken_for_ctrl_c(),
            progress_on(
                is_terminal=on_terminal, is_quiet=False, write=lambda line: say(line, err=True)
            ) as progress,
        ):
            verdict = doors.gate(config, selection, progress)
        say(one_line(verdict_line(verdict)), err=True)
        return kept(verdict)
    run = doors.reported_run(report) if report else doors.kept_run(config)
    if run is None:
        raise Misused("there is no record of a last run here", hint="harness gate")
    if (run.seed, run.examples) != (config.seed, config.examples):
        raise Misused(
            f"expected a run with seed {config.seed} and {counted(config.examples, 'example')}, as "
            f"the configuration says, saw one with seed {run.seed} and "
            f"{counted(run.examples, 'example')}",
            hint="harness gate without --seed and --examples",
        )
    return run


def _change(found: Baseline, run: KeptRun, config: Config, wish: Wish) -> Change:
    """
    Say what becomes of the file.

    Raises: Misused, where nothing would, or it would be left empty and nobody asked for that.
    """
    changes = []
    if wish.adds:
        changes.append(_added(found, wish))
    if wish.renamed:
        carried = tuple(carried_over(config.waivers, run.findings, wish.renamed))
        changes.append(_carried(carried, wish))
    if wish.prune:
        replaced = {waiver.key for one in changes for waiver in one.drop}
        stale = tuple(one for one in found.stale if one.key not in replaced)
        changes.append(Change(drop=stale, told=(f"{counted(len(stale), 'entry')} taken out",)))
    put = tuple(one for each in changes for one in each.put)
    drop = tuple(one for each in changes for one in each.drop)
    if len(config.waivers) + len(put) - len(drop) <= 0 and not wish.allow_empty:
        raise Misused(
            f"the run found nothing to keep ({run.status.value}), and an empty baseline is not "
            "written: a run that saw too little looks the same",
            hint="harness gate tells what was looked at; --allow-empty writes it all the same",
        )
    return Change(put, drop, tuple(line for one in changes for line in one.told))


def _added(found: Baseline, wish: Wish) -> Change:
    put = (*found.new, *(found.renewed if wish.renew else ()))
    counts = (f"  {count:,} {check}" for check, count in by_check(put))
    told = f"{counted(len(found.new), 'entry')} added"
    if wish.renew:
        told += f", {counted(len(found.renewed), 'entry')} renewed"
    return Change(put, (), (told, *counts))


def _carried(carried: tuple[Carried, ...], wish: Wish) -> Change:
    """
    Carry entries over to a new name.

    Raises: Misused, where none would hold under it.
    """
    if not carried:
        names = ", ".join(f"{old} as {new}" for old, new in wish.renamed.items())
        raise Misused(
            f"no entry would hold for a finding of this run: {names}",
            hint="the fingerprints differ in more than the name; add them anew: harness baseline",
        )
    return Change(
        tuple(one.new for one in carried),
        tuple({one.old.key: one.old for one in carried}.values()),
        (f"{counted(len(carried), 'entry')} carried over",),
    )


def _write(doors: Doors, config: Config, change: Change) -> None:
    file = config.waivers_file
    assert file is not None
    dropped = {one.key for one in change.drop}
    mine = {one.key for one in config.waivers}

    def changed(text: str) -> str:
        # What somebody has written meanwhile is theirs, and stays.
        theirs = set(keys_in(text)) - mine
        return with_waivers(text, [one for one in change.put if one.key not in theirs], dropped)

    doors.change(file, changed)
    say(f"{shown(file, config.root)}:")


def _notes(
    found: Baseline, change: Change, run: KeptRun, wish: Wish, terms: Terms
) -> Iterator[str]:
    """Say aloud what a reader should know of it."""
    if wish.adds and terms.until is None and (found.new or (wish.renew and found.renewed)):
        yield "note: they have no last day, so nothing brings them back: --until DATE gives one"
    if found.expired and not wish.renew:
        yield (
            f"note: expired and not renewed: {counted(len(found.expired), 'entry')}, whose "
            "findings fail; --renew, with a later --until, renews them"
        )
    stale = [one for one in found.stale if one not in change.drop]
    if stale and run.is_complete:
        yield f"note: stale: {counted(len(stale), 'entry')}; --prune takes them out"
    if not run.is_complete:
        yield (
            f"note: the run was {run.status.value} and did not see the whole system; what it did "
            "not see is not in the baseline"
        )
