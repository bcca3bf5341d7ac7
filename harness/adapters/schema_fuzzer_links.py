"""How requests hang together: what one reply gave out, a later request takes in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from harness.adapters.schema_fuzzer_traffic import Sender, Sent, json_or_none, leaves
from harness.domain.traffic import PROVIDER_STATE


def names_something(path: str, value: str | int) -> bool:
    """Whether a value is likely to name a thing: under an id-like key, or unmistakable."""
    key = path.rpartition("/")[2].lower().replace("-", "_")
    if key in ("id", "uuid", "key", "slug", "code", "sku", "ref", "reference", "number", "token"):
        return True
    if key.endswith(("_id", "_uuid", "_ref", "_key", "_code", "_number", "_sku")):
        return True
    if path.rpartition("/")[2].endswith(("Id", "Ref", "Key", "Code", "Number")):
        return True
    return isinstance(value, str) and len(value) >= 16 and " " not in value


def given_out(sent: Sent) -> dict[str, str | int]:
    """Give the names that a reply gave out, by where they stood."""
    found: dict[str, str | int] = {}
    if not sent.accepted:
        return found
    for path, value in leaves(sent.reply_json()):
        if names_something(path, value):
            found[path] = value
    location = sent.reply_header("location")
    if location:
        found["location"] = unquote(urlsplit(location).path.rstrip("/").rpartition("/")[2])
    return found


def taken_in(sent: Sent) -> set[str]:
    """Give, as text, every value that a request carries in path, query or body."""
    split = urlsplit(sent.path)
    values = {unquote(part) for part in split.path.split("/") if part}
    values.update(value for _, value in parse_qsl(split.query))
    values.update(str(value) for _, value in leaves(json_or_none(sent.body)))
    return values


def substituted(sent: Sent, changes: Mapping[str, str | int]) -> Sent:
    """Put the names that a service gave out this time in the place of those of last time."""
    if not changes or sent.method == PROVIDER_STATE:
        return sent
    path, _, query = sent.path.partition("?")
    parts = [
        quote(str(changes[unquote(part)]), safe="") if unquote(part) in changes else part
        for part in path.split("/")
    ]
    pairs = parse_qsl(query, keep_blank_values=True)
    if any(value in changes for _, value in pairs):
        query = urlencode([(key, str(changes.get(value, value))) for key, value in pairs])
    body = sent.body
    parsed = json_or_none(body)
    if isinstance(parsed, dict | list) and any(
        str(value) in changes for _, value in leaves(parsed)
    ):
        body = json.dumps(_replaced(parsed, changes)).encode()
    return replace(sent, path="/".join(parts) + (f"?{query}" if query else ""), body=body)


def _replaced(value: object, changes: Mapping[str, str | int], key: str = "") -> object:
    match value:
        case dict():
            return {name: _replaced(item, changes, name) for name, item in value.items()}
        case list():
            return [_replaced(item, changes, key) for item in value]
        case bool() | None | float():
            return value
        case int():
            # A bare number is a name only where its key says so.
            new = changes.get(str(value), value) if names_something(key, value) else value
            # A location tells the same name as text.
            return int(new) if isinstance(new, str) and new.isdecimal() else new
        case str():
            new = changes.get(value, value)
            return new if isinstance(new, str) else str(new)
        case _:
            return value


def send_again(sequence: Iterable[Sent], sender: Sender) -> list[Sent]:
    """Send a sequence once more, following the names that the service gives out this time."""
    return list(sending_again(sequence, sender))


def sending_again(sequence: Iterable[Sent], sender: Sender) -> Iterator[Sent]:
    """Send a sequence once more as `send_again` does, each request when it is asked for."""
    changes: dict[str, str | int] = {}
    for before in sequence:
        now = sender.send(substituted(before, changes))
        old, new = given_out(before), given_out(now)
        for path, value in old.items():
            if path in new and new[path] != value:
                changes[str(value)] = new[path]
        yield now
