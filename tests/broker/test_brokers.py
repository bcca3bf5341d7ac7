"""Which broker is asked, and the one that needs no server."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.broker import wire
from harness.brokers import ADDRESS, broker_at, place_of
from harness.domain.config import Config
from harness.domain.errors import Misused
from tests.broker.server.serving import served

WORKSPACE = Config(Path("/w"), Path("/w/pyproject.toml"), (), broker="embedded")
ELSEWHERE = "https://broker.example"


@pytest.mark.parametrize(
    ("given", "outside", "config", "place"),
    [
        ("http://a", {ADDRESS: ELSEWHERE}, WORKSPACE, "http://a"),
        ("", {ADDRESS: ELSEWHERE}, WORKSPACE, ELSEWHERE),
        ("", {}, WORKSPACE, "embedded"),
        ("", {}, None, ""),
    ],
)
def test_the_nearest_name_of_a_broker_counts(
    given: str, outside: dict[str, str], config: Config | None, place: str
) -> None:
    """The command line, then the environment, then the workspace."""
    assert place_of(given, config, outside) == place


def test_no_broker_is_told_with_what_to_do(tmp_path: Path) -> None:
    """Nothing is made up where nothing names one."""
    said = "expected a broker, saw none"
    with pytest.raises(Misused, match=said) as caught, broker_at("", tmp_path, {}):
        pass
    assert "--broker" in caught.value.hint


def test_the_embedded_broker_keeps_what_it_is_told(tmp_path: Path) -> None:
    """Its file is all there is, and a server on it answers the same."""
    with broker_at("embedded", tmp_path / "kept", {}) as client:
        link = client.link(client.index(), wire.ENVIRONMENTS)
        made = client.sent("POST", link, {"name": "test", "production": False}, is_repeatable=False)
        assert client.resource(made.link("self")).text("name") == "test"

    file = tmp_path / "kept" / "broker.db"
    with served(f"sqlite:///{file}") as server, broker_at(server.url, tmp_path, {}) as client:
        listed = client.resource(client.link(client.index(), wire.ENVIRONMENTS))
        assert [each.text("name") for each in listed.items("environments")] == ["test"]


def test_what_it_refuses_is_told_in_its_own_words(tmp_path: Path) -> None:
    """A refusal is a fault with the broker's reasons, by field."""
    with broker_at("embedded", tmp_path, {}) as client:
        link = client.link(client.index(), wire.ENVIRONMENTS)
        with pytest.raises(Misused, match="answered with 400") as caught:
            client.sent("POST", link, {"name": "has a blank"})
    assert "name: " in caught.value.detail
    assert "production: " in caught.value.detail
