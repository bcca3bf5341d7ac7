"""HTML and SVG, built so that no text from outside is ever taken for markup."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from html import escape
from typing import Final

from harness.pages.plain import one_line, plain


class Markup(str):
    """Text that is markup already; every other text is escaped where it is put into one."""

    __slots__ = ()


Child = str | Markup | None | Iterable["Child"]
Value = str | int | float | bool | None

_VOID: Final = frozenset({"img", "input", "link", "meta"})


def tag(name: str, /, *children: Child, **attributes: Value) -> Markup:
    """
    Write an element with its attributes and children.

    Shape: `aria_label` is written as `aria-label` and `class_` as `class`; an attribute that is
    None or False is left out, one that is True has no value.
    """
    head = "".join([_attribute(key, value) for key, value in attributes.items()])
    if name in _VOID:
        return Markup(f"<{name}{head}>")
    return Markup(f"<{name}{head}>{joined(children)}</{name}>")


def joined(children: Child, between: str = "") -> Markup:
    """Write children one after the other, those escaped that are no markup."""
    if isinstance(children, Markup):
        return children
    if children is None:
        return Markup("")
    if isinstance(children, str):
        return Markup(escape(plain(children), quote=False))
    return Markup(
        between.join([each if isinstance(each, Markup) else joined(each) for each in children])
    )


def prose(text: str) -> Markup:
    """Write a sentence in one line, with what stands between backticks as code."""
    parts = one_line(text).split("`")
    if len(parts) % 2 == 0:
        return joined(one_line(text))
    return joined(tag("code", part) if at % 2 else part for at, part in enumerate(parts))


def _attribute(key: str, value: Value) -> str:
    name = _written(key)
    if value is None or value is False:
        return ""
    if value is True:
        return f' {name}=""'
    return f' {name}="{escape(plain(number(value) if isinstance(value, float) else str(value)))}"'


@cache
def _written(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def number(value: float) -> str:
    """Write a length, to a tenth."""
    return f"{value:.1f}".removesuffix(".0")
