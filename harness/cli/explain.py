"""`harness explain`: what a check finds and what to do about it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from rich.markdown import Markdown

from harness.checks.catalog import CATALOG
from harness.checks.check import Check
from harness.cli.choosing import known
from harness.cli.levels import apart, in_force
from harness.cli.screen import has_colour, say, width
from harness.cli.workspace import config_option, open_workspace, workspace_around
from harness.compat.versions import RULES, Rule
from harness.domain.change import Breaks
from harness.domain.errors import Misused
from harness.reports.pages import page_of
from harness.reports.terminal import Look, as_text
from harness.settings.load import Workspace

_WEIGHT = {
    Breaks.BREAKS: "breaks consumers that use it",
    Breaks.MAY_BREAK: "may break consumers that use it",
    Breaks.HARMLESS: "harms nobody by itself",
}


@click.command("explain")
@click.argument("check")
@config_option
def command(check: str, *, given: Path | None) -> None:
    """
    Print what a check finds, or what a rule of changes means.

    In a workspace, the level in force is told too, and the line of the policy that it comes from.
    """
    changed = {one.id: one for one in RULES}
    if check in changed:
        say(_rule(changed[check]))
        _tell(_level_of_rule(_workspace(given), check))
        return
    known("check", check, [one.id for one in CATALOG])
    (found,) = (one for one in CATALOG if one.id == check)
    page = page_of(check)
    if has_colour(sys.stdout):
        look = Look(width=min(width(), 100), colour=True)
        page = as_text(iter([Markdown(page, hyperlinks=False)]), look)
    say(page)
    _tell(_levels(_workspace(given), found))


def _workspace(given: Path | None) -> Workspace | None:
    """Load the workspace; one around here that has faults is no reason to explain nothing."""
    if given:
        return open_workspace(given)
    try:
        return workspace_around()
    except Misused:
        say(
            "note: levels are not told, as the configuration has faults: harness config show",
            err=True,
        )
        return None


def _tell(lines: Iterable[str]) -> None:
    """Write lines below what is there, where there are any."""
    text = "\n".join(lines)
    if text:
        say(f"\n{text}")


def _levels(workspace: Workspace | None, check: Check) -> Iterator[str]:
    """Say what the check weighs here, and where it weighs something else."""
    if workspace is None:
        return
    level = in_force(workspace, check)
    yield f"level in this workspace: {level.level}, from {level.source}"
    for one in apart(workspace, check):
        yield f"  in {one.service}: {one.level}, from {one.source}"


def _level_of_rule(workspace: Workspace | None, rule: str) -> Iterator[str]:
    """Say what the changes of a rule weigh here, where somebody says so."""
    setting = workspace.setting("policy", "changes", rule) if workspace else None
    if setting is not None:
        level = setting.value.strip('"')
        yield f"level in this workspace: {level}, from {setting.key} ({setting.origin})"


def _rule(rule: Rule) -> str:
    theirs = f" (oasdiff: {rule.oasdiff})" if rule.oasdiff else ""
    judged = "; harmless where it is proven that no value is lost" if rule.judged else ""
    return (
        f"# {rule.id}\n\n{rule.sentence}\n\n"
        f"A change of a provider's document that {_WEIGHT[rule.breaks]}{judged}{theirs}.\n"
        "Its level is set in policy: [tool.contract-harness.policy.changes]\n"
    )
