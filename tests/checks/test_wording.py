"""No word, line or value of a tool is in what a finding is known by."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from harness.checks.catalog import CATALOG
from harness.checks.check import Check
from harness.domain.finding import fingerprint
from tests.checks.test_pages import example_of, facts_of

WORDS = frozenset({"message", "detail", "hint", "traceback", "error", "title", "tool"})
NUMBERS = frozenset({"line", "column", "elapsed_ms", "occurrences", "seq"})
# There, `message` is the name of a channel's message.
NAMES = frozenset({"ChannelCompared", "InteractionCompared"})


def reworded(value: Any, *, kind: str = "") -> Any:
    """Say the same as another version of the tool would, some lines further down."""
    if isinstance(value, list):
        return [reworded(one, kind=kind) for one in value]
    if not isinstance(value, dict):
        return value
    kind = value.get("kind", kind) if isinstance(value.get("kind"), str) else kind
    return {key: _reworded(key, inner, kind) for key, inner in value.items()}


def _reworded(key: str, value: Any, kind: str) -> Any:
    if key in WORDS and isinstance(value, str) and kind not in NAMES:
        return f"Other words (v2): {value[::-1]}" if value else value
    if key in NUMBERS and isinstance(value, int) and not isinstance(value, bool):
        return value + 40
    return reworded(value, kind=kind)


@pytest.mark.parametrize("check", CATALOG, ids=lambda check: check.id)
def test_other_words_and_lines_are_the_same_finding(check: Check) -> None:
    """The example of each page, told in other words and at other lines, has its fingerprints."""
    example = example_of(check)
    other = {**example, "evidence": reworded(example["evidence"])}

    def prints(facts: dict[str, Any]) -> Counter[str]:
        return Counter(fingerprint(check.id, flaw) for flaw in check.judge(facts_of(facts)))

    assert prints(other) == prints(example)
    assert prints(example)


def test_the_rewording_reaches_the_words_of_a_tool() -> None:
    """The law above is not about nothing: what mypy says is another text."""
    (check,) = (one for one in CATALOG if one.id == "type-error")
    example = example_of(check)
    other = {**example, "evidence": reworded(example["evidence"])}
    (before,), (after,) = (list(check.judge(facts_of(one))) for one in (example, other))

    assert before.message != after.message
    assert before.location != after.location
    assert before.cause == after.cause
