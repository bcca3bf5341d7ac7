"""One edit of a real document: exactly what it touches is told, and nothing else."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from harness.compat.versions import changes
from harness.documents.openapi import read_document
from harness.documents.text import parse_json_or_yaml
from harness.domain.change import Breaks, Change, Part
from harness.domain.document import Document, Operation
from harness.domain.json import Json
from tests.compat.conformance import cases

NAMES = ("svc-tiled.json", "svc-chroma.json", "svc-fsft.json", "museum-3.1.yaml", "airflow-v2.yaml")
MOST = 6


@dataclass(frozen=True, slots=True)
class Field:
    """A plain property of a named schema of a document."""

    schema: str
    name: str

    def of(self, root: Any) -> Any:
        """The property itself."""
        return root["components"]["schemas"][self.schema]["properties"][self.name]


def written(name: str) -> Any:
    """A document as it was written."""
    path = cases("openapi") / name
    return parse_json_or_yaml(path.read_bytes(), name).value


def fields(root: Any, kind: str) -> Iterator[Field]:
    """Properties that are of one type and say little else."""
    for schema, node in root["components"]["schemas"].items():
        for name, each in node.get("properties", {}).items():
            if each.get("type") == kind and not each.keys() & {"enum", "const", "default"}:
                yield Field(schema, name)


def edited(root: Any, field: Field, **words: Any) -> Document:
    """The document with one property in other words."""
    again = copy.deepcopy(root)
    field.of(again).update(words)
    return read_document(json.dumps(again))


def users(document: Document, schema: str) -> dict[str, set[Part]]:
    """The operations whose bodies and parameters reach a named schema, and on which side."""
    found: dict[str, set[Part]] = {}
    for operation in document.operations:
        for part, each in _schemas(operation):
            if schema in document.reached(each):
                found.setdefault(operation.label, set()).add(part)
    return found


def _schemas(operation: Operation) -> Iterator[tuple[Part, Json]]:
    if operation.body is not None:
        yield from ((Part.REQUEST, each.schema) for each in operation.body.content.values())
    yield from ((Part.REQUEST, each.schema) for each in operation.parameters)
    for response in operation.responses.values():
        yield from ((Part.REPLY, each.schema) for each in response.content.values())
        yield from ((Part.REPLY, each.schema) for each in response.headers.values())


def touched(found: tuple[Change, ...]) -> dict[str, set[Part]]:
    """The operations that some changes are told of, and on which side."""
    sides: dict[str, set[Part]] = {}
    for each in found:
        sides.setdefault(each.operation, set()).add(each.part)
    return sides


@pytest.mark.parametrize("name", NAMES)
def test_a_field_that_may_be_null_is_told_where_it_is_sent_and_nowhere_else(name: str) -> None:
    """Each operation that reaches the schema is told, on the side where it does, and no other."""
    root = written(name)
    base = read_document(json.dumps(root))
    for field in list(fields(root, "string"))[:MOST]:
        found = changes(base, edited(root, field, type=["string", "null"]))

        assert touched(found) == users(base, field.schema), field
        assert {each.rule.partition("-became-")[2] for each in found} == {"nullable"}, field
        replies = [each for each in found if each.rule == "reply-property-became-nullable"]
        assert {each.breaks for each in replies} <= {Breaks.BREAKS}
        assert all(each.path.endswith(field.name) for each in replies)


@pytest.mark.parametrize("name", NAMES)
def test_a_longer_text_is_told_by_what_was_and_what_is(name: str) -> None:
    """A bound that is new in replies is harmless, and one that is gone is not."""
    root = written(name)
    base = read_document(json.dumps(root))
    for field in list(fields(root, "string"))[:MOST]:
        if "maxLength" in field.of(root):
            continue
        bound = edited(root, field, maxLength=77)
        tighter, looser = changes(base, bound), changes(bound, base)

        for each in tighter:
            if each.rule == "reply-property-max-length-set":
                assert (each.breaks, each.after) == (Breaks.HARMLESS, "77")
        for each in looser:
            if each.rule == "request-property-max-length-unset":
                assert (each.breaks, each.before) == (Breaks.HARMLESS, "77")
        assert touched(tighter) == touched(looser) == users(base, field.schema)


@pytest.mark.parametrize("name", NAMES)
def test_an_operation_that_is_new_is_the_only_change(name: str) -> None:
    """A path that comes or goes is told for each of its operations, and touches no other."""
    root = written(name)
    path = next(iter(root["paths"]))
    less = copy.deepcopy(root)
    gone = less["paths"].pop(path)
    whole, part = read_document(json.dumps(root)), read_document(json.dumps(less))
    methods = len([each for each in gone if each in ("get", "put", "post", "delete", "patch")])

    come = changes(part, whole)
    went = changes(whole, part)

    assert [each.rule for each in come] == ["operation-added"] * methods
    assert {each.breaks for each in come} == {Breaks.HARMLESS}
    assert len(went) == methods
    assert {each.rule.partition("-removed")[0] for each in went} == {"path"}


@pytest.mark.parametrize("name", NAMES)
def test_a_field_that_is_new_and_optional_breaks_nobody(name: str) -> None:
    """A reply that may say more breaks no consumer, unless it was closed to more."""
    root = written(name)
    base = read_document(json.dumps(root))
    for field in list(fields(root, "string"))[:MOST]:
        again = copy.deepcopy(root)
        schema = again["components"]["schemas"][field.schema]
        if "additionalProperties" in schema:
            continue
        schema["properties"]["quite_new"] = {"type": "string"}
        found = changes(base, read_document(json.dumps(again)))

        assert {each.rule for each in found} <= {
            "reply-property-optional-added",
            "request-property-optional-added",
            "parameter-property-optional-added",
        }, field
        assert {each.breaks for each in found} <= {Breaks.HARMLESS}, field
