"""One interaction for reading: its parts, with the rules beside what they rule."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from harness.domain.json import Json, is_mapping, sequence
from harness.domain.pact import (
    Body,
    HttpRequest,
    HttpResponse,
    Interaction,
    Message,
    Presence,
    Rule,
    Rules,
    State,
)
from harness.pages.markup import Child, Markup, tag
from harness.pages.plain import clipped, one_line

_LONGEST: Final = 20_000
_DEEPEST: Final = 40
_WORDS: Final = {
    "type": "same type",
    "equality": "equal",
    "include": "contains",
    "integer": "an integer",
    "decimal": "a decimal number",
    "number": "a number",
    "boolean": "a boolean",
    "null": "null",
    "notEmpty": "not empty",
    "semver": "a semantic version",
    "contentType": "content type",
    "statusCode": "status",
    "eachKey": "each key",
    "eachValue": "each value",
    "arrayContains": "a list that contains",
}
_STEP: Final = re.compile(r"\.\*|\[\*\]|\[\d+\]|\.[^.\[\]]+|\[(?:'[^']*'|\"[^\"]*\")\]")


def shown(one: Interaction) -> Markup:
    """An interaction, folded; its first line says what it is."""
    title = tag("bdi", one_line(one.description) or "(no description)")
    pending = tag("span", "pending", class_="chip") if one.pending else None
    return tag(
        "details",
        tag("summary", tag("h3", title), " ", pending, _line(one)),
        tag("div", _states(one.states), list(_parts(one)), class_="body"),
        class_="interaction",
        open=True,
    )


def _line(one: Interaction) -> Markup | None:
    if one.request is None or one.response is None:
        return tag("code", "message" if not one.replies else "message and reply")
    return tag("code", f"{one.request.method} {one.request.path} → {one.response.status}")


def _states(states: tuple[State, ...]) -> Child:
    told = [tag("li", tag("bdi", one_line(each.name)), _params(each.params)) for each in states]
    return [tag("p", "Given", class_="label"), tag("ul", told)] if told else None


def _params(params: Mapping[str, Json]) -> Child:
    return (
        [" ", tag("code", clipped(json.dumps(params, ensure_ascii=False), 500))] if params else None
    )


def _parts(one: Interaction) -> Iterator[Child]:
    if one.request and one.response:
        yield _request(one.request)
        yield _response(one.response)
    for each in one.messages:
        yield _message("Message" if not one.replies else "Request", each)
    for each in one.replies:
        yield _message("Reply", each)


def _request(one: HttpRequest) -> Markup:
    query = {
        key: ["" if each is None else each for each in value] for key, value in one.query.items()
    }
    head = [_ruled(f"{one.method} {one.path}", one.rules.get("path", {}).get(""))]
    head += _named("?", "=", query, one.rules.get("query", {}))
    head += _named("", ": ", one.headers, one.rules.get("header", {}))
    return _part("Request", head, one.body, one.rules)


def _response(one: HttpResponse) -> Markup:
    head = [_ruled(str(one.status), one.rules.get("status", {}).get(""))]
    head += _named("", ": ", one.headers, one.rules.get("header", {}))
    return _part("Response", head, one.body, one.rules)


def _message(title: str, one: Message) -> Markup:
    metadata = {key: [_text(value)] for key, value in one.metadata.items()}
    return _part(
        title, _named("", ": ", metadata, one.rules.get("metadata", {})), one.body, one.rules
    )


def _part(title: str, head: list[Markup], body: Body, rules: Rules) -> Markup:
    heading = tag("h4", title)
    lines = [*head, *_body(body, rules.get("body", {}))]
    return tag("div", heading, tag("pre", lines, tabindex=0, class_="ruled"))


def _named(
    before: str, between: str, values: Mapping[str, object], rules: Mapping[str, Rule]
) -> list[Markup]:
    """Lines of names with their values; a rule is of a name, whatever its letters' size."""
    by_name = {key.lower().split("[")[0]: rule for key, rule in rules.items()}
    found = []
    for key, listed in values.items():
        for value in listed if isinstance(listed, list | tuple) else [listed]:
            found.append(_ruled(f"{before}{key}{between}{value}", by_name.get(key.lower())))
    return found


def _ruled(text: str, rule: Rule | None) -> Markup:
    note = tag("span", words(rule), class_="rule") if rule else None
    return tag(
        "span", one_line(clipped(text, _LONGEST)), [" ", note] if note else None, class_="line"
    )


def _body(body: Body, rules: Mapping[str, Rule]) -> Iterator[Markup]:
    if body.presence is Presence.ABSENT:
        return
    yield tag("span", " ", class_="line")
    seen: set[str] = set()
    if body.is_json:
        for text, rule in _json(body.value, "", (), _Book(rules, seen), ""):
            yield _indented(text, rule)
    else:
        raw = body.value
        text = base64.b64encode(raw).decode() if isinstance(raw, bytes) else str(raw or "")
        yield tag("span", clipped(text, _LONGEST), class_="line")
    for expression, rule in rules.items():
        if expression not in seen:
            yield _ruled(expression, rule)


def _indented(text: str, rule: Rule | None) -> Markup:
    note = [" ", tag("span", words(rule), class_="rule")] if rule else None
    return tag("span", text, note, class_="line")


class _Book:
    """The rules of a body, found by place; those that were found are noted in `seen`."""

    def __init__(self, rules: Mapping[str, Rule], seen: set[str]) -> None:
        self._rules = [(key, _steps(key), rule) for key, rule in rules.items()]
        self._seen = seen

    def at(self, place: tuple[str | int, ...]) -> Rule | None:
        """The rule of a place: the one that names it most closely."""
        best: tuple[int, Rule] | None = None
        for key, steps, rule in self._rules:
            if steps is None or not _fits(steps, place):
                continue
            self._seen.add(key)
            weight = sum(step != "*" for step in steps)
            if best is None or weight > best[0]:
                best = (weight, rule)
        return best[1] if best else None


def _json(
    value: Json, head: str, place: tuple[str | int, ...], book: _Book, tail: str
) -> Iterator[tuple[str, Rule | None]]:
    """The lines of a value, each with the rule of what begins in it."""
    pad, rule = "  " * len(place), book.at(place)
    items: list[tuple[str | int, str, Json]]
    if is_mapping(value):
        items = [
            (key, f"{json.dumps(key, ensure_ascii=False)}: ", each) for key, each in value.items()
        ]
        opening, closing = "{", "}"
    elif isinstance(value, list):
        items = [(at, "", each) for at, each in enumerate(sequence(value))]
        opening, closing = "[", "]"
    else:
        items, opening, closing = [], _text(value), ""
    if not items or len(place) >= _DEEPEST:
        whole = _text(value) if closing else opening
        yield f"{pad}{head}{clipped(whole, _LONGEST)}{tail}", rule
        return
    yield f"{pad}{head}{opening}", rule
    for at, (step, name, each) in enumerate(items, 1):
        yield from _json(each, name, (*place, step), book, "," if at < len(items) else "")
    yield f"{pad}{closing}{tail}", None


def _text(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def _steps(expression: str) -> list[str] | None:
    """The steps of an expression that leads somewhere, `*` for any."""
    rest = expression.removeprefix("$")
    found = _STEP.findall(rest)
    if "".join(found) != rest:
        return None
    return ["*" if each in (".*", "[*]") else each.strip(".[]").strip("'\"") for each in found]


def _fits(steps: list[str], place: tuple[str | int, ...]) -> bool:
    return len(steps) == len(place) and all(
        step in ("*", str(each)) for step, each in zip(steps, place, strict=True)
    )


def words(rule: Rule) -> str:
    """A rule in words."""
    between = " or " if rule.combine == "OR" else " and "
    return clipped(one_line(between.join(map(_matcher, rule.matchers))), 300)


def _matcher(one: Mapping[str, Json]) -> str:
    kind = str(one.get("match", "type"))
    bounds = [f"{key} {one[key]}" for key in ("min", "max") if key in one]
    if kind == "regex":
        said = f"matches {one.get('regex', '')}"
    elif kind in ("date", "time", "timestamp", "datetime"):
        said = f"a {kind} {one.get('format') or one.get(kind) or ''}".strip()
    else:
        value = f" {_text(one['value'])}" if kind != "boolean" and "value" in one else ""
        said = f"{_WORDS.get(kind, kind)}{value}"
    return ", ".join([said, *bounds])
