"""What is wrong with a request, told to people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from harness.broker.server.answers import HTML, NOT_FOUND, Answer
from harness.broker.server.asking import Asked
from harness.broker.server.pages import frame

_TITLES: Final = {
    401: "Who are you?",
    403: "This is not yours to see",
    404: "Nothing is here",
    405: "This cannot be read",
    406: "This has no page",
    500: "Something broke",
}
_MORE: Final = {
    404: "It may have been removed, or its name may be written otherwise: letters count.",
    406: "It is made for programs: ask for application/hal+json.",
}


def told(asked: Asked, given: Answer) -> Answer:
    """A refusal as a page, where it is none yet; its status and headers stay."""
    if given.status < 400 or given.headers.get("content-type", "").startswith(HTML):
        return given
    title = _TITLES.get(given.status, "This cannot be asked")
    sentences = [each for each in _sentences(given.body) if each != NOT_FOUND]
    more = _MORE.get(given.status)
    page = frame.fault(asked, given.status, title, *sentences, *([more] if more else []))
    return Answer(given.status, page.body, {**given.headers, **page.headers})


def _sentences(body: bytes) -> Iterator[str]:
    try:
        found = json.loads(body) if body else {}
    except ValueError:
        return
    yield from _within(found.get("error") or found.get("errors") or found.get("detail"))


def _within(said: Any) -> Iterator[str]:
    if isinstance(said, str):
        yield said
    elif isinstance(said, list):
        for each in said:
            yield from _within(each)
    elif isinstance(said, dict):
        if "message" in said:
            yield str(said["message"])
            return
        for key, each in said.items():
            yield from (f"{key} {one}".strip() for one in _within(each))
