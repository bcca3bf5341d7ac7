"""What steps gathered, parsed for whoever needs it."""

from __future__ import annotations

import json

from harness.documents.pacts import read_pact
from harness.domain.evidence import DocumentRead, Evidence, Observed, PactGathered
from harness.domain.system import FoundPact, System
from harness.stages.reading import pacts_in_force, read_documents
from tests.fakes import a_shop


def observed(*evidence: Evidence) -> tuple[Observed, ...]:
    """Each piece of evidence by a step of its own."""
    return tuple(Observed(str(at), (one,)) for at, one in enumerate(evidence))


def document(path: str) -> str:
    """A document of one operation."""
    paths = {path: {"get": {"responses": {"200": {"description": "ok"}}}}}
    return json.dumps({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths})


def pact(consumer: str, provider: str, description: str) -> str:
    """A pact of one interaction."""
    one = {
        "type": "Synchronous/HTTP",
        "description": description,
        "request": {"method": "GET", "path": "/"},
        "response": {"status": 200},
    }
    return json.dumps(
        {
            "consumer": {"name": consumer},
            "provider": {"name": provider},
            "interactions": [one],
            "metadata": {"pactSpecification": {"version": "4.0"}},
        }
    )


def test_every_document_of_a_service_is_kept_in_its_order() -> None:
    """Documents of one service stand together, each behind the prefix where it is mounted."""
    read = read_documents(
        observed(
            DocumentRead("a", "/1", document("/x")),
            DocumentRead("b", "/1", document("/y")),
            DocumentRead("a", "/2", document("/x"), mount="/v2/"),
            DocumentRead("a", "/3", document("/z"), mount="/"),
        )
    )
    paths = {
        name: [one.operations[0].path for one in held] for name, held in read.over_http.items()
    }

    assert paths == {"a": ["/x", "/v2/x", "/z"], "b": ["/y"]}
    assert read.refused == ()


def test_a_document_that_cannot_be_read_leaves_the_others() -> None:
    """It is told with its place and a reason, and nothing else is lost."""
    read = read_documents(
        observed(
            DocumentRead("a", "/1", document("/x")),
            DocumentRead("a", "/2", "{"),
            DocumentRead("c", "/3", '{"swagger": "1.1"}'),
        )
    )

    assert [one.operations[0].path for one in read.over_http["a"]] == ["/x"]
    assert "c" not in read.over_http
    assert [(one.service, one.location) for one in read.refused] == [("a", "/2"), ("c", "/3")]
    assert all(one.message for one in read.refused)


def test_fresh_pacts_take_the_place_of_files_of_the_same_pair() -> None:
    """A whole and green run speaks for its pair; files speak for all others."""
    held = [pact("orders", "inventory", "old"), pact("web", "inventory", "kept")]
    system = System(a_shop(), tuple(FoundPact("p", one, read_pact(one)) for one in held))
    fresh, found = pacts_in_force(
        system, observed(PactGathered("orders", "inventory", pact("orders", "inventory", "new")))
    )

    assert [one.interactions[0].description for one in fresh] == ["new"]
    assert [one.interactions[0].description for one in found] == ["kept"]


def test_a_partial_run_and_an_unreadable_file_give_no_pact() -> None:
    """What was not whole leaves the file in force, and what cannot be read is none."""
    old = pact("orders", "inventory", "old")
    system = System(
        a_shop(), (FoundPact("p", old, read_pact(old)), FoundPact("q", "{", refused="no"))
    )
    fresh, found = pacts_in_force(
        system, observed(PactGathered("orders", "inventory", "", complete=False, reason="red"))
    )

    assert fresh == ()
    assert [one.interactions[0].description for one in found] == ["old"]


def test_documents_of_both_kinds_are_kept_apart() -> None:
    """AsyncAPI is told by looking, and one of the two that cannot be read leaves the other."""
    channels = '{"asyncapi": "3.0.0", "info": {"title": "t", "version": "1"}}'
    read = read_documents(
        observed(
            DocumentRead("a", "/1", document("/x")),
            DocumentRead("a", "async.json", channels, of_messages=True),
            DocumentRead("a", "old.json", '{"asyncapi": "1.0.0"}', of_messages=True),
        )
    )

    assert [one.operations[0].path for one in read.over_http["a"]] == ["/x"]
    assert [one.title for one in read.of_messages["a"]] == ["t"]
    assert [one.location for one in read.refused] == ["old.json"]
