"""Plausible requests, made from a document the way a person would fill it in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import hypothesis
from hypothesis import strategies

from harness.adapters.schema_fuzzer_requests import Operation, resolved
from harness.adapters.schema_fuzzer_traffic import Sent, json_or_none
from harness.adapters.schema_fuzzer_values import Literal, folded

_BY_FORMAT = {
    "date-time": "2025-03-14T09:26:53Z",
    "date": "2025-03-14",
    "time": "09:26:53Z",
    "duration": "P1D",
    "uuid": "5f0c4b52-7f4e-4b7b-9a0e-0f6f4f3c2a11",
    "email": "someone@example.com",
    "uri": "https://example.com/a",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "byte": "YWJj",
    "decimal": "12.50",
}
_PATTERN_TRIES = ("12.50", "1", "A-1", "AB-12", "ABC-1234", "abc", "ABC", "EUR", "a@example.com")
_GENERIC = frozenset({"id", "pk", "uuid", "key", "name", "code", "slug"})


def singular(segment: str) -> str:
    """Name one of a collection: `categories` gives `category`."""
    word = segment.lower()
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


@dataclass
class Sampler:
    """
    Fills in requests.

    Shape: `made` maps folded names (`orderid`) to what the service gave out last under them;
    `known` maps folded names to values that contracts use.
    """

    known: Mapping[str, tuple[Literal, ...]] = field(default_factory=dict)
    made: dict[str, Literal] = field(default_factory=dict)
    fresh: int = 0

    def request(
        self, operation: Operation, prefix: str, headers: Mapping[str, str], *, full: bool = False
    ) -> Sent:
        """Fill in what an operation requires; with `full`, also what it merely allows."""
        self.fresh += 1
        query = [
            (one.name, self._text(one.validation_schema, one.name))
            for one in operation.query
            if one.is_required
        ]
        pairs = {key.lower(): value for key, value in headers.items()}
        for one in operation.headers:
            if one.is_required and one.name.lower() not in pairs:
                pairs[one.name.lower()] = self._text(one.validation_schema, one.name)
        body = None
        for alternative in operation.body:
            if "json" in alternative.media_type:
                schema = alternative.validation_schema
                value = self.value(schema, schema, "", full=full)
                body = json.dumps(value).encode()
                pairs["content-type"] = alternative.media_type
                break
        path = prefix + self.path(operation) + (f"?{urlencode(query)}" if query else "")
        return Sent("", operation.label, operation.method.upper(), path, tuple(pairs.items()), body)

    def path(self, operation: Operation) -> str:
        """Fill in a path template, with what was made where it has been made."""
        schemas = {one.name: one.validation_schema for one in operation.path_parameters}
        done: list[str] = []
        before = ""
        for segment in operation.path.split("/"):
            for name in re.findall(r"\{([^{}]+)\}", segment):
                value = self._named(name, before)
                if value is None:
                    value = self.value(schemas.get(name, {}), schemas.get(name, {}), name)
                segment = segment.replace("{" + name + "}", quote(str(value), safe=""))
            if "{" not in segment and segment:
                before = segment
            done.append(segment)
        return "/".join(done)

    def _named(self, name: str, resource: str) -> Literal | None:
        specific = self.made.get(folded(singular(resource) + name))
        if specific is not None:
            return specific
        if folded(name) not in _GENERIC and folded(name) in self.made:
            return self.made[folded(name)]
        return None

    def _text(self, schema: object, name: str) -> str:
        value = self.value(schema, schema, name)
        if isinstance(value, list):
            value = value[0] if value else ""
        return json.dumps(value) if isinstance(value, bool | dict) else str(value)

    def value(
        self, schema: object, root: object, name: str, *, full: bool = False, depth: int = 0
    ) -> Any:
        """Fill in one value."""
        if not isinstance(schema, dict):
            return "abc"
        schema = dict(resolved(schema, root))
        made = self.made.get(folded(name)) if folded(name) not in _GENERIC else None
        if made is not None and _may_be(schema, made, root):
            return made
        for given in self._given(schema, name, root):
            return given
        for keyword in ("allOf", "anyOf", "oneOf"):
            parts = [dict(resolved(one, root)) for one in schema.get(keyword) or []]
            branches = [one for one in parts if one.get("type") != "null"]
            if keyword == "allOf" and branches:
                schema = _merged(schema, branches)
            elif branches:
                return self.value(branches[0], root, name, full=full, depth=depth + 1)
        return self._typed(schema, root, name, full, depth)

    def _given(self, schema: dict[str, Any], name: str, root: object) -> Iterator[Any]:
        if "const" in schema:
            yield schema["const"]
        yield from (
            (schema.get("examples") or [])[:1] if isinstance(schema.get("examples"), list) else ()
        )
        for keyword in ("example", "x-example"):
            if keyword in schema:
                yield schema[keyword]
        for known in self.known.get(folded(name), ()):
            if _may_be(schema, known, root):
                yield known
        if schema.get("enum"):
            yield schema["enum"][0]

    def _typed(
        self, schema: Mapping[str, Any], root: object, name: str, full: bool, depth: int
    ) -> Any:
        kind = schema.get("type")
        kinds = kind if isinstance(kind, list) else [kind]
        if "object" in kinds or "properties" in schema:
            return self._object(schema, root, full, depth)
        if "array" in kinds:
            few = max(int(schema.get("minItems", 0)), 1 if depth < 4 else 0)
            items = schema.get("items", {})
            return [self.value(items, root, name, full=full, depth=depth + 1) for _ in range(few)]
        if "integer" in kinds or "number" in kinds:
            return _number(schema)
        if "boolean" in kinds:
            return True
        return self._string(schema, name)

    def _object(
        self, schema: Mapping[str, Any], root: object, full: bool, depth: int
    ) -> dict[str, Any]:
        required = set(schema.get("required") or [])
        wanted = {
            key: part
            for key, part in (schema.get("properties") or {}).items()
            if (key in required or (full and depth < 4)) and not _is_read_only(part, root)
        }
        return {
            key: self.value(part, root, key, full=full, depth=depth + 1)
            for key, part in wanted.items()
        }

    def _string(self, schema: Mapping[str, Any], name: str) -> str:
        if schema.get("format") in _BY_FORMAT:
            return _BY_FORMAT[schema["format"]]
        pattern = schema.get("pattern")
        least, most = int(schema.get("minLength", 0)), int(schema.get("maxLength", 10_000))
        if isinstance(pattern, str):
            return _matching(pattern, least, most)
        # A fresh text each time: what must be unique shall not stand in the way.
        text = f"{name or 'text'}-{self.fresh}"
        return (text + "x" * max(least - len(text), 0))[:most]


def _merged(schema: Mapping[str, Any], branches: list[dict[str, Any]]) -> dict[str, Any]:
    whole = {key: value for key, value in schema.items() if key != "allOf"}
    for branch in branches:
        for key, value in branch.items():
            if key == "properties":
                whole["properties"] = {**whole.get("properties", {}), **value}
            elif key == "required":
                whole["required"] = [*whole.get("required", []), *value]
            else:
                whole.setdefault(key, value)
    return whole


def _is_read_only(part: object, root: object) -> bool:
    if not isinstance(part, dict):
        return False
    return part.get("not") == {} or bool(resolved(part, root).get("readOnly"))


def _may_be(schema: dict[str, Any], value: Literal, root: object, depth: int = 0) -> bool:
    """Whether a value is of the declared type, as far as a glance tells."""
    if depth > 5:
        return False
    schema = dict(resolved(schema, root))
    for keyword in ("anyOf", "oneOf", "allOf"):
        if schema.get(keyword):
            return any(_may_be(one, value, root, depth + 1) for one in schema[keyword])
    if "enum" in schema:
        return value in schema["enum"]
    kinds = schema.get("type", "string")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if isinstance(value, str):
        pattern = schema.get("pattern")
        return "string" in kinds and (not pattern or _fits(pattern, value))
    return "number" in kinds or ("integer" in kinds and isinstance(value, int))


def _fits(pattern: str, value: str) -> bool:
    try:
        return re.search(pattern, value) is not None
    except re.error:
        return False


def _number(schema: Mapping[str, Any]) -> int | float:
    low, high = schema.get("minimum"), schema.get("maximum")
    if isinstance(schema.get("exclusiveMinimum"), int | float):
        low = schema["exclusiveMinimum"] + 1
    chosen = 1 if low is None or low <= 1 else low
    if high is not None and chosen > high:
        chosen = high
    return int(chosen) if float(chosen).is_integer() else float(chosen)


def _matching(pattern: str, least: int, most: int) -> str:
    for text in _PATTERN_TRIES:
        if _fits(pattern, text) and least <= len(text) <= most:
            return text
    found: list[str] = []

    @hypothesis.seed(0)
    @hypothesis.settings(
        max_examples=3,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(strategies.from_regex(pattern))
    def keep(text: str) -> None:
        if least <= len(text) <= most:
            found.append(text)

    try:
        keep()
    except (re.error, hypothesis.errors.HypothesisException, ValueError):
        return "abc"
    return found[0] if found else "abc"


def with_query(sent: Sent, name: str, value: str) -> Sent:
    """Put one value into a query."""
    path, _, query = sent.path.partition("?")
    pairs = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] != name]
    return replace(sent, path=f"{path}?{urlencode([*pairs, (name, value)])}")


def with_path_value(sent: Sent, operation: Operation, name: str, value: str, prefix: str) -> Sent:
    """Put one value into a path."""
    path, _, query = sent.path.partition("?")
    parts = path[len(prefix) :].split("/")
    for index, segment in enumerate(operation.path.split("/")):
        if segment == "{" + name + "}" and index < len(parts):
            parts[index] = quote(value, safe="")
    return replace(sent, path=prefix + "/".join(parts) + (f"?{query}" if query else ""))


def with_body_value(sent: Sent, place: str, value: object) -> Sent | None:
    """Put one value into a JSON body; None where there is no such place to put it."""
    body = json_or_none(sent.body)
    steps = re.findall(r"\.([^.\[]+)|(\[\*\])", place)
    current: object = body
    for name, _item in steps[:-1]:
        if name and isinstance(current, dict):
            current = current.get(name)
        elif isinstance(current, list) and current:
            current = current[0]
        else:
            return None
    if not steps:
        return None
    last = steps[-1][0]
    if last and isinstance(current, dict):
        current[last] = value
    elif not last and isinstance(current, list):
        current[:] = [value]
    else:
        return None
    return replace(sent, body=json.dumps(body).encode())
