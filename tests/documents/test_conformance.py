"""Real documents and the specifications' own cases are read."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.documents.openapi import read_document
from harness.documents.pacts import read_pact
from harness.domain.errors import DocumentUnreadable
from harness.domain.json import Json
from tests.compat.conformance import files
from tests.documents.samples import interaction, pact
from tests.documents.test_hostile import read_and_use


def operation_counts() -> Iterator[tuple[Path, int]]:
    """Each real document with the number of operations that its index gives."""
    index = files("openapi/INDEX.tsv")[0]
    for line in index.read_text().splitlines()[1:]:
        name, _, count = line.split("\t")[:3]
        yield index.parent / name, int(count)


def test_every_real_document_is_read_whole_and_fast() -> None:
    """All operations are found, every schema is valid, and no document takes a second."""
    slowest = 0.0
    for path, count in operation_counts():
        text = path.read_bytes()
        start = time.perf_counter()
        read = read_document(text, path.name)
        slowest = max(slowest, time.perf_counter() - start)

        assert len(read.operations) == count, path.name
        read_and_use(text)
    assert slowest < 1


def test_faults_of_real_documents_are_found_and_no_others() -> None:
    """The three documents that are wrong say so, and the healthy ones are silent."""
    faulty = {
        path.name
        for path, _ in operation_counts()
        if read_document(path.read_bytes(), path.name).problems
    }

    assert faulty == {"bad-regex.yaml", "ex31-schema-validation-local.json", "intercom-2.7.yaml"}


def test_documents_of_version_comparison_are_read() -> None:
    """A document made for comparison is read, or refused in one sentence."""
    for path in files("oasdiff/data/**/*.yaml"):
        read_and_use(path.read_bytes())


def test_pacts_of_the_established_comparator_are_read() -> None:
    """Nothing of them is lost but the one interaction of an unknown type."""
    lost = []
    for path in files("opc/**/pact.json"):
        read = read_pact(path.read_bytes(), path.parent.name)
        lost += [(path.parent.name, note.path) for note in read.notes if note.lost]

    assert lost == [("pact-formats", "$.interactions[2]")]


def test_documents_of_the_established_comparator_are_read() -> None:
    """What the comparator reads, this reads."""
    for path in files("opc/**/oas.yaml"):
        read_and_use(path.read_bytes())


@pytest.mark.parametrize(
    ("version", "part"),
    [
        *((version, part) for version in "234" for part in ("request", "response")),
        ("3", "message"),
        ("4", "message"),
    ],
)
def test_cases_of_the_pact_specification_are_read(version: str, part: str) -> None:
    """Every expectation of the specification's own cases is read without a note."""
    for path in files(f"pact-spec/v{version}/testcases/{part}/**/*.json"):
        expected: dict[str, Json] = json.loads(path.read_text())["expected"]
        read = pact(f"{version}.0", *_interactions(version, part, expected))
        if (version, part) == ("3", "message"):
            read = pact("3.0", messages=[{"description": "m", **expected}])

        assert read.notes == (), path.name
        assert len(read.interactions) == 1


def _interactions(version: str, part: str, expected: dict[str, Json]) -> list[Json]:
    if part != "message":
        return [interaction(**{part: expected})]
    message: Json = {"type": "Asynchronous/Messages", "description": "m", **expected}
    return [message] if version == "4" else []


def test_documents_and_pacts_are_told_apart() -> None:
    """A pact given as a document, or the other way round, is refused with a hint."""
    with pytest.raises(DocumentUnreadable, match="a pact"):
        read_document(files("opc/**/pact.json")[0].read_bytes())
    with pytest.raises(DocumentUnreadable, match=r"consumer\.name"):
        read_pact(files("openapi/petstore-2.0.json")[0].read_bytes())
