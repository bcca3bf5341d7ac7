"""What a client did otherwise than its test declares, as sentences: expected, seen, where."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from harness.consumer.declaration import Declaration, Pattern, Request, Texts
from harness.domain.json import Json, shortened


@dataclass(frozen=True, slots=True)
class Unmet:
    """
    One way in which a client did not do what its test declares.

    Shape: `seen` is false when nothing came where something was declared.
    """

    sentence: str
    seen: bool


def unmet_by(mismatches: Iterable[object], declarations: Sequence[Declaration]) -> list[Unmet]:
    """The sentences for pact's mismatches, what was seen before what was missed."""
    found = [_sentence(each, declarations) for each in mismatches]
    return sorted(found, key=lambda each: not each.seen)


def _sentence(mismatch: object, declarations: Sequence[Declaration]) -> Unmet:
    from pact.error import MissingRequest, RequestMismatch, RequestNotFound

    if isinstance(mismatch, RequestNotFound):
        return _undeclared(_seen(mismatch.method, mismatch.path, mismatch.request), declarations)
    if isinstance(mismatch, RequestMismatch):
        differences = "; ".join(str(each) for each in mismatch.mismatches)
        seen = f"{mismatch.method} {mismatch.path}, where {differences}"
        return _undeclared(seen, declarations)
    if isinstance(mismatch, MissingRequest):
        asked = f"{mismatch.method} {mismatch.path}"
        return Unmet(f"the client never sent what it declared: expected {asked}, seen none", False)
    return Unmet(f"pact reports: {mismatch}", True)


def _undeclared(seen: str, declarations: Sequence[Declaration]) -> Unmet:
    declared = "; ".join(_declared(each.request, each.description) for each in declarations)
    return Unmet(
        f"the client sent what it did not declare:\n  expected {declared}\n  seen {seen}", True
    )


def _declared(request: Request, description: str) -> str:
    path = request.path.example if isinstance(request.path, Pattern) else request.path
    query = f" with query {_texts(request.query)}" if request.query else ""
    return f"{request.method} {path}{query} ({description!r})"


def _texts(texts: Texts) -> str:
    return json.dumps({k: v.regex if isinstance(v, Pattern) else v for k, v in texts.items()})


def _seen(method: str, path: str, request: Mapping[str, Json]) -> str:
    query, body = request.get("query"), request.get("body")
    told = f"{method} {path}" + (f" with query {json.dumps(query)}" if query else "")
    return told + (f" and body {shortened(body, 400)}" if body else "")
