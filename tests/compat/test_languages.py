"""What is told of regular expressions, judged by Python's own engine and by the validator."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.compat.schemas.judging import Judge
from harness.compat.schemas.languages import Languages, language
from harness.compat.schemas.regexes import Unreadable, parsed
from harness.compat.schemas.texts import FORMAT_SAMPLES, matching
from harness.compat.schemas.wordings import FORMATS

DECIMAL = r"^(?!^[-+.]*$)[+-]?0*\d*\.?\d*$"

_QUIET = settings(max_examples=300, deadline=None, database=None, derandomize=True)


def counterexample(writer: str, reader: str) -> str | None:
    """A text in which the first pattern is found and the second is not."""
    languages = Languages()
    ours = language(languages, parsed(writer))
    return languages.counterexample(ours, language(languages, parsed(reader)))


def patterns() -> st.SearchStrategy[str]:
    """Patterns of a few letters, with and without anchors."""
    atoms = st.sampled_from(["a", "b", "[ab]", "[^a]", ".", r"\d", "(?:ab)", "(?:a|bb)", "c"])
    times = st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,2}"])
    row = st.lists(st.tuples(atoms, times).map("".join), max_size=4).map("".join)
    looks = st.sampled_from(["", "", "(?=a)", "(?!b)", "(?!.*c)", "(?=.*b$)"])
    branch = st.tuples(st.sampled_from(["", "^"]), looks, row, st.sampled_from(["", "$"]))
    return st.lists(branch.map("".join), min_size=1, max_size=2).map("|".join)


@given(writer=patterns(), reader=patterns(), seed=st.integers(0, 99))
@_QUIET
def test_what_is_told_of_two_patterns_is_so(writer: str, reader: str, seed: int) -> None:
    """A counterexample is one, and where there is none, no text that is drawn is one."""
    try:
        found = counterexample(writer, reader)
    except Unreadable:
        return
    if found is not None:
        assert re.search(writer, found)
        assert not re.search(reader, found)
        return
    chance = random.Random(seed)
    for _ in range(30):
        text = "".join(chance.choice("ab0c-") for _ in range(chance.randint(0, 6)))
        assert not re.search(writer, text) or re.search(reader, text)


@pytest.mark.parametrize(
    ("writer", "reader", "expected"),
    [
        (r"^[0-9]+\.[0-9]{2}$", DECIMAL, None),
        (DECIMAL, r"^[+-]?(\d+(\.\d*)?|\.\d+)$", None),
        (DECIMAL, r"^\d", "+0"),
        ("^a{2,7}$", "^a{1,6}$", "aaaaaaa"),
        ("a|b", "^a|b$", "0a"),
        ("^(a+)+$", "^a+$", None),
        ("^a$", "^(?:^a$)$", None),
        ("", "a", ""),
    ],
)
def test_patterns_are_compared_whole(writer: str, reader: str, expected: str | None) -> None:
    """Anchors, counts and look-aheads at the beginning are all part of what is compared."""
    assert counterexample(writer, reader) == expected


@pytest.mark.parametrize(
    "pattern",
    [r"(a)\1", r"\bword", "(?<=a)b", "(?i)a", "a**", "[", "a{3,2}", "(a", r"\p{L}", "a++"],
)
def test_what_is_not_understood_is_refused(pattern: str) -> None:
    """A pattern is read whole or not at all."""
    with pytest.raises(Unreadable):
        parsed(pattern)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_the_pattern_of_a_format_holds_every_text_of_it(name: str) -> None:
    """
    No text that the validator takes for a format is outside of the format's pattern.

    Only digits are changed: the validator takes some other signs for digits, RFC 3339 does not.
    """
    judge = Judge({"type": "string", "format": name})
    chance = random.Random(7)
    taken = 0
    for at in range(1_500):
        text = chance.choice(FORMAT_SAMPLES[name]) if at % 2 else matching(FORMATS[name], chance)
        for _ in range(chance.randint(0, 2)):
            place = chance.randrange(len(text) or 1)
            text = text[:place] + chance.choice("0123456789") + text[place + 1 :]
        if judge.accepts(text):
            taken += 1
            assert re.search(FORMATS[name], text), text
    assert taken > 100
