"""What the broker answers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

HAL: Final = "application/hal+json"
JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"
TEXT: Final = "text/plain"
HTML: Final = "text/html"
NOT_FOUND: Final = "The requested document was not found on this server."
_NONE: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class Answer:
    """A response; one of 400 and above changes nothing."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_kept(self) -> bool:
        """Whether what was done for it stays."""
        return self.status < 400


class Refused(Exception):
    """A request that cannot be met, with its answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def hal(body: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] = _NONE) -> Answer:
    """A resource with its links."""
    return written(body, status, HAL, headers)


def written(
    body: Any, status: int = 200, kind: str = JSON, headers: Mapping[str, str] = _NONE
) -> Answer:
    """A value as JSON."""
    text = json.dumps(body, separators=(",", ":"))
    return Answer(status, text.encode("ascii"), {**_typed(kind), **headers})


def text(body: str, kind: str = TEXT, status: int = 200) -> Answer:
    """A text of a media type."""
    return Answer(status, body.encode("utf-8", "replace"), _typed(kind))


def empty(status: int = 204) -> Answer:
    """No content."""
    return Answer(status)


def error(said: str, status: int, *, kind: str = JSON) -> Answer:
    """One sentence on what is wrong."""
    if kind == PROBLEM:
        title = "Not found" if status == 404 else "Request refused"
        return written({"title": title, "status": status, "detail": said}, status, PROBLEM)
    return written({"error": said}, status, kind)


def errors(
    found: Mapping[str, Sequence[str]] | Sequence[str], status: int = 400, *, kind: str = HAL
) -> Answer:
    """What is wrong with a request, by field where there are fields."""
    if kind == PROBLEM:
        return _problem(found, status)
    return written({"errors": found}, status, HAL if kind == JSON else kind)


def missing(kind: str = JSON) -> Answer:
    """That nothing is there."""
    return error(NOT_FOUND, 404, kind=kind)


def _problem(found: Mapping[str, Sequence[str]] | Sequence[str], status: int) -> Answer:
    listed = found.items() if isinstance(found, Mapping) else [("", found)]
    told = [
        {"type": "/problems/invalid-body-property-value", "title": "Validation error"}
        | {"detail": said, "pointer": "/" + name.replace(".", "/")}
        for name, sentences in listed
        for said in sentences
    ]
    head = {"title": "Validation errors", "type": "/problems/validation-error", "instance": "/"}
    return written({**head, "status": status, "errors": told}, status, PROBLEM)


def _typed(kind: str) -> dict[str, str]:
    return {"content-type": f"{kind};charset=utf-8"}
