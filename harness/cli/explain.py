"""`harness explain`: what a check finds and what to do about it."""

from __future__ import annotations

import sys

import click
from rich.markdown import Markdown

from harness.checks.catalog import CATALOG
from harness.cli.choosing import known
from harness.cli.screen import has_colour, say, width
from harness.compat.versions import RULES, Rule
from harness.domain.change import Breaks
from harness.reports.pages import page_of
from harness.reports.terminal import Look, as_text

_WEIGHT = {
    Breaks.BREAKS: "breaks consumers that use it",
    Breaks.MAY_BREAK: "may break consumers that use it",
    Breaks.HARMLESS: "harms nobody by itself",
}


@click.command("explain")
@click.argument("check")
def command(check: str) -> None:
    """Print what a check finds, or what a rule of changes means."""
    changed = {one.id: one for one in RULES}
    if check in changed:
        say(_rule(changed[check]))
        return
    known("check", check, [one.id for one in CATALOG])
    page = page_of(check)
    if has_colour(sys.stdout):
        look = Look(width=min(width(), 100), colour=True)
        page = as_text(iter([Markdown(page, hyperlinks=False)]), look)
    say(page)


def _rule(rule: Rule) -> str:
    theirs = f" (oasdiff: {rule.oasdiff})" if rule.oasdiff else ""
    judged = "; harmless where it is proven that no value is lost" if rule.judged else ""
    return (
        f"# {rule.id}\n\n{rule.sentence}\n\n"
        f"A change of a provider's document that {_WEIGHT[rule.breaks]}{judged}{theirs}.\n"
        "Its level is set in policy: [tool.contract-harness.policy.changes]\n"
    )
