"""How a request that came compares with one that a contract holds."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote

from harness.domain.json import Json, media_type_essence, shortened
from harness.domain.pact import Body, HttpRequest, Presence, Rule, Rules
from harness.standin.bodies import Compared, compare_json
from harness.standin.matchers import compiled, satisfies

_NAME = re.compile(r"""\$?(?:\.([^.\[]+)|\[(['"])(.*?)\2\])(?:\[(?:\d+|\*)\])?\Z""", re.DOTALL)
_POSITION = re.compile(r"\[(?:\d+|\*)\]\Z")
# What clients add or choose by themselves says little about which interaction is meant.
_NEGOTIATION = frozenset({"accept", "accept-encoding", "content-type", "user-agent"})
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Received:
    """
    A request as it came.

    Shape: `path` is still percent-encoded and without the query; header names are in lower case.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    body: bytes = b""

    @property
    def target(self) -> str:
        """The request in a few words, without headers and body."""
        return f"{self.method} {self.path}" + (f"?{self.query}" if self.query else "")


@dataclass(frozen=True, slots=True)
class Fit:
    """
    How well a request fits an interaction whose method and path it has.

    Shape: `softened_path` says that only a rule lets the path pass, `softened` counts such values
    elsewhere; `declared` counts what the contract asks beyond method and path.
    """

    differences: tuple[str, ...]
    softened_path: bool = False
    softened: int = 0
    declared: int = 0


def path_fits(asked: HttpRequest, path: str) -> bool | None:
    """Whether a path is the contract's own (True), passes by its rule (False), or does not."""
    segments, expected = segments_of(path), segments_of(asked.path)
    if segments == expected:
        return True
    rule = asked.rules.get("path", {}).get("")
    if rule is None or not rule.matchers:
        return None
    text, example = "/".join(segments), "/".join(expected)
    judged = (_segment_rule(one, example, text) for one in rule.matchers)
    return False if (any(judged) if rule.combine == "OR" else all(judged)) else None


def segments_of(path: str) -> tuple[str, ...]:
    """A path's segments, decoded: `%2F` does not divide."""
    return tuple(unquote(segment) for segment in path.split("/"))


def compare(asked: HttpRequest, received: Received, *, exact_path: bool) -> Fit:
    """Compare a request with an interaction whose method and path it has."""
    parts = (
        _compare_query(asked, received.query),
        _compare_headers(asked, received.headers),
        _compare_body(asked.body, received, asked.rules),
    )
    telling = sum(name.lower() not in _NEGOTIATION for name in asked.headers)
    return Fit(
        tuple(said for part in parts for said in part.differences),
        not exact_path,
        sum(part.softened for part in parts),
        telling + len(asked.query) + (asked.body.presence is not Presence.ABSENT),
    )


def _segment_rule(matcher: Mapping[str, Json], example: str, path: str) -> bool:
    """
    Whether a path passes by one matcher.

    Shape: a pattern must fit the whole path, lest that of a thing take what lies below the thing.
    """
    kind = matcher.get("match")
    if kind == "regex":
        pattern = compiled(str(matcher.get("regex", "")))
        return pattern is not None and pattern.fullmatch(path) is not None
    if kind in ("type", None):
        return _same_shape(example.split("/"), path.split("/"))
    return satisfies(Rule((matcher,)), example, path)


def _same_shape(expected: Sequence[str], actual: Sequence[str]) -> bool:
    """What holds a digit varies, else the last segment does; everything else is as written."""
    varying = {at for at, part in enumerate(expected) if re.search(r"\d", part)}
    varying = varying or {len(expected) - 1}
    return len(expected) == len(actual) and all(
        _shape(ours) == _shape(theirs) if at in varying else ours == theirs
        for at, (ours, theirs) in enumerate(zip(expected, actual, strict=True))
    )


def _shape(segment: str) -> str:
    if not segment:
        return "nothing"
    if re.fullmatch(r"[+-]?\d+", segment):
        return "number"
    try:
        uuid.UUID(segment)
    except ValueError:
        return "text"
    return "uuid"


def _compare_query(asked: HttpRequest, query: str) -> Compared:
    came: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True, errors="replace"):
        came.setdefault(name, []).append(value)
    rules = _by_name(asked.rules.get("query", {}))
    said: list[str] = []
    softened = 0
    for name, written in asked.query.items():
        expected = [value or "" for value in written]
        if name not in came:
            said.append(f"query {shortened(name)}: missing")
        elif expected == came[name] or expected == [",".join(came[name])]:
            continue
        elif _all_satisfy(rules.get(name), expected, came[name]):
            softened += 1
        else:
            said.append(f"query {shortened(name)}: expected {shortened(', '.join(expected))}")
    said.extend(
        f"query {shortened(name)}: not in the contract" for name in came.keys() - asked.query.keys()
    )
    return Compared(tuple(said), softened)


def _all_satisfy(rule: Rule | None, expected: Sequence[str], actual: Sequence[str]) -> bool:
    if rule is None or not rule.matchers:
        return False
    sized = any({"min", "max"} & matcher.keys() for matcher in rule.matchers)
    if sized and not satisfies(rule, list(expected), list(actual)):
        return False
    if not sized and len(expected) != len(actual) and _kinds(rule) != {"type"}:
        return False
    examples = [*expected, *([expected[0]] * len(actual) if expected else [])]
    return all(
        satisfies(rule, ours, theirs) for ours, theirs in zip(examples, actual, strict=False)
    )


def _kinds(rule: Rule) -> set[str]:
    return {str(matcher.get("match")) for matcher in rule.matchers}


def _by_name(rules: Mapping[str, Rule]) -> dict[str, Rule]:
    """Rules by the name that they are about: it may be written as it is or as an expression."""
    found: dict[str, Rule] = {}
    for written, rule in rules.items():
        matched = _NAME.match(written) if written.startswith("$") else None
        name = (matched[1] or matched[3]) if matched else _POSITION.sub("", written)
        found[written] = found[name] = rule
    return found


def _compare_headers(asked: HttpRequest, came: Mapping[str, tuple[str, ...]]) -> Compared:
    rules = {name.lower(): rule for name, rule in _by_name(asked.rules.get("header", {})).items()}
    said: list[str] = []
    softened = 0
    for name, written in asked.headers.items():
        key = name.lower()
        expected, actual = ", ".join(written), ", ".join(came.get(key, ()))
        if key not in came:
            said.append(f"header {name}: missing")
        elif _header_parts(key, expected) == _header_parts(key, actual):
            continue
        elif key in rules and _satisfies_header(rules[key], key, expected, actual):
            softened += 1
        elif not _more_than_asked(key, expected, actual):
            said.append(f"header {name}: not as the contract has it")
    return Compared(tuple(said), softened)


def _satisfies_header(rule: Rule, name: str, expected: str, actual: str) -> bool:
    """Whether a header passes by its rule; of a media type with its parameters or without."""
    texts = (actual, media_type_essence(actual)) if name == "content-type" else (actual,)
    return any(satisfies(rule, expected, text) for text in texts)


def _header_parts(name: str, value: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in value.split(","))
    return (
        tuple(re.sub(r"\s*;\s*", ";", part).lower() for part in parts)
        if (name in _NEGOTIATION)
        else parts
    )


def _more_than_asked(name: str, expected: str, actual: str) -> bool:
    """A content type may come with parameters, such as a charset, that the contract leaves open."""
    return (
        name == "content-type"
        and ";" not in expected
        and media_type_essence(expected) == media_type_essence(actual)
    )


def _compare_body(asked: Body, received: Received, rules: Rules) -> Compared:
    came, own = received.body, rules.get("body", {})
    match asked.presence:
        case Presence.ABSENT:
            return Compared()
        case Presence.EMPTY:
            return Compared(("body: expected none",) if came else ())
        case Presence.NULL:
            return Compared(("body: expected null",) if came.strip() not in (b"", b"null") else ())
    if asked.is_json:
        value, fault = _parsed(came)
        return Compared((fault,)) if fault else compare_json(asked.value, value, own)
    return _compare_text(asked, received, own)


def _parsed(content: bytes) -> tuple[Json, str]:
    if not content.strip():
        return None, "body: missing"
    try:
        value: Json = json.loads(content)
    except (ValueError, RecursionError):
        return None, "body: expected JSON, seen something else"
    return value, ""


def _compare_text(asked: Body, received: Received, rules: Mapping[str, Rule]) -> Compared:
    value = asked.value
    expected = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
    came = received.body
    if expected == came:
        return Compared()
    if media_type_essence(asked.content_type) == _FORM and _form(expected) == _form(came):
        return Compared()
    rule = rules.get("$")
    if rule is not None and "contentType" in _kinds(rule):
        # The bytes are the client's own affair: a boundary, a compression, a picture.
        return Compared((), 1) if came else Compared(("body: missing",))
    if rule is not None and satisfies(rule, _text(expected), _text(came)):
        return Compared((), 1)
    return Compared(("body: not as the contract has it",) if came else ("body: missing",))


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")


def _form(content: bytes) -> list[tuple[str, str]]:
    return sorted(parse_qsl(_text(content), keep_blank_values=True))
