"""Text from outside does no harm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.pages.plain import abbreviated, clipped, one_line, plain


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain", "plain"),
        ("größe 訂單 😀", "größe 訂單 😀"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\x9b", "\\x9b"),
        ("\ud800", "\\ud800"),
        ("\u202e", "\\u202e"),
        ("\u2028", "\\u2028"),
        ("\U000e0001", "\\U000e0001"),
        ("\ufffe", "\\ufffe"),
        ("a\tb\r\nc\rd", "a    b\nc\\x0dd"),
        ("क्\u200dष", "क्\u200dष"),
    ],
)
def test_what_does_harm_is_escaped(text: str, written: str) -> None:
    """Control, format and surrogate characters are written out; letters stay."""
    assert plain(text) == written


@given(st.text(st.characters(categories=None)))
def test_any_text_can_be_encoded_and_shown(text: str) -> None:
    """Whatever a service sends, what is written is UTF-8 without control characters."""
    written = plain(text)
    written.encode("utf-8")

    assert all(ord(one) >= 32 or one == "\n" for one in written)
    assert "\n" not in one_line(text)


def test_long_text_tells_its_length() -> None:
    """What is cut says that it was cut."""
    assert clipped("a" * 5, 5) == "aaaaa"
    assert clipped("a" * 2000, 3) == "aaa… (2,000 characters)"


def test_commits_are_cut_to_their_beginnings_and_nothing_else_is() -> None:
    """A digest of another length, or in another word, stays whole."""
    commit = "0123456789abcdef0123456789abcdef01234567"

    assert abbreviated(f"version {commit} of orders ({commit})") == (
        "version 0123456789… of orders (0123456789…)"
    )
    for whole in ("1.2.0", commit[:39], f"{commit}0", f"v{commit}", commit.upper()):
        assert abbreviated(whole) == whole
