"""What a service finds in its environment of the message broker that it is to meet."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.domain.service import EnvValue, Service
from harness.services.environment import Place, environment_of

TABLE = {"URL": EnvValue("{broker}"), "PREFIX": EnvValue("{namespace}shop"), "MODE": EnvValue("x")}


@pytest.mark.parametrize(
    ("broker", "expected"),
    [
        ("h:9092", {"URL": "h:9092", "PREFIX": "run-shop", "MODE": "x"}),
        ("", {"PREFIX": "run-shop", "MODE": "x"}),  # AWS itself, whose addresses clients know
        (None, {"MODE": "x"}),
    ],
)
def test_a_variable_of_a_broker_is_set_where_it_says_something(
    broker: str | None, expected: dict[str, str], tmp_path: Path
) -> None:
    """One from the surroundings would be somebody else's broker."""
    place = Place("python", tmp_path, 0, broker=broker, namespace="run-")
    outside = {"URL": "theirs", "PREFIX": "theirs"}

    env = environment_of(Service("shop", tmp_path, env=TABLE), place, tmp_path, {}, {}, outside)

    assert {name: env[name] for name in TABLE if name in env} == expected
