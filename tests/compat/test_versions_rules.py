"""The table of rules: whole, without doubles, and the same on its page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.compat.versions import RULES, SECTIONS, Rule, rule
from harness.compat.versions.page import tables
from harness.domain.change import Breaks, Part

_PAGE = Path(__file__).parents[2] / "docs" / "diff-rules.md"


def test_the_page_is_the_table() -> None:
    """What the page in `docs` lists is what the table makes of itself, word by word."""
    text = _PAGE.read_text(encoding="utf-8")

    assert text[text.index("## ") :] == tables(SECTIONS)


def test_an_id_has_one_rule() -> None:
    """Ids are kebab-case, each stands once, and a rule is found by it."""
    assert len({each.id for each in RULES}) == len(RULES)
    assert [each.id for each in RULES if not re.fullmatch(r"[a-z]+(-[a-z]+)+", each.id)] == []
    assert rule("reply-property-became-nullable").breaks is Breaks.BREAKS
    with pytest.raises(KeyError):
        rule("reply-property-became-blue")


def test_a_rule_is_one_sentence() -> None:
    """Each rule says in one sentence what changed."""
    odd = [each.id for each in RULES if not re.fullmatch(r"[A-Z][^.]*\.", each.sentence)]

    assert odd == []


def test_what_widens_replies_narrows_nothing() -> None:
    """By default no rule that a proof can discharge is harmless in both directions."""
    by_id = {each.id: each for each in RULES}
    for each in RULES:
        other = by_id.get(each.id.replace("reply", "request", 1))
        if each.part is Part.REPLY and each.judged and other is not None and other.judged:
            assert Breaks.HARMLESS not in (each.breaks, other.breaks) or each.breaks != other.breaks


def test_rules_are_data() -> None:
    """A rule can be listed with all that is said of it."""
    found = rule("request-property-became-required")

    assert found == Rule(
        id="request-property-became-required",
        breaks=Breaks.BREAKS,
        sentence="A value in a request body became required.",
        part=Part.REQUEST,
        oasdiff="request-property-became-required",
        effect=found.effect,
        judged=True,
    )
