"""Agreement with the cases of others, each figure a floor that may only rise."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness.compat.interactions import Provider
from harness.compat.judging import Judge
from harness.compat.opc import results
from harness.compat.readers import body_schema, header_fits, statuses
from harness.documents.openapi import read_document
from harness.documents.pacts import read_pact
from harness.domain.pact import HttpRequest, HttpResponse, Message
from tests.compat.conformance import cases

SPECIFICATION_FLOOR = 208
COMPARATOR_FLOOR = 16

# The comparator takes required properties of `then` and `else` for demands on the consumer's
# example, and tells each twice; a consumer that does not read them copes. The other case names
# media types for a reply without a schema, which the normal form of Swagger 2 does not keep.
COMPARATOR_EXCEPTIONS = {"oas/if-then-else", "oas/response-content-negotiation-swagger2"}


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


def _specification() -> Iterator[tuple[Path, bool]]:
    """Each case of a JSON body, a header or a status, with whether the reader agrees."""
    root = cases("pact-spec")
    for path in sorted(root.glob("v*/testcases/*/*/*.json")):
        version, _, kind, category = path.relative_to(root).parts[:4]
        case = json.loads(path.read_text(encoding="utf-8"))
        if category == "status":
            wanted = _part(version, kind, case["expected"])
            assert isinstance(wanted, HttpResponse)
            yield path, (case["actual"]["status"] in statuses(wanted)) == case["match"]
        elif category == "headers":
            yield path, _fits_headers(version, kind, case) is case["match"]
        elif category == "body" and "<?xml" not in json.dumps(case):
            expected = _part(version, kind, case["expected"])
            actual = _part(version, kind, case["actual"])
            schema = body_schema(expected.body, expected.rules, strict=kind == "request")
            seen: Any = actual.body.value
            yield path, Judge(schema).accepts(seen) is case["match"]


def _fits_headers(version: str, kind: str, case: dict[str, Any]) -> bool:
    expected, actual = (_part(version, kind, case[each]) for each in ("expected", "actual"))
    assert not isinstance(expected, Message)
    assert not isinstance(actual, Message)
    sent = {name.lower(): values for name, values in actual.headers.items()}
    return all(
        name.lower() in sent and header_fits(name, values, expected.rules, sent[name.lower()])
        for name, values in expected.headers.items()
    )


def test_readers_agree_with_the_specification() -> None:
    """
    A derived reader accepts `actual` exactly when the case says that it matches.

    Cases of XML bodies are left out: a body that is not JSON is never judged by a schema.
    """
    judged = list(_specification())

    assert [path.name for path, agrees in judged if not agrees] == []
    assert len(judged) >= SPECIFICATION_FLOOR


def test_codes_agree_with_the_comparator() -> None:
    """The codes of each interaction are those that openapi-pact-comparator gives."""
    root = cases("opc")
    differing = []
    agreeing = 0
    for line in (root / "expected.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if case["asyncapi"]:
            continue
        expected = Counter((index, code, kind) for index, code, kind, *_ in case["expected"])
        if _codes(root / case["case"], case["pact"]) == expected:
            agreeing += 1
        else:
            differing.append(case["case"])

    assert set(differing) <= COMPARATOR_EXCEPTIONS
    assert agreeing >= COMPARATOR_FLOOR


def _codes(directory: Path, pact: str) -> Counter[tuple[int, str, str]]:
    provider = Provider(
        read_document((directory / "oas.yaml").read_text(encoding="utf-8")), ignore_case=True
    )
    interactions = read_pact((directory / pact).read_text(encoding="utf-8")).interactions
    return Counter(
        (index, result.code, result.type)
        for index, interaction in enumerate(interactions)
        for result in results(provider.compared(interaction))
    )
