"""Agreement with the cases of others, each figure a floor that may only rise."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from harness.compat.contracts import promises
from harness.compat.pacts.readers import body_schema, header_fits, statuses
from harness.compat.schemas.judging import Judge
from harness.documents.described import read_described
from harness.documents.pacts import read_pact
from harness.domain.pact import HttpRequest, HttpResponse, Message
from harness.standin.requests import Received, compare, path_fits
from tests.compat.conformance import cases

BODY_FLOOR = 177
STATUS_FLOOR = 6
HEADER_FLOOR = 25
TARGET_FLOOR = 24
COMPARATOR_FLOOR = 33


def _part(version: str, kind: str, written: dict[str, Any]) -> HttpRequest | HttpResponse | Message:
    other = {"response": {"status": 200}, "request": {"method": "GET", "path": "/"}}
    name = {"v4": "Asynchronous/Messages" if kind == "message" else "Synchronous/HTTP"}
    held = written if kind == "message" else {**other, kind: written}
    interaction = {"type": name.get(version, ""), "description": "a case", **held}
    plain_messages = kind == "message" and version != "v4"
    pact = {
        "consumer": {"name": "consumer"},
        "provider": {"name": "provider"},
        "messages" if plain_messages else "interactions": [interaction],
        "metadata": {"pactSpecification": {"version": f"{version[1]}.0"}},
    }
    read = read_pact(json.dumps(pact)).interactions[0]
    found = {"message": next(iter(read.messages), None), "request": read.request}.get(
        kind, read.response
    )
    assert found is not None
    return found


def _cases_of(*categories: str) -> Iterator[tuple[Path, str, str, dict[str, Any]]]:
    """Each case of some categories, but those of XML, with its version and what it is about."""
    root = cases("pact-spec")
    for path in sorted(root.glob("v*/testcases/*/*/*.json")):
        version, _, kind, category = path.relative_to(root).parts[:4]
        case = json.loads(path.read_text(encoding="utf-8"))
        if category in categories and "<?xml" not in json.dumps(case):
            yield path, version, kind, case


def _fits_body(version: str, kind: str, case: dict[str, Any]) -> bool | None:
    expected, actual = (_part(version, kind, case[each]) for each in ("expected", "actual"))
    schema = body_schema(expected.body, expected.rules, strict=kind == "request")
    seen: Any = actual.body.value
    return Judge(schema).accepts(seen)


def _fits_status(version: str, kind: str, case: dict[str, Any]) -> bool:
    wanted = _part(version, kind, case["expected"])
    assert isinstance(wanted, HttpResponse)
    seen: int = case["actual"]["status"]
    return seen in statuses(wanted)


def _fits_target(version: str, kind: str, case: dict[str, Any]) -> bool:
    expected, actual = (_part(version, kind, case[each]) for each in ("expected", "actual"))
    assert isinstance(expected, HttpRequest)
    assert isinstance(actual, HttpRequest)
    sent = [(name, value or "") for name, values in actual.query.items() for value in values]
    received = Received(actual.method, actual.path, urlencode(sent))
    told = compare(expected, received, exact_path=True).differences
    is_path = path_fits(expected, actual.path) is not None
    is_query = not any(each.startswith("query ") for each in told)
    return expected.method == actual.method and is_path and is_query


def _fits_headers(version: str, kind: str, case: dict[str, Any]) -> bool:
    expected, actual = (_part(version, kind, case[each]) for each in ("expected", "actual"))
    assert not isinstance(expected, Message)
    assert not isinstance(actual, Message)
    sent = {name.lower(): values for name, values in actual.headers.items()}
    return all(
        name.lower() in sent and header_fits(name, values, expected.rules, sent[name.lower()])
        for name, values in expected.headers.items()
    )


@pytest.mark.parametrize(
    ("fits", "categories", "floor"),
    [
        pytest.param(_fits_body, ("body",), BODY_FLOOR, id="bodies"),
        pytest.param(_fits_status, ("status",), STATUS_FLOOR, id="statuses"),
        pytest.param(_fits_headers, ("headers",), HEADER_FLOOR, id="headers"),
        pytest.param(_fits_target, ("method", "path", "query"), TARGET_FLOOR, id="targets"),
    ],
)
def test_readers_agree_with_the_specification(
    fits: Callable[[str, str, dict[str, Any]], bool | None], categories: tuple[str, ...], floor: int
) -> None:
    """
    What is derived from an interaction accepts `actual` exactly when the case says that it matches.

    Shape: bodies, statuses and headers are put to the derived reader, each counted by itself;
    method, path and query to the stand-in, which is what reads those of a request. The 80 cases of
    XML bodies are left out: this house reads no XML, says of such a body that it is not compared,
    and never counts it as proven.
    """
    judged = list(_cases_of(*categories))
    differing = [
        path.name
        for path, version, kind, case in judged
        if fits(version, kind, case) is not case["match"]
    ]

    assert differing == []
    assert len(judged) >= floor


def test_codes_agree_with_the_comparator() -> None:
    """The codes of each interaction are those that openapi-pact-comparator gives, in all cases."""
    root = cases("opc")
    lines = (root / "expected.jsonl").read_text(encoding="utf-8").splitlines()
    agreeing = 0
    differing = []
    for case in map(json.loads, lines):
        expected = Counter((index, code, kind) for index, code, kind, *_ in case["expected"])
        if _codes(root / case["case"], case["pact"]) == expected:
            agreeing += 1
        else:
            differing.append(case["case"])

    assert differing == []
    assert agreeing >= COMPARATOR_FLOOR


def _codes(directory: Path, pact: str) -> Counter[tuple[int | None, str, str]]:
    names = [name for name in ("oas.yaml", "asyncapi.yaml") if (directory / name).exists()]
    held = promises(
        [read_described((directory / each).read_bytes(), each) for each in names], ignore_case=True
    )
    interactions = read_pact((directory / pact).read_bytes(), pact).interactions
    return Counter(
        (index if result.located else None, result.code, result.type)
        for index, interaction in enumerate(interactions)
        for result in held.results(interaction, held.compared(interaction))
    )
