"""
What a webhook's request holds that nobody may read.

Shape: a header, a member of a body and a parameter of a URL or a form are secret by their name; a
password is, and who a URL says asks.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote_plus, urlsplit

from harness.domain.json import Json, is_mapping, mapping

MASK: Final = "**********"
_HEADER: Final = re.compile(r"authorization|token|key|secret|passw|cookie|credential", re.I)
_MEMBER: Final = re.compile(
    r"authorization|token|secret|passw|api[-_]?key|private[-_]?key|credential", re.I
)
_PAIR: Final = re.compile(r"(?P<before>(?:^|[?&])(?P<name>[^=&?\s]+)=)(?P<value>[^&#\s]+)")
_IN_JSON: Final = re.compile(
    r'(?P<before>"(?P<name>(?:[^"\\]|\\.)*)"\s*:\s*")(?P<value>(?:[^"\\]|\\.)+)'
)
# What is shorter is found by chance in any text.
_SHORTEST: Final = 4


def masked(request: Mapping[str, Json]) -> dict[str, Any]:
    """A request as it is shown."""
    return {
        **request,
        **({"password": MASK} if request.get("password") else {}),
        "url": _url(str(request.get("url", ""))),
        "headers": masked_headers(mapping(request.get("headers"))),
        **({"body": _masked(request["body"])} if "body" in request else {}),
    }


def masked_headers(headers: Mapping[str, Json]) -> dict[str, Json]:
    """Headers as they are shown."""
    return {name: MASK if _HEADER.search(name) else value for name, value in headers.items()}


def restored(given: Mapping[str, Json], old: Mapping[str, Json]) -> dict[str, Any]:
    """
    A request in which a mask stands for the secret that was there before.

    Shape: not where it is sent to another host, so that who may change a webhook cannot read what
    it holds.
    """
    if _origin(given) != _origin(old):
        return dict(given)
    known, shown = dict(old), masked(old)
    headers = mapping(old.get("headers"))
    result: dict[str, Any] = {
        **given,
        "headers": {
            name: headers.get(name, value) if value == MASK else value
            for name, value in mapping(given.get("headers")).items()
        },
    }
    for name in ("password", "url"):
        if given.get(name) == shown.get(name) and name in known:
            result[name] = known[name]
    if "body" in given and "body" in known:
        result["body"] = _restored(given["body"], known["body"])
    return result


def masks(request: Mapping[str, Json]) -> Iterator[str]:
    """The members of a request that hold a mask in place of a secret."""
    for name in ("password", "url", "headers", "body"):
        if any(MASK in text for text in _texts(request.get(name))):
            yield name


def secrets_of(request: Mapping[str, Json]) -> frozenset[str]:
    """The secrets of a request, each as it may come back in an answer."""
    return frozenset(each for each in _secrets(request) if len(each) >= _SHORTEST)


def hidden(text: str, secrets: frozenset[str]) -> str:
    """A text without secrets."""
    for each in sorted(secrets, key=len, reverse=True):
        text = text.replace(each, MASK)
    return text


def _secrets(request: Mapping[str, Json]) -> Iterator[str]:
    for name, value in mapping(request.get("headers")).items():
        if _HEADER.search(name):
            yield from (str(value), str(value).rpartition(" ")[2])
    user = _user(str(request.get("url", "")))
    if user:
        yield from (user, unquote_plus(user.partition(":")[2]))
    password = request.get("password")
    if password:
        user = f"{request.get('username') or ''}:{password}"
        yield from (str(password), base64.b64encode(user.encode()).decode())
    for found in _PAIR.finditer(str(request.get("url", ""))):
        if _MEMBER.search(found["name"]):
            yield from (found["value"], unquote_plus(found["value"]))
    yield from _in_body(request.get("body"))


def _in_body(value: Json, name: str = "") -> Iterator[str]:
    if is_mapping(value):
        for key, each in value.items():
            yield from _in_body(each, key)
    elif isinstance(value, list):
        for each in value:
            yield from _in_body(each, name)
    elif isinstance(value, str) and _MEMBER.search(name):
        yield value
    elif isinstance(value, str):
        for pattern in (_IN_JSON, _PAIR):
            yield from (
                each["value"] for each in pattern.finditer(value) if _MEMBER.search(each["name"])
            )


def _masked(value: Json, name: str = "") -> Json:
    if is_mapping(value):
        return {key: _masked(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [_masked(each, name) for each in value]
    if _MEMBER.search(name) and value not in (None, ""):
        return MASK
    return _in_text(value) if isinstance(value, str) else value


def _in_text(text: str) -> str:
    def shown(found: re.Match[str]) -> str:
        value = MASK if _MEMBER.search(found["name"]) else found["value"]
        return found["before"] + value

    return _PAIR.sub(shown, _IN_JSON.sub(shown, text))


def _restored(given: Json, old: Json) -> Json:
    if is_mapping(given) and is_mapping(old):
        return {
            name: _restored(each, old[name]) if name in old else each
            for name, each in given.items()
        }
    if isinstance(given, list) and isinstance(old, list):
        pairs = zip(given, old, strict=False)
        return [*(_restored(new, before) for new, before in pairs), *given[len(old) :]]
    if isinstance(given, str) and MASK in given:
        return old if given in (MASK, _masked(old)) else given
    return given


def _url(url: str) -> str:
    user = _user(url)
    return _in_text(url.replace(f"{user}@", f"{MASK}@", 1) if user else url)


def _user(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[0]


def _origin(request: Mapping[str, Json]) -> tuple[str, str]:
    parts = urlsplit(str(request.get("url", "")))
    return parts.scheme.lower(), parts.netloc.rpartition("@")[2].lower()


def _texts(value: Json) -> Iterator[str]:
    if is_mapping(value):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str):
        yield value
