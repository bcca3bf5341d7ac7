"""What all pages have around them: the head, the way about, and the policy that binds them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

from harness.broker.server.answers import HTML, Answer
from harness.broker.server.asking import Asked, Call
from harness.broker.server.links import Links
from harness.pages import pictures
from harness.pages.markup import Child, Markup, joined, tag
from harness.pages.plain import abbreviated, one_line
from harness.pages.styles import digest, style

PARTS: Final = {
    "Integrations": ("integrations",),
    "Network": ("network",),
    "Pacticipants": ("pacticipants",),
    "Environments": ("environments",),
    "Matrix": ("matrix",),
    "Can I deploy": ("can-i-deploy",),
    "Webhooks": ("webhooks",),
}


def page(call: Call, title: str, *body: Child, lead: Child = None, status: int = 200) -> Answer:
    """
    A page.

    Shape: it is read without scripts, which its policy forbids, and loads nothing from anywhere;
    `lead` stands below the heading.
    """
    return _written(call.asked, title, body, lead, status)


def fault(asked: Asked, status: int, title: str, *sentences: str) -> Answer:
    """A page that says what is wrong with a request."""
    return _written(asked, title, [tag("p", one) for one in sentences], None, status)


def section(title: Child, *body: Child, name: str = "") -> Markup:
    """A part of a page with its heading."""
    return tag("section", tag("h2", title), *body, id=name or None)


def _written(asked: Asked, title: str, body: Child, lead: Child, status: int) -> Answer:
    own, title = _style(), abbreviated(one_line(title))
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", f"{title} · Pact Broker"),
        tag("link", rel="icon", href="data:,"),
        tag("style", own),
    )
    whole = tag(
        "body",
        _about(asked),
        tag("main", tag("h1", tag("bdi", title)), tag("div", lead, class_="lead"), body),
        tag("footer", tag("p", "All times are UTC.", class_="quiet")),
    )
    text = joined([Markup("<!DOCTYPE html>\n"), tag("html", head, whole, lang="en"), "\n"])
    headers = {
        "content-type": f"{HTML};charset=utf-8",
        "content-security-policy": (
            f"default-src 'none'; style-src '{digest(own)}'; img-src 'self' data:; "
            "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        ),
        "referrer-policy": "no-referrer",
    }
    return Answer(status, text.encode("utf-8", "replace"), headers)


def _about(asked: Asked) -> Markup:
    links, here = Links(asked.base), asked.path.strip("/").partition("/")[0] or "integrations"
    found = [
        tag("a", name, href=links.to(*path), aria_current="page" if path[0] == here else None)
        for name, path in PARTS.items()
    ]
    home = tag("a", "Pact Broker", href=f"{asked.base}/", class_="home")
    return tag("header", tag("nav", home, found, aria_label="Pages"))


@cache
def _style() -> Markup:
    own = files(__package__).joinpath("broker.css").read_text("utf-8")
    return style(own, pictures.STYLE)
