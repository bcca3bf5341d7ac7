"""What was asked for by name, checked against what is there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from difflib import get_close_matches
from typing import TypeVar

import click

from harness.checks.catalog import CATALOG
from harness.domain.edge import Pair
from harness.domain.errors import Misused
from harness.domain.kept_run import KeptRun
from harness.domain.policy import Severity
from harness.domain.selection import Selection
from harness.domain.system import System
from harness.maps.gathering import pairs_of

Command = TypeVar("Command", bound=Callable[..., int])

_MOST_NAMED = 40


def selection_options(command: Command) -> Command:
    """The options that name a part of the system: `--service`, `--edge` and `--check`."""
    for option in (
        click.option("--check", "checks", multiple=True, metavar="ID", help="Only this check."),
        click.option("--edge", "edges", multiple=True, metavar="A:B", help="Only consumer A of B."),
        click.option(
            "--service", "services", multiple=True, metavar="NAME", help="Only this service."
        ),
    ):
        command = option(command)
    return command


def chosen(
    system: System, services: tuple[str, ...], edges: tuple[str, ...], checks: tuple[str, ...]
) -> Selection:
    """
    Turn names into a selection.

    Raises: Misused, for a name that nothing has.
    """
    members = [service.name for service in system.config.services]
    for name in services:
        known("service", name, members)
    for name in checks:
        known("check", name, [check.id for check in CATALOG])
    pairs = {written(pair): pair for pair in pairs_of(system)}
    for name in edges:
        known("edge", name, list(pairs))
    return Selection(services, tuple(pairs[name] for name in edges), checks)


def failed_last(run: KeptRun | None, system: System) -> Selection:
    """
    Select what failed in the last run: its checks, on the edges and services concerned.

    Shape: all, where nothing failed; what is no longer there is passed over.
    Raises: Misused, where no run is known.
    """
    if run is None:
        raise Misused("no run of the gate is known here", hint="run it once: harness gate")
    failed = [one for one in run.findings if one.severity is Severity.ERROR]
    pairs = {written(pair): pair for pair in pairs_of(system)}
    edges = dict.fromkeys(pairs[one.subject] for one in failed if one.subject in pairs)
    names = dict.fromkeys(name for one in failed for name in one.subject.split(":"))
    services = tuple(name for name in names if system.config.service(name))
    present = [check.id for check in CATALOG]
    checks = tuple(dict.fromkeys(one.check for one in failed if one.check in present))
    if all(one.subject in pairs for one in failed):
        return Selection((), tuple(edges), checks)
    return Selection(services, (), checks) if services else Selection(checks=checks)


def known(kind: str, name: str, names: Collection[str]) -> str:
    """
    Give the name back.

    Raises: Misused, where it is not among the names.
    """
    if name in names:
        return name
    near = get_close_matches(name, sorted(names), 1, 0.6) or [one for one in names if name in one]
    shown = sorted(names)[:_MOST_NAMED]
    more = f" and {len(names) - len(shown)} more" if len(names) > len(shown) else ""
    every = ", ".join(shown) + more or "none"
    hint = f"did you mean {near[0]}?" if near else f"known: {every}"
    raise Misused(f'there is no {kind} "{name}"', hint=hint)


def know_subjects(system: System, subjects: Iterable[str]) -> None:
    """
    Look at what reports are to be about: services, and edges as `--edge` takes them.

    Raises: Misused, for what is neither.
    """
    names = [service.name for service in system.config.services]
    names += map(written, pairs_of(system))
    for subject in filter(None, subjects):
        known("service or edge", subject, names)


def written(pair: Pair) -> str:
    """Write a pair as `--edge` takes it."""
    return f"{pair.consumer}:{pair.provider}"
