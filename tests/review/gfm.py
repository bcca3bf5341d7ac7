"""Markdown as GitHub reads it, by another's reader."""

from __future__ import annotations

from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

_READER = MarkdownIt("gfm-like")


def tokens(text: str) -> list[Token]:
    """Give the tokens of a text, those within lines in their places."""
    return list(_flat(_READER.parse(text)))


def codes(text: str) -> list[str]:
    """Give what is code: within lines and as blocks."""
    return [one.content for one in tokens(text) if one.type in ("code_inline", "fence")]


def prose(text: str) -> str:
    """Give the words that are not code."""
    return " ".join(one.content for one in tokens(text) if one.type == "text")


def html(text: str) -> list[str]:
    """Give what is taken for HTML."""
    return [one.content for one in tokens(text) if one.type in ("html_block", "html_inline")]


def links(text: str) -> list[str]:
    """Give the addresses of links and images, written or made out of words."""
    found = (one.attrGet("href") or one.attrGet("src") for one in tokens(text))
    return [str(address) for address in found if address]


def rows(text: str) -> list[int]:
    """Count the cells of every row of every table."""
    counts: list[int] = []
    for one in tokens(text):
        if one.type == "tr_open":
            counts.append(0)
        elif one.type in ("th_open", "td_open"):
            counts[-1] += 1
    return counts


def _flat(found: list[Token]) -> Iterator[Token]:
    for one in found:
        if one.type == "inline":
            yield from one.children or []
        else:
            yield one
