"""The style of pages as one text, and the digest by which a page's policy allows it."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from harness.pages.colours import variables
from harness.pages.markup import Markup


def style(*more: str) -> Markup:
    """What stands in a page's `style`: the colours, the style of all pages, and what is its own."""
    common = files("harness.pages").joinpath("common.css").read_text("utf-8")
    return Markup("\n" + "".join((variables(), common, *more)))


def digest(text: str) -> str:
    """The digest of a style or script, as a content security policy names it."""
    found = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(found).decode('ascii')}"
