"""AsyncAPI documents that are broken, or point elsewhere, end in a finding and no traceback."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gate.test_on_the_wire import HOME, RABBITMQ
from tests.gate.workspaces import Place

pytestmark = [pytest.mark.tools, pytest.mark.slow]

DOCUMENT = "asyncapi/shop.yaml"
PLACED = 'OrderPlaced: {$ref: "#/components/messages/OrderPlaced"}'
STREET = "street: {type: string}"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """The system without a broker."""
    place = Place.copied(HOME, tmp_path)
    optional = RABBITMQ.replace(" }", ", optional = true }")
    place.edit("contract-harness.toml", RABBITMQ, optional)
    return place


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """An address that notes who comes, and its visitors so far."""
    came: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def listen() -> None:
            try:
                came.append(str(listener.accept()[1]))
            except OSError:  # closed: nobody came
                return

        threading.Thread(target=listen, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/shop.json", came
        listener.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("channels:", "channels: [", "expected JSON or YAML"),
        ("channels:\n", "channels: 5\nothers:\n", "expected an object as `channels`"),
        ("#/channels/placed", "#/channels/nowhere", "does not exist"),
    ],
)
def test_a_document_that_is_invalid_is_found(old: str, new: str, told: str, place: Place) -> None:
    """The finding names what was expected and seen there."""
    place.edit(DOCUMENT, old, new)
    ended = place.gate("--check", "schema-invalid")

    assert ended.code == 1, ended.text
    assert any(told in one["message"] for one in ended.found("schema-invalid")), ended.text
    assert "Traceback" not in ended.text


@pytest.mark.parametrize("old", [PLACED, STREET])
def test_a_reference_to_elsewhere_is_told_and_not_fetched(
    old: str, place: Place, elsewhere: tuple[str, list[str]]
) -> None:
    """A whole message, or a schema in it: nobody is asked, and it never passes in silence."""
    url, came = elsewhere
    place.edit(DOCUMENT, old, f'{old.partition(":")[0]}: {{$ref: "{url}"}}')
    ended = place.gate("--check", "schema-invalid")

    assert ended.code in (1, 3), ended.text
    assert url in ended.text
    assert "Traceback" not in ended.text
    assert came == []
