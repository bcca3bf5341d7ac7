"""What is asked of the broker."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs

from sqlalchemy import Connection

from harness.broker.semantics.nesting import Nested, parsed
from harness.broker.semantics.scopes import ANYBODY, Caller, Door, Scope
from harness.broker.semantics.terms import USUAL, Terms
from harness.broker.server.answers import HAL, HTML, JSON, PROBLEM, Refused, error, errors
from harness.broker.server.links import Links
from harness.broker.store.statements import MAX_PAGE, Page
from harness.domain.json import Json, is_mapping

_USUAL_PAGE: Final = 100
_QUALITY: Final = re.compile(r"(?:^|;)\s*q=(0(?:\.\d{1,3})?|1(?:\.0{1,3})?)\s*(?:;|$)", re.I)
MERGE_PATCH: Final = "application/merge-patch+json"


@dataclass(frozen=True, slots=True)
class Asked:
    """
    A request.

    Shape: `path` and `query` as they came, encoded; `headers` by lower-case name, repeated ones
    joined by commas; `base` is how the asker calls this broker, without a slash at the end;
    `is_called_so` says whether that is a name of this machine's, or the one that was given to it.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    base: str
    is_called_so: bool = True

    def accepts(self, *kinds: str) -> bool:
        """Whether one of several media types may be answered."""
        wanted = self.headers.get("accept", "*/*") or "*/*"
        ranges = [each.partition(";")[0].strip().lower() for each in wanted.split(",")]
        return any(_matches(each, kind) for each in ranges for kind in kinds)

    @property
    def is_for_reading(self) -> bool:
        """Whether a page is asked for: HTML by its name, and no less than JSON."""
        wanted = {
            kind.strip().lower(): _weight(more)
            for kind, _, more in (
                each.partition(";") for each in self.headers.get("accept", "").split(",")
            )
        }
        least = max(wanted.get(kind, 0.0) for kind in (HAL, JSON, PROBLEM))
        return wanted.get(HTML, 0.0) > 0 and wanted[HTML] >= least

    def names(self, kind: str) -> bool:
        """Whether a media type is asked for by its name."""
        return kind in self.headers.get("accept", "").lower()


@dataclass(frozen=True, slots=True)
class Call:
    """
    A request on its way through a handler, in a transaction.

    Shape: `names` are the parts of the path that a route leaves open, decoded; `now` is the moment
    of the request; `terms` are those of webhooks, `caller` is who asks, and `doors` are those at
    which everybody is asked who they are.
    """

    asked: Asked
    db: Connection
    names: Mapping[str, str]
    now: str
    terms: Terms = USUAL
    caller: Caller = ANYBODY
    doors: frozenset[Door] = frozenset()
    _read: list[Json] = field(default_factory=list, repr=False, compare=False)

    @property
    def links(self) -> Links:
        """The addresses of this broker's resources."""
        return Links(self.asked.base)

    @property
    def url(self) -> str:
        """The address that was asked for."""
        return self.asked.base + self.asked.path

    def query(self, name: str) -> str:
        """A value of the query string, or nothing."""
        found = parse_qs(self.asked.query, keep_blank_values=True).get(name)
        return found[-1] if found else ""

    def nested(self) -> dict[str, Nested]:
        """The query string, its brackets understood."""
        return parsed(self.asked.query)

    def page(self) -> Page | None:
        """
        The part of a list that is asked for, none where all is.

        Raises: Refused, for what is no number.
        """
        number, size = self.query("pageNumber"), self.query("pageSize")
        if not number and not size:
            return None
        found = {"pageNumber": number or "1", "pageSize": size or str(_USUAL_PAGE)}
        wrong = {
            name: ["must be greater than 0"]
            for name, text in found.items()
            if not (text.isascii() and text.isdigit() and 0 < len(text) < 10 and int(text) > 0)
        }
        if wrong:
            raise Refused(errors(wrong, kind=self.kind))
        return Page(int(found["pageNumber"]), min(int(found["pageSize"]), MAX_PAGE))

    def require(self, scope: Scope, why: str) -> None:
        """
        Go on only where the caller has a scope besides that of the route.

        Raises: Refused, with what is missing and why it is needed.
        """
        if said := self.caller.lacks(frozenset({scope})):
            raise Refused(error(f"{said}: {why}", 403, kind=self.kind))

    def json(self) -> Json:
        """
        The body as JSON, an empty object where there is none.

        Raises: Refused, where it is not JSON.
        """
        if not self._read:
            self._read.append(self._parsed())
        return self._read[0]

    def _parsed(self) -> Json:
        if not self.asked.body.strip():
            return {}
        try:
            text = self.asked.body.decode("utf-8")
        except UnicodeDecodeError as fault:
            said = f"Request body has a non UTF-8 character at byte {fault.start}"
            raise Refused(error(said, 400, kind=self.kind)) from None
        try:
            value: Json = json.loads(text, parse_constant=_no_constant)
        except (ValueError, RecursionError) as fault:
            said = f"Error parsing JSON - {fault}"
            raise Refused(error(said, 400, kind=self.kind)) from None
        return value

    def object(self) -> Mapping[str, Json]:
        """
        The body as a JSON object.

        Raises: Refused, where it is something else.
        """
        value = self.json()
        if not is_mapping(value):
            raise Refused(error("Request body must be a JSON object", 400, kind=self.kind))
        return value

    @property
    def kind(self) -> str:
        """The media type in which faults are told."""
        for kind in (PROBLEM, HAL):
            if self.asked.names(kind):
                return kind
        return JSON


def _matches(wanted: str, kind: str) -> bool:
    if wanted in ("*/*", kind):
        return True
    return wanted.endswith("/*") and kind.startswith(wanted[:-1])


def _weight(parameters: str) -> float:
    found = _QUALITY.search(parameters)
    return float(found[1]) if found else 1.0


def _no_constant(text: str) -> None:
    raise ValueError(f"unexpected token '{text}'")
