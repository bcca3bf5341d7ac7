"""Reading what services say of themselves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from harness.adapters.describer import Describer, documents_in_files
from harness.adapters.schema_fuzzer_traffic import Instance
from harness.domain.errors import Misused
from harness.domain.evidence import DocumentRead, DocumentRefused, Evidence
from harness.domain.service import DocumentSource, Service
from harness.domain.steps import Describe
from harness.stages.ports import StepContext
from tests.adapters.fuzzing import context_of, open_alone, service

pytestmark = pytest.mark.tools


def _describe(directory: Path, *services: Service) -> list[Evidence]:
    context = context_of(directory, *services)
    return list(Describer(open_alone, open_alone)(Describe(services[0].name), context))


def test_every_named_document_is_read(tmp_path: Path) -> None:
    """Documents come from the application and from files, in order, each with its mount."""
    (tmp_path / "api.yaml").write_text("openapi: 3.1.0\n")
    described = service(
        "odd",
        directory=tmp_path,
        documents=(
            DocumentSource("/first.json", "/v1"),
            DocumentSource("api.yaml"),
            DocumentSource("/document.yaml"),
        ),
    )
    evidence = _describe(tmp_path, described)
    assert [type(one) for one in evidence] == [DocumentRead] * 3
    assert isinstance(evidence[0], DocumentRead)
    assert (evidence[0].location, evidence[0].mount) == ("/first.json", "/v1")
    assert isinstance(evidence[1], DocumentRead)
    assert evidence[1].text == "openapi: 3.1.0\n"


@pytest.mark.parametrize(
    ("location", "seen"),
    [
        ("/page", "begins with '<'"),
        ("/text", "expected JSON or YAML"),
        ("/first", "seen the text"),
        ("/guarded", "401"),
        ("/nowhere", "404"),
        ("absent.json", "No such file"),
    ],
)
def test_what_is_no_document_is_refused(location: str, seen: str, tmp_path: Path) -> None:
    """Another status, markup, or text that is neither JSON nor YAML is refused in a sentence."""
    evidence = _describe(tmp_path, service("odd", documents=(DocumentSource(location),)))
    (refused,) = evidence
    assert isinstance(refused, DocumentRefused)
    assert seen in refused.message


@pytest.mark.parametrize(
    ("more", "hint"),
    [
        ({}, "name the function that returns them as `auth`"),
        ({"auth": "odd:no_credentials"}, "let odd:no_credentials return headers that let the docu"),
    ],
)
def test_a_document_that_is_not_given_out_says_what_to_set(
    more: dict[str, str], hint: str, tmp_path: Path
) -> None:
    """Nothing is wrong with its schemas: what is lacking is named."""
    closed = (DocumentSource("/closed.yaml"),)
    (refused,) = _describe(tmp_path, service("odd", documents=closed, **more))

    assert isinstance(refused, DocumentRefused)
    assert "seen status 401" in refused.message
    assert hint in refused.hint


def test_a_document_that_asks_for_credentials_is_shown_those_of_the_service(tmp_path: Path) -> None:
    """Of each scheme in turn, since nobody knows which one lets the document be read."""
    closed = (DocumentSource("/closed.yaml"),)
    (read,) = _describe(tmp_path, service("odd", documents=closed, auth="odd:credentials"))

    assert isinstance(read, DocumentRead)


def test_a_document_is_found_by_itself(tmp_path: Path) -> None:
    """Where the table names none, the framework's usual place is looked at."""
    (read,) = _describe(tmp_path, service("clean_fastapi", documents=()))
    assert isinstance(read, DocumentRead)
    assert read.location == "/openapi.json"


def test_a_service_without_a_document_gives_none(tmp_path: Path) -> None:
    """A service that describes itself nowhere gives no document, and nothing in its place."""
    assert _describe(tmp_path, service("odd", documents=())) == []


def test_an_unknown_service_is_misuse(tmp_path: Path) -> None:
    """A step for a service that is not there is refused."""
    context = context_of(tmp_path, service("odd"))
    with pytest.raises(Misused):
        list(Describer(open_alone, open_alone)(Describe("even"), context))


ASYNC = "asyncapi: 3.0.0\n"


def test_a_document_of_messages_leaves_the_one_that_is_served_to_be_found(tmp_path: Path) -> None:
    """A table that names AsyncAPI alone says nothing of HTTP; the served document comes first."""
    (tmp_path / "asyncapi.yaml").write_text(ASYNC)
    described = service(
        "clean_fastapi", directory=tmp_path, documents=(DocumentSource("asyncapi.yaml"),)
    )
    served, named = _describe(tmp_path, described)

    assert isinstance(served, DocumentRead)
    assert isinstance(named, DocumentRead)
    assert (served.location, served.of_messages) == ("/openapi.json", False)
    assert (named.location, named.of_messages) == ("asyncapi.yaml", True)
    assert documents_in_files(described) is None


def test_a_document_that_is_refused_may_be_the_one_over_http(tmp_path: Path) -> None:
    """What a table names and cannot be read is not replaced by what is found."""
    described = service("clean_fastapi", documents=(DocumentSource("absent.json"),))
    assert [type(one) for one in _describe(tmp_path, described)] == [DocumentRefused]


def test_a_service_that_serves_nothing_is_described_by_its_files(tmp_path: Path) -> None:
    """Nothing is started, and a document that only an app could serve is refused in a sentence."""
    (tmp_path / "asyncapi.yaml").write_text(ASYNC)
    sources = (DocumentSource("asyncapi.yaml"), DocumentSource("/asyncapi.json"))
    worker = Service("worker", tmp_path, documents=sources)

    @contextmanager
    def never(name: str, context: StepContext) -> Iterator[Instance]:
        raise AssertionError(f"{name} was started")
        yield

    context = context_of(tmp_path, worker)
    read, refused = Describer(never, never)(Describe("worker"), context)

    assert isinstance(read, DocumentRead)
    assert read.of_messages
    assert isinstance(refused, DocumentRefused)
    assert refused.message == "expected a running app behind /asyncapi.json of worker, seen none"
