"""Secrets are taken out of a verdict before any report is made of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar
from urllib.parse import quote, quote_plus

from harness.domain.finding import Flaw
from harness.domain.traffic import HttpReply, HttpRequest
from harness.domain.verdict import Verdict

MASK = "***"

_SHORTEST = 4
_HEADERS = re.compile(
    r"^(?:(?:proxy-)?authorization|cookie|set-cookie)$|token|secret|password|api-?key|session", re.I
)
_SECRET_KEY = r"[^\"'\s=&?:]*(?:token|secret|password|passwd|api_?key)[^\"'\s=&?:]*"
_IN_QUERY = re.compile(rf"(?<=[?&])({_SECRET_KEY})=[^&#\s]*", re.I)
_IN_BODY = re.compile(rf'("{_SECRET_KEY}"\s*:\s*)"(?:\\.|[^"\\])*"', re.I)

T = TypeVar("T")
Clean = Callable[[str], str]


def masked(verdict: Verdict, secrets: Iterable[str]) -> Verdict:
    """
    Put a mask over known secrets wherever they stand, and over what holds secrets by its name.

    Shape: `secrets` are values; those of fewer than four characters cannot be told from other text.
    """
    return _walk(verdict, cleaner(secrets))


def masked_value(value: T, secrets: Iterable[str]) -> T:
    """Put a mask over known secrets wherever they stand in what else is told."""
    return _walk(value, cleaner(secrets))


def masked_reply(reply: HttpReply) -> HttpReply:
    """Put a mask over what holds secrets by its name in one reply."""
    return _by_name(reply)


def cleaner(secrets: Iterable[str]) -> Clean:
    """Build the function that masks known secrets in a text, however they were written."""
    forms = {
        form
        for secret in secrets
        if len(secret) >= _SHORTEST
        for form in (secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1])
    }
    if not forms:
        return lambda text: text
    longest_first = sorted(forms, key=lambda form: (-len(form), form))
    pattern = re.compile("|".join(map(re.escape, longest_first)))
    return lambda text: pattern.sub(MASK, text)


def _walk(value: T, clean: Clean) -> T:
    if isinstance(value, str):
        return clean(value)  # type: ignore[return-value]  # a str of type T is a str
    if isinstance(value, tuple):
        return tuple(_walk(one, clean) for one in value)  # type: ignore[return-value]  # idem
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changed = {one.name: _walk(getattr(value, one.name), clean) for one in fields(value)}
    return _by_name(replace(value, **changed))


def _by_name(value: T) -> T:
    if isinstance(value, HttpRequest):
        body = value.body if value.body is None else _body(value.body)
        url = _IN_QUERY.sub(rf"\1={MASK}", value.url)
        return replace(value, url=url, headers=_headers(value.headers), body=body)
    if isinstance(value, HttpReply):
        return replace(value, headers=_headers(value.headers), body=_body(value.body))
    if isinstance(value, Flaw):
        return replace(value, witness=_body(value.witness), example=_body(value.example))
    return value


def _headers(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((name, MASK if _HEADERS.search(name) else value) for name, value in headers)


def _body(text: str) -> str:
    return _IN_BODY.sub(rf'\1"{MASK}"', text)
