"""The list of rules as tables of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.compat.versions.rule import Rule


def tables(sections: Iterable[tuple[str, tuple[Rule, ...]]]) -> str:
    """The tables of some rules, section by section."""
    return "\n".join(_lines(sections)).rstrip() + "\n"


def _lines(sections: Iterable[tuple[str, tuple[Rule, ...]]]) -> Iterator[str]:
    for name, rules in sections:
        yield f"## {name}\n"
        yield "| rule | what changed | level | judged | oasdiff |"
        yield "|---|---|---|---|---|"
        yield from map(_row, rules)
        yield ""


def _row(rule: Rule) -> str:
    judged = "yes" if rule.judged else "–"
    theirs = f"`{rule.oasdiff}`" if rule.oasdiff else "–"
    return f"| `{rule.id}` | {rule.sentence} | {rule.breaks.value} | {judged} | {theirs} |"
