"""Holds what the broker answers against the document that it gives of itself."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import jsonschema_rs

from harness.broker.server.answers import HTML, Answer
from harness.broker.server.describing import document
from harness.broker.server.routes import API
from harness.broker.server.routing import Router

ROUTER = Router(API)
ENDINGS = (".svg", ".csv", ".txt")


@cache
def own_document() -> dict[str, Any]:
    """The document, as whoever asks for it reads it."""
    read: dict[str, Any] = json.loads(json.dumps(document(API, "http://broker.test")))
    return read


@cache
def answered(path: str, method: str) -> dict[str, Any]:
    """What an operation may answer, by status."""
    found = own_document()
    declared = found["paths"][path][method]["responses"]
    shared = found["components"]["responses"]
    return {key: shared[key] if "$ref" in each else each for key, each in declared.items()}


@cache
def validator(path: str, method: str, status: str, kind: str) -> jsonschema_rs.Validator:
    """What judges bodies of one kind."""
    found = own_document()
    content = answered(path, method)[status]["content"]
    schema = {**content[kind]["schema"], "components": found["components"]}
    return jsonschema_rs.validator_for(schema)


def check(method: str, path: str, answer: Answer) -> None:
    """Fail where an answer is of a status, a media type or a form that is not declared."""
    stem, dot, ending = path.rpartition(".")
    routed = ROUTER.find(stem if dot + ending in ENDINGS else path)
    asked = "GET" if method == "HEAD" else method
    if routed is None or asked not in routed.routes:
        return
    if answer.headers.get("content-type", "").startswith(HTML):  # a page is for people
        return
    route = routed.routes[asked]
    declared = answered(route.path, asked.lower())
    label = f"{asked} {route.path} answered {answer.status}"
    assert str(answer.status) in declared, f"{label}: {answer.body[:300]!r}"
    content = declared[str(answer.status)].get("content", {})
    kind = answer.headers.get("content-type", "").partition(";")[0]
    assert (kind in content) == bool(kind or content), f"{label} as {kind or 'nothing'}"
    if kind.endswith("json") and answer.body:
        judge = validator(route.path, asked.lower(), str(answer.status), kind)
        faults = [
            f"{each.instance_path}: {each.message}"
            for each in judge.iter_errors(json.loads(answer.body))
        ]
        assert faults == [], label
