"""Schemas that name themselves: what references mean within them."""

from __future__ import annotations

from typing import Any

import pytest

from harness.domain.document import ProblemKind
from harness.domain.json import Json
from tests.documents.samples import answering, document, kinds

LEAF: Json = {"$id": "https://example.org/leaf", "type": "string"}
INSIDE = "/components/schemas/Tree/$defs/Node"


def read(reference: str, **more: Json) -> Any:
    """A document whose schema of an own name refers to something."""
    tree: Json = {
        "$id": "https://example.org/tree",
        "properties": {"node": {"$ref": reference}},
        "$defs": {"Node": {"type": "integer"}, **more},
    }
    return document(
        paths=answering({"$ref": "#/components/schemas/Tree"}),
        schemas={"Tree": tree, "Leaf": LEAF, "Plain": {"type": "boolean"}},
    )


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("#/$defs/Node", INSIDE),
        ("tree#/$defs/Node", INSIDE),
        ("https://example.org/tree#/$defs/Node", INSIDE),
        ("#", "Tree"),
        ("leaf", "Leaf"),
        ("https://example.org/leaf", "Leaf"),
        ("#/components/schemas/Plain", "Plain"),
    ],
)
def test_references_begin_at_the_schema_that_names_itself(reference: str, name: str) -> None:
    """Within a schema with an `$id` a reference is local to it, and else to the document."""
    found = read(reference)
    escaped = name.replace("/", "~1")

    assert found.problems == ()
    assert found.definitions["Tree"]["properties"]["node"]["$ref"] == f"#/$defs/{escaped}"


@pytest.mark.parametrize(
    ("reference", "kind"),
    [
        ("#/$defs/Nobody", ProblemKind.REFERENCE_DANGLING),
        ("#nobody", ProblemKind.REFERENCE_DANGLING),
        ("bush", ProblemKind.REFERENCE_REMOTE),
        ("bush#/$defs/Node", ProblemKind.REFERENCE_REMOTE),
    ],
)
def test_what_nothing_has_the_name_of_stays_a_fault(reference: str, kind: ProblemKind) -> None:
    """A name that nobody carries is dangling within the document, and remote outside of it."""
    assert kinds(read(reference)) == [kind]


def test_the_nearest_name_counts() -> None:
    """A schema within a schema that names itself again is the one that references begin at."""
    inner: Json = {
        "$id": "inner",
        "properties": {"a": {"$ref": "#/$defs/Node"}},
        "$defs": {"Node": {"type": "null"}},
    }
    found = read("#/$defs/Inner", Inner=inner)
    at = "/components/schemas/Tree/$defs/Inner"

    assert found.problems == ()
    assert found.definitions[f"{at}/$defs/Node"] == {"type": "null"}
