"""The pages of checks, as they are installed with the house."""

from __future__ import annotations

import re
from importlib.resources import files

_EXAMPLE = re.compile(r"^## Example\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def page_of(check: str) -> str:
    """Give the page of a check, in Markdown."""
    return files("harness.checks").joinpath("pages", f"{check}.md").read_text("utf-8")


def help_of(check: str) -> str:
    """Give the page of a check without its example, which is written for the house's tests."""
    return _EXAMPLE.sub("", page_of(check))
