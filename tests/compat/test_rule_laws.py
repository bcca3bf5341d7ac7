"""The laws of derived readers: each takes its own example, and nothing of another kind."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from harness.compat.pacts.rules import schema_of_rules
from harness.domain.pact import Rule

Matcher = dict[str, Any]

_QUIET = settings(
    max_examples=400,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)
_DRAWS = st.randoms(use_true_random=False)
_LIKE: Matcher = {"match": "type"}
_TEXTS: dict[str, list[Matcher]] = {
    "": [],
    "ab": [{"match": "regex", "regex": "a|ab"}, {"match": "notEmpty"}],
    "a$": [{"match": "regex", "regex": r"^a\$"}, {"match": "include", "value": "$"}],
    "7": [{"match": kind} for kind in ("integer", "number", "decimal")],
    "-1.5": [{"match": kind} for kind in ("number", "decimal")],
    "true": [{"match": "boolean"}],
    "1.2.3": [{"match": "semver"}],
    "2020-01-02": [{"match": "date"}, {"match": "date", "format": "yyyy-MM-dd"}],
    "2020-01-02T03:04:05+0100": [{"match": "datetime", "format": "yyyy-MM-dd'T'HH:mm:ssZ"}],
    "2020-01-02T03:04:05Z": [{"match": "timestamp"}],
    "10:11": [{"match": "time", "format": "HH:mm"}],
}
_OTHERS: tuple[Any, ...] = (5, "other", True, None, [], {})


def _value(draw: Random, depth: int) -> Any:
    if depth and draw.random() < 0.6:
        inner = [_value(draw, depth - 1) for _ in range(draw.randrange(4))]
        return inner if draw.random() < 0.5 else dict(zip("kmn", inner, strict=False))
    return draw.choice([*_TEXTS, 0, 7, 1.5, True, None])


def _of_scalars(value: Any) -> list[Matcher]:
    if isinstance(value, str):
        return _TEXTS[value]
    if isinstance(value, bool):
        return [{"match": "boolean"}]
    if value is None:
        return [{"match": "null"}]
    whole = [{"match": "integer"}] if isinstance(value, int) else []
    written = {"match": "regex", "regex": "[0-9.]+"}
    return [*whole, {"match": "number"}, written, {"match": "include", "value": str(value)[0]}]


def _fitting(value: Any) -> list[Matcher]:
    """The matchers that a value itself meets."""
    common = [_LIKE, {"match": "equality"}]
    if not isinstance(value, list | dict):
        return common + _of_scalars(value)
    for rules in ([], [_LIKE]):
        common.append({"match": "eachValue", "rules": rules})
        if isinstance(value, dict):
            common += [{"match": "eachKey", "rules": rules}, {"match": "values"}]
    return [*common, {"match": "notEmpty"}, {"match": "type", "min": 1}] if value else common


def _places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    yield place, value
    listed = enumerate(value if isinstance(value, list) else ())
    for step, held in value.items() if isinstance(value, dict) else listed:
        yield from _places(held, (*place, step))


def _rules(draw: Random, example: Any) -> dict[str, Rule]:
    """Rules at some places; those that speak of many places at once ask for the kind alone."""
    rules: dict[str, Rule] = {}
    for place, value in _places(example):
        if draw.random() < 0.5:
            continue
        steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in place]
        matchers = tuple(draw.sample(_fitting(value), draw.choice((1, 1, 2))))
        if steps and draw.random() < 0.2:
            steps[-1] = "[*]" if steps[-1].startswith("[") else ".*"
            matchers = (_LIKE,)
        rules["$" + "".join(steps)] = Rule(matchers)
    return rules


def _with(example: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    changed = deepcopy(example)
    at = changed
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    return changed


def _kind(value: Any) -> type:
    return float if type(value) is int else type(value)


def _reader(draw: Random, example: Any) -> Draft202012Validator:
    schema: Any = schema_of_rules(example, _rules(draw, example), strict=draw.random() < 0.5)
    return Draft202012Validator(schema, format_checker=FormatChecker())


@given(draw=_DRAWS)
@_QUIET
def test_a_derived_reader_accepts_its_own_example(draw: Random) -> None:
    """Whatever rules stand at its places, an example that meets them is accepted."""
    example = _value(draw, 3)

    reader = _reader(draw, example)
    assert reader.is_valid(example)


@given(draw=_DRAWS)
@_QUIET
def test_a_derived_reader_refuses_another_kind_at_every_place(draw: Random) -> None:
    """A value of another kind is refused wherever the example holds one, by a rule or without."""
    example = _value(draw, 3)
    reader = _reader(draw, example)

    for place, value in _places(example):
        for other in _OTHERS:
            if _kind(other) is not _kind(value):
                assert not reader.is_valid(_with(example, place, other))
