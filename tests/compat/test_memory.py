"""What comparing holds in memory, at most."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from harness.compat.http.interactions import Provider
from harness.compat.schemas.engine import compare
from harness.documents.openapi import read_document
from tests.compat.samples import INTEGER, TEXT, interaction, record
from tests.compat.test_hostile import MANY_WAYS, NAMES, doubling, nested, recursive

MIB = 1 << 20
MOST_OF_A_PAIR = 80 * MIB
MOST_OF_A_DOCUMENT = 20 * MIB
LARGE_VALUES = {"allOf": [MANY_WAYS, record(dict.fromkeys(NAMES[:3_000], INTEGER), *NAMES[:3_000])]}


def peak(work: Callable[[], object]) -> int:
    """The most memory that some work holds at once, beyond what was held before, in bytes."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("writer", "reader"),
    [
        (nested("object", 100, INTEGER), nested("object", 100, TEXT)),
        (nested("anyOf", 1_000, INTEGER), nested("anyOf", 1_000, TEXT)),
        ({"enum": [f"v{at}" for at in range(100_000)]}, {"type": "string", "maxLength": 5}),
        (record(dict.fromkeys(NAMES, INTEGER)), record(dict.fromkeys(NAMES, TEXT))),
        (LARGE_VALUES, record({"p0": {"type": "number"}})),
        (MANY_WAYS, record({"x": TEXT}, "x")),
        (recursive(INTEGER), recursive(TEXT)),
        (doubling(INTEGER), doubling(TEXT)),
    ],
    ids=["deep", "deeper", "enum", "names", "large values", "ways", "recursive", "doubling"],
)
def test_a_hostile_pair_is_compared_in_bounded_memory(writer: Any, reader: Any) -> None:
    """However large what two schemas mean is, little of it is held at once."""
    assert peak(lambda: compare(writer, reader)) < MOST_OF_A_PAIR


def _large(leaf: Any) -> str:
    """A document of five hundred operations whose replies share thirty schemas."""
    schemas = {
        f"N{at}": record(
            {f"p{i}": TEXT for i in range(20)}
            | {"leaf": leaf, "next": {"$ref": f"#/components/schemas/N{(at + 1) % 30}"}},
            *("p0", "leaf"),
        )
        for at in range(30)
    }
    paths = {
        f"/things{at}/{{id}}": {
            "get": {
                "responses": {
                    "200": {
                        "description": "ok",
                        "content": {
                            "application/json": {
                                "schema": {"$ref": f"#/components/schemas/N{at % 30}"}
                            }
                        },
                    }
                }
            }
        }
        for at in range(500)
    }
    info = {"title": "things", "version": "1"}
    return json.dumps(
        {"openapi": "3.1.0", "info": info, "paths": paths, "components": {"schemas": schemas}}
    )


def test_a_thousand_interactions_of_five_hundred_operations_hold_little() -> None:
    """What is known of each pair is shared by the interactions that ask for it."""
    written = _large({"type": ["string", "null"]})
    reader = record({"p0": TEXT, "leaf": TEXT}, "p0", "leaf")
    body = {"p0": "a", "leaf": "a"}
    asked = [
        interaction(body, reader=reader, request={"path": f"/things{at % 500}/{at}"})
        for at in range(1_000)
    ]

    def compared() -> None:
        provider = Provider(read_document(written))
        found = [provider.compared(each) for each in asked]
        assert all(each.misfits for each in found)

    assert peak(compared) < MOST_OF_A_DOCUMENT
