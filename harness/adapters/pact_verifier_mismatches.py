"""What pact's verifier says of a reply, as differences at canonical places."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from harness.domain.evidence import Mismatch
from harness.domain.json import Json, json_path, shortened
from harness.domain.pact import HttpResponse, Message

EACH = "*"
_PATH_PART = re.compile(
    r"\.(?P<name>[^.\[\]'\"]+)|\[(?P<index>\d+)\]|\[(?P<each>\*)\]|\[(?P<quote>['\"])(?P<key>.*?)(?P=quote)\]"
)
_LONGEST = 500

Part = str | int
Expected = HttpResponse | Message
Parts = tuple[Part, ...]


def mismatches_of(told: Iterable[Mapping[str, Json]], expected: Expected) -> list[Mismatch]:
    """
    Bring the verifier's list into a fixed order, one difference a place.

    Shape: a position in a list is written `[*]` where the contract speaks of every one alike.
    """
    rules = [path_parts(expression) for expression in expected.rules.get("body", {})]
    found: dict[tuple[str, str], Mismatch] = {}
    for one in told:
        for mismatch in _mismatches(one, expected, rules):
            found.setdefault((mismatch.where, mismatch.message), mismatch)
    return [found[key] for key in sorted(found)]


def path_parts(path: str) -> Parts:
    """Take a JSON path apart: names and positions, `*` for every one."""
    return tuple(_part(found) for found in _PATH_PART.finditer(path))


def _part(found: re.Match[str]) -> Part:
    if found["index"] is not None:
        return int(found["index"])
    return found["each"] or found["name"] or found["key"] or ""


def _mismatches(
    told: Mapping[str, Json], expected: Expected, rules: list[Parts]
) -> Iterator[Mismatch]:
    wanted, seen = _text(told.get("expected")), _text(told.get("actual"))
    message = _text(told.get("mismatch"))
    match told.get("type"):
        case "StatusMismatch":
            yield Mismatch("status", wanted, seen, message)
        case "HeaderMismatch":
            yield Mismatch(f"header:{_text(told.get('key'))}", _unquoted(wanted), seen, message)
        case "MetadataMismatch":
            name = _text(told.get("key"))
            yield Mismatch(f"metadata:{name}", _unquoted(wanted), _unquoted(seen), message)
        case "BodyTypeMismatch" if isinstance(expected, Message):
            yield Mismatch("metadata:contentType", wanted, seen, message)
        case "BodyTypeMismatch":
            yield Mismatch("header:Content-Type", wanted, seen, message)
        case _:
            parts = path_parts(_text(told.get("path")))
            absent = _absent_keys(message, wanted, seen)
            if not absent:
                yield Mismatch(_where(parts, rules), wanted, seen, message)
            for key in absent:
                yield _absent(key, parts, expected, rules)


def _absent_keys(message: str, wanted: str, seen: str) -> list[str]:
    """The keys that a reply lacks: the verifier tells them together, at the object's own path."""
    if "missing the following keys" not in message:
        return []
    try:
        expected, actual = json.loads(wanted), json.loads(seen)
    except ValueError:
        return []
    return [key for key in expected if key not in actual]


def _absent(key: str, parts: Parts, expected: Expected, rules: list[Parts]) -> Mismatch:
    where = _where((*parts, key), rules)
    example = shortened(_example(expected, (*parts, key)))
    return Mismatch(where, example, "", f"expected {where} to be there, seen an object without it")


def _example(expected: Expected, parts: Parts) -> Json:
    """What the contract's own example holds at a path; of a list, its first."""
    value: Json = expected.body.value if expected.body.is_json else None
    for part in parts:
        if isinstance(value, Mapping) and isinstance(part, str):
            value = value.get(part)
        elif isinstance(value, list) and value:
            value = value[part] if isinstance(part, int) and part < len(value) else value[0]
        else:
            return None
    return value


def _where(parts: Parts, rules: list[Parts]) -> str:
    written = (
        f"[{EACH}]" if _stands_for_each(parts, at, rules) else json_path([part])[1:]
        for at, part in enumerate(parts)
    )
    return "$" + "".join(written)


def _stands_for_each(parts: Parts, at: int, rules: list[Parts]) -> bool:
    """Whether a position is one of a list of which the contract describes every element."""
    if not isinstance(parts[at], int):
        return parts[at] == EACH
    return any(
        len(rule) > at
        and rule[at] == EACH
        and all(mine in (EACH, own) for own, mine in zip(parts[:at], rule[:at], strict=True))
        for rule in rules
    )


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def _text(value: Json) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
