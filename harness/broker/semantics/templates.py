"""A webhook's request with the parameters of an event filled in."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, quote_plus, unquote, urlsplit

from harness.domain.json import Json, is_mapping, mapping

_PARAMETER: Final = re.compile(r"\$\{(pactbroker\.\w+)\}")
# What a URL may hold beside letters and digits; a percent sign has been put by somebody.
_IN_URLS: Final = "%/:=&?~#+!$,;'@()*[]"
_Escape = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Request:
    """
    An HTTP request.

    Shape: `url` is ASCII, with neither name nor password; the names of `headers` are as declared.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None


def rendered(template: Mapping[str, Json], values: Mapping[str, str]) -> Request:
    """
    A request as it is sent: what a parameter says can change nothing but its own place.

    Shape: encoded in the URL, escaped in a body of JSON, XML or a form, on one line in headers.
    """
    url = _filled(str(template["url"]), values, lambda text: quote(text, safe=""))
    plain, user = _without_user(quote(url, safe=_IN_URLS))
    headers = {
        name: _filled(str(value), values, _one_line)
        for name, value in mapping(template.get("headers")).items()
    }
    given = {name.lower(): value for name, value in headers.items()}
    user = user or _user(template)
    if user and "authorization" not in given:
        headers["Authorization"] = f"Basic {base64.b64encode(user.encode()).decode()}"
    body = template.get("body")
    if body is not None and not isinstance(body, str) and "content-type" not in given:
        headers["Content-Type"] = "application/json"
    content = _body(body, values, given.get("content-type", ""))
    return Request(str(template["method"]).upper(), plain, headers, content)


def _user(template: Mapping[str, Json]) -> str:
    name, password = template.get("username"), template.get("password")
    return f"{name or ''}:{password or ''}" if name or password else ""


def _without_user(url: str) -> tuple[str, str]:
    """A URL without the name and password that it holds, and both of them."""
    parts = urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    return parts._replace(netloc=host, fragment="").geturl(), unquote(user)


def _body(body: Json, values: Mapping[str, str], kind: str) -> bytes | None:
    if body is None:
        return None
    if isinstance(body, str):
        return _filled(body, values, _escaping(kind.lower(), body)).encode("utf-8", "replace")
    return json.dumps(_deep(body, values)).encode("ascii")


def _deep(value: Json, values: Mapping[str, str]) -> Json:
    """A value with parameters filled in; the JSON that is made of it escapes them."""
    if isinstance(value, str):
        return _filled(value, values, str)
    if is_mapping(value):
        return {_filled(name, values, str): _deep(each, values) for name, each in value.items()}
    return [_deep(each, values) for each in value] if isinstance(value, list) else value


def _escaping(kind: str, body: str) -> _Escape:
    """How a parameter is written into a text of a media type; of none, by how it begins."""
    start = body.lstrip()[:1]
    if "json" in kind or (not kind and start in ("{", "[")):
        return lambda text: json.dumps(text)[1:-1]
    if "xml" in kind or "html" in kind or (not kind and start == "<"):
        return html.escape
    return quote_plus if "form-urlencoded" in kind else str


def _one_line(text: str) -> str:
    return quote(text, safe="".join(map(chr, range(0x20, 0x7F))))


def _filled(text: str, values: Mapping[str, str], escape: _Escape) -> str:
    """A text with parameters filled in; one that nobody knows stays as it is."""

    def value(found: re.Match[str]) -> str:
        known = values.get(found.group(1))
        return found.group() if known is None else escape(known)

    return _PARAMETER.sub(value, text)
