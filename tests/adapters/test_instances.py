"""Who answers when a service of one step calls out."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.adapters.instances import neighbours_of
from harness.adapters.members import member
from harness.domain.config import Config, External
from harness.domain.errors import Misused
from harness.domain.service import Consumption, DocumentSource, Service


def service(name: str, *consumes: str, serves: bool = True) -> Service:
    """A member that consumes others."""
    return Service(
        name,
        Path("/w", name),
        app=f"{name}:app" if serves else None,
        consumes=tuple(Consumption(each, f"{each.upper()}_URL") for each in consumes),
    )


def config(*services: Service, neighbours: str, externals: tuple[External, ...] = ()) -> Config:
    """A workspace of these members."""
    return Config(
        Path("/w"), Path("/w/x.toml"), services, externals=externals, neighbours=neighbours
    )


def test_real_neighbours_are_followed_in_circles() -> None:
    """All that can be reached is started, each once, however they are tied together."""
    a, b, c = service("a", "b"), service("b", "c"), service("c", "a", "b")
    found = neighbours_of(a, config(a, b, c, neighbours="real"))

    assert set(found.real) >= {"b", "c"}
    assert found.real["b"] is b


def test_stand_ins_are_for_direct_neighbours_only() -> None:
    """What stands in for a neighbour calls nobody."""
    a, b, c = service("a", "b"), service("b", "c"), service("c")
    found = neighbours_of(a, config(a, b, c, neighbours="stand-in"))

    assert (dict(found.real), tuple(found.posed)) == ({}, ("b",))


def test_an_external_is_posed_only_where_it_has_a_document() -> None:
    """Nothing is set for a neighbour of which nothing is known."""
    a = service("a", "known", "unknown")
    externals = (External("known", (DocumentSource("known.json"),)), External("unknown"))
    found = neighbours_of(a, config(a, neighbours="real", externals=externals))

    assert tuple(found.posed) == ("known",)


def test_a_name_that_is_nobodys_is_misuse() -> None:
    """The sentence names those that there are."""
    with pytest.raises(Misused) as raised:
        member("c", config(service("a"), service("b"), neighbours="real"))

    assert raised.value.hint.endswith("a, b")
