"""What customs and a haulier hear in the harbour, with pact-python alone."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from customs import handlers as customs
from haulier import handlers as haulier
from pact import Pact, match

PACTS = Path("build/plain")
NUMBER = "MSKU1234567"
CONTAINER = match.regex(NUMBER, regex="[A-Z]{4}[0-9]{7}")
Body = str | bytes | None
Heard = Callable[[Body, dict[str, Any]], None]


def as_bytes(body: Body) -> bytes:
    assert body is not None
    return body if isinstance(body, bytes) else body.encode()


def text(handle: Callable[[bytes], str], expected: str) -> Heard:
    """A handler that makes a text of a body."""

    def heard(body: Body, metadata: dict[str, Any]) -> None:
        assert handle(as_bytes(body)) == expected

    return heard


@pytest.fixture
def pact(request: pytest.FixtureRequest) -> Iterator[Pact]:
    """What a test hears is added to the pact of its consumer."""
    pact = Pact(request.param, "terminal")
    yield pact
    pact.write_file(PACTS)


def hear(pact: Pact, description: str, heard: Heard, body: dict[str, Any], **metadata: Any) -> None:
    """Describe one message, and hand it to its handler."""
    told = pact.upon_receiving(description, "Async").with_body(body, "application/json")
    if metadata:
        told.with_metadata(metadata)
    pact.verify(heard, "Async")


of_customs = pytest.mark.parametrize("pact", ["customs"], indirect=True)
of_haulier = pytest.mark.parametrize("pact", ["haulier"], indirect=True)


@of_customs
def test_landed(pact: Pact) -> None:
    heard = text(customs.on_landed, "MSKU1234567 stands in B7")
    body = {"container": CONTAINER, "yard_block": match.str("B7")}
    hear(pact, "container.landed", heard, body)


@of_customs
def test_moved(pact: Pact) -> None:
    heard = text(customs.on_moved, "MSKU1234567 is in row 4")
    hear(pact, "container.moved", heard, {"container": CONTAINER, "bay": match.int(9)})


@of_customs
def test_weighed(pact: Pact) -> None:
    heard = text(customs.on_weighed, "MSKU1234567 has 21.3 t")
    hear(pact, "container.weighed", heard, {"container": CONTAINER, "weight": match.number(21300)})


@of_customs
def test_inspected(pact: Pact) -> None:
    heard = text(customs.on_inspected, "MSKU1234567 was looked into in 2026")
    # Python writes a colon into an offset, which the matcher's usual format has not.
    at = match.datetime(
        "2026-05-04T08:30:00+00:00", "yyyy-MM-dd'T'HH:mm:ssXXX", disable_conversion=True
    )
    hear(pact, "container.inspected", heard, {"container": CONTAINER, "at": at})


@of_customs
def test_held(pact: Pact) -> None:
    def heard(body: Body, metadata: dict[str, Any]) -> None:
        assert customs.on_held(as_bytes(body), metadata) == "Meyer holds MSKU1234567"

    hear(pact, "container.held", heard, {"container": CONTAINER}, officer=match.str("Meyer"))


@of_customs
def test_released(pact: Pact) -> None:
    heard = text(customs.on_released, "MSKU1234567 may go")
    hear(pact, "container.released", heard, {"container": CONTAINER})


@of_customs
def test_collected(pact: Pact) -> None:
    heard = text(customs.on_collected, "MSKU1234567 is gone")
    hear(pact, "container.collected", heard, {"container": CONTAINER})


@of_customs
def test_cleared(pact: Pact) -> None:
    heard = text(customs.on_cleared, "MSKU1234567 may go")
    outcome = match.regex("free", regex="free|opened")
    hear(pact, "container.cleared", heard, {"container": CONTAINER, "outcome": outcome})


@of_customs
def test_archived(pact: Pact) -> None:
    heard = text(customs.on_archived, "MSKU1234567 was filed by Ito")
    hear(pact, "container.archived", heard, {"container": CONTAINER, "clerk": match.str("Ito")})


@of_customs
def test_listed(pact: Pact) -> None:
    def heard(body: Body, metadata: dict[str, Any]) -> None:
        customs.on_listed(as_bytes(body), metadata["key"])
        assert customs.LISTED[NUMBER] == "cocoa"

    body = {"container": CONTAINER, "goods": match.str("cocoa")}
    hear(pact, "container.listed", heard, body, key=match.str(NUMBER))


@of_haulier
def test_called(pact: Pact) -> None:
    heard = text(haulier.on_called, "MSKU1234567 at gate 2")
    hear(pact, "container.called", heard, {"container": CONTAINER, "gate": match.int(2)})


@of_haulier
def test_loaded(pact: Pact) -> None:
    heard = text(haulier.on_loaded, "MSKU1234567 on HH-A 1")
    hear(pact, "container.loaded", heard, {"container": CONTAINER, "lorry": match.str("HH-A 1")})
