"""What each framework makes of what handlers return, and what it lets go out unread."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.services import RunningService, Services
from tests.services.samples import believing_apiflask, believing_fastapi
from tests.services.support import sample, seen_by

pytestmark = pytest.mark.tools

Expected = list[tuple[str, ...]]


@pytest.fixture(scope="module")
def fastapi(services: Services) -> Iterator[RunningService]:
    """A FastAPI service, observed."""
    table = sample("believing_fastapi:app", packages=("believing_fastapi",))
    with services.open(table, observed=True) as running:
        yield running


@pytest.fixture(scope="module")
def apiflask(services: Services) -> Iterator[RunningService]:
    """An APIFlask service, observed."""
    table = sample("believing_apiflask:app", packages=("believing_apiflask",))
    with services.open(table, observed=True) as running:
        yield running


@pytest.fixture(scope="module")
def ninja(services: Services) -> Iterator[RunningService]:
    """A django-ninja service, observed."""
    table = sample("believing_ninja:app", packages=("believing_ninja",))
    with services.open(table, observed=True) as running:
        yield running


def told(running: RunningService, path: str) -> Expected:
    """What is told of one request."""
    return [(one.kind.value, one.what, one.expected, one.seen) for one in seen_by(running, path)]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/row", []),
        ("/described", []),
        ("/other-status", []),
        ("/text", [("coerced", "$.id", "int", "str '7'"),
                   ("coerced", "$.lines[*].quantity", "int", "float 2.0")]),
        ("/extra", [("dropped", "$.lines[*]", "Line", "colour")]),
        ("/past-the-model", [("unchecked", "$.id", "int", "str '7'"),
                             ("undeclared", "$", "Order", "note")]),
        ("/dataclass", [("coerced", "$.id", "int", "str '7'"),
                        ("dropped", "$.lines[*]", "Line", "colour"),
                        ("dropped", "$", "Shipped", "note")]),
        ("/typed-dict", [("coerced", "$.net", "int", "str '7'"),
                         ("coerced", "$.lines[*].quantity", "int", "str '2'"),
                         ("dropped", "$", "Totals", "gross")]),
        ("/numbers", [("coerced", "$[*]", "int", "str '2'")]),
        ("/by-name", [("dropped", "$.*", "Line", "colour")]),
        ("/page", [("coerced", "$[*].quantity", "int", "str '1'")]),
        ("/constructed", [("unchecked", "$.lines[*].sku", "str", "None"),
                          ("unchecked", "$.id", "int", "str '7'")]),
        ("/refusal", [("unchecked", "$.sku", "str", "int 1")]),
        ("/raw", [("unchecked", "$.id", "int", "None")]),
    ],
)  # fmt: skip
def test_what_fastapi_makes_of_a_return(
    fastapi: RunningService, path: str, expected: Expected
) -> None:
    """
    Coerced values and dropped keys are told, whatever the declared type is made of.

    So is what went past the model, whatever the status that has a model of its own, and what was
    put into an instance without validation. A row that is read by its attributes, with its
    annotation of the model, is the framework's own idiom, and so are pydantic's types that describe
    how to read a plain value.
    """
    assert told(fastapi, path) == expected
    assert {one.function for one in seen_by(fastapi, path)} <= {
        path[1:].replace("-", "_"),
        f"a_{path[1:].replace('-', '_')}",
    }


@pytest.mark.parametrize("path", believing_fastapi.SILENT)
def test_what_fastapi_is_meant_to_make_is_silent(fastapi: RunningService, path: str) -> None:
    """Aliases, serializers, computed and left out fields, unions, generics, texts, and streams."""
    assert told(fastapi, path) == []


def test_an_answer_without_a_body_is_silent(fastapi: RunningService) -> None:
    """Of HEAD nothing goes out."""
    assert seen_by(fastapi, "/right/text", "HEAD") == []


@pytest.mark.parametrize(
    ("path", "function", "expected"),
    [
        ("/coerced", "coerced", [("coerced", "$.id", "int", "str '7'"),
                                 ("coerced", "$.shareOf", "str", "int 1"),
                                 ("coerced", "$.lines[*].quantity", "int", "float 1.5")]),
        ("/lines", "lines", [("coerced", "$[*].sku", "str", "int 7"),
                             ("dropped", "$[*]", "Line", "colour")]),
        ("/shelf", "Shelf.get", [("dropped", "$", "Line", "colour")]),
        ("/total", "total", [("coerced", "$.net", "int", "str '7'"),
                             ("dropped", "$", "Total", "gross")]),
    ],
)  # fmt: skip
def test_what_a_schema_makes_of_a_return(
    apiflask: RunningService, path: str, function: str, expected: Expected
) -> None:
    """Schemas of marshmallow write what they can of anything, and pass over the rest."""
    assert told(apiflask, path) == expected
    assert {one.function for one in seen_by(apiflask, path)} == {function}


@pytest.mark.parametrize("path", believing_apiflask.SILENT)
def test_what_a_schema_is_meant_to_make_is_silent(apiflask: RunningService, path: str) -> None:
    """Rows, keys that are never written, code of the service's own, and its own use of a schema."""
    assert told(apiflask, path) == []


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/lines", [("coerced", "$[*].qty", "int", "str '1'"),
                    ("dropped", "$[*]", "Line", "colour")]),
        ("/past", [("unchecked", "$.qty", "int", "float 1.0"),
                   ("undeclared", "$", "Line", "colour")]),
        ("/refused", [("unchecked", "$.detail", "str", "None")]),
        ("/constructed", [("unchecked", "$.sku", "str", "None")]),
        *((path, []) for path in ("/right/line", "/right/past", "/right/text")),
    ],
)  # fmt: skip
def test_what_django_ninja_makes_of_a_return(
    ninja: RunningService, path: str, expected: Expected
) -> None:
    """Each status has a schema of its own, and a response of Django's is read from its bytes."""
    assert told(ninja, path) == expected
