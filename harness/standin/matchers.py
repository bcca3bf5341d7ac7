"""Whether one value meets one matcher of a contract."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from typing import Final

from harness.domain.json import Json, canonical
from harness.domain.pact import Rule

Test = Callable[[Mapping[str, Json], Json, Json], bool]

_SEMVER = re.compile(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?")
_INTEGER = re.compile(r"-?\d+")
_DATE_LETTERS = re.compile(r"'(?:[^']|'')*'|([A-Za-z])\1*|.", re.DOTALL)
_DATE_PATTERNS: Final = {
    "G": "[A-Za-z]+", "a": "[AaPp][Mm]", "z": r"[A-Za-z/_+:\d-]+", "V": r"[A-Za-z/_+:\d-]+",
    "Z": r"(?:[+-]\d\d:?\d\d|Z)", "X": r"(?:[+-]\d\d(?::?\d\d)?|Z)", "x": r"[+-]\d\d(?::?\d\d)?",
}  # fmt: skip


def satisfies(rule: Rule, expected: Json, actual: Json) -> bool:
    """Whether a value meets the matchers of a rule, all of them or one, as the rule joins them."""
    judged = (meets(matcher, expected, actual) for matcher in rule.matchers)
    return any(judged) if rule.combine == "OR" else all(judged)


def meets(matcher: Mapping[str, Json], expected: Json, actual: Json) -> bool:
    """
    Whether a value meets a matcher.

    Shape: `expected` is the contract's example; a matcher that nobody here knows asks for a value
    of the example's kind.
    """
    return _TESTS.get(str(matcher.get("match")), _type)(matcher, expected, actual)


def same(expected: Json, actual: Json) -> bool:
    """Whether two values are one in JSON, where 1 is 1.0 and true is not 1."""
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        return expected.keys() == actual.keys() and all(
            same(value, actual[key]) for key, value in expected.items()
        )
    if is_list(expected) and is_list(actual):
        ours, theirs = items_of(expected), items_of(actual)
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    return expected == actual


def same_kind(expected: Json, actual: Json) -> bool:
    """Whether two values are of one kind in JSON; all numbers are."""
    return _kind(expected) == _kind(actual)


def is_list(value: Json) -> bool:
    """Whether a value is a list."""
    return isinstance(value, Sequence) and not isinstance(value, str)


def items_of(value: Json) -> Sequence[Json]:
    """The elements of a list, and none of anything else."""
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def _kind(value: Json) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "text"
    if value is None:
        return "null"
    return "object" if isinstance(value, Mapping) else "list"


def _type(matcher: Mapping[str, Json], expected: Json, actual: Json) -> bool:
    return same_kind(expected, actual) and _within(matcher, actual)


def _within(matcher: Mapping[str, Json], actual: Json) -> bool:
    """Whether a list is neither shorter nor longer than a matcher allows."""
    least, most = matcher.get("min"), matcher.get("max")
    size = len(items_of(actual))
    return not is_list(actual) or (
        not (isinstance(least, int) and size < least)
        and not (isinstance(most, int) and size > most)
    )


def _equality(matcher: Mapping[str, Json], expected: Json, actual: Json) -> bool:
    return same(expected, actual)


def _regex(matcher: Mapping[str, Json], expected: Json, actual: Json) -> bool:
    """A pattern matches whole, as it does for the tools that write contracts."""
    pattern = compiled(str(matcher.get("regex", "")))
    if pattern is None:
        return same_kind(expected, actual)
    return pattern.fullmatch(as_text(actual)) is not None


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str] | None:
    """A pattern of a contract, or nothing where this engine does not know its dialect."""
    try:
        return re.compile(re.sub(r"\(\?<(?![=!])", "(?P<", pattern).replace(r"\z", r"\Z"))
    except (re.error, OverflowError, RecursionError):
        return None


def as_text(value: Json) -> str:
    """A text as it is, and anything else as JSON."""
    return value if isinstance(value, str) else canonical(value)


def _integer(matcher: Mapping[str, Json], expected: Json, actual: Json) -> bool:
    if isinstance(actual, str):
        return isinstance(expected, str) and _INTEGER.fullmatch(actual) is not None
    return isinstance(actual, int) and not isinstance(actual, bool)


def _number(matcher: Mapping[str, Json], expected: Json, actual: Json) -> bool:
    """JSON has one kind of number: what is decimal may be written without a fraction."""
    if isinstance(actual, str):
        return isinstance(expected, str) and _NUMBER.fullmatch(actual) is not None
    return isinstance(actual, int | float) and not isinstance(actual, bool)


def _boolean(matcher: Mapping[str, Json], expected: Json, actual: Json) -> bool:
    return isinstance(actual, bool) or (isinstance(expected, str) and actual in ("true", "false"))


def _null(matcher: Mapping[str, Json], expected: Json, actual: Json) -> bool:
    return actual is None


def _not_empty(matcher: Mapping[str, Json], expected: Json, actual: Json) -> bool:
    return same_kind(expected, actual) and actual not in ("", [], {}, ())


def _include(matcher: Mapping[str, Json], expected: Json, actual: Json) -> bool:
    return str(matcher.get("value", "")) in as_text(actual)


def _semver(matcher: Mapping[str, Json], expected: Json, actual: Json) -> bool:
    return isinstance(actual, str) and _SEMVER.fullmatch(actual) is not None


def _moment(matcher: Mapping[str, Json], expected: Json, actual: Json) -> bool:
    kind = str(matcher.get("match"))
    written = matcher.get("format", matcher.get(kind))
    if not isinstance(actual, str):
        return False
    if isinstance(written, str) and written:
        return _date_pattern(written).fullmatch(actual) is not None
    parse = {"date": date.fromisoformat, "time": time.fromisoformat}.get(
        kind, datetime.fromisoformat
    )
    try:
        parse(actual)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=256)
def _date_pattern(written: str) -> re.Pattern[str]:
    """A pattern for Java's way of writing how a date looks."""
    parts: list[str] = []
    for found in _DATE_LETTERS.finditer(written):
        text, letter = found[0], found[1]
        if letter is None:
            parts.append(re.escape(text[1:-1].replace("''", "'") if len(text) > 1 else text))
        elif letter in _DATE_PATTERNS:
            parts.append(_DATE_PATTERNS[letter])
        elif letter in "MLEe" and len(text) > 2:
            parts.append(r"[^\W\d]+")
        else:
            parts.append(rf"\d{{{len(text)}}}" if len(text) > 1 else r"\d+")
    return re.compile("".join(parts))


_TESTS: Final[Mapping[str, Test]] = {
    "type": _type,
    "equality": _equality,
    "regex": _regex,
    "integer": _integer,
    "decimal": _number,
    "number": _number,
    "boolean": _boolean,
    "null": _null,
    "notEmpty": _not_empty,
    "include": _include,
    "semver": _semver,
    "date": _moment,
    "time": _moment,
    "datetime": _moment,
    "timestamp": _moment,
}
