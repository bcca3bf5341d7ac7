"""What becomes of a test whose cases are not at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.compat.conformance import Collections

STRICT = {"HARNESS_REQUIRE_SERVICES": "1"}


def checkout(directory: Path, *collections: str) -> Path:
    """A checkout with collections of cases beside it."""
    for name in collections:
        (directory / "shared" / "conformance" / name).mkdir(parents=True)
    return directory / "checkout"


def test_cases_beside_a_checkout_are_found(tmp_path: Path) -> None:
    """Nothing need be said where they lie at their usual place."""
    held = Collections.at_hand({}, checkout(tmp_path, "opc"))

    assert held.directory("opc") == tmp_path / "shared" / "conformance" / "opc"


def test_a_variable_goes_before_what_lies_beside(tmp_path: Path) -> None:
    """Cases may lie anywhere."""
    (tmp_path / "elsewhere" / "opc").mkdir(parents=True)
    named = {"HARNESS_CONFORMANCE": str(tmp_path / "elsewhere")}
    held = Collections.at_hand(named, checkout(tmp_path, "opc"))

    assert held.directory("opc") == tmp_path / "elsewhere" / "opc"


@pytest.mark.parametrize("environment", [{}, STRICT], ids=["plain", "strict"])
def test_a_checkout_with_no_cases_skips(tmp_path: Path, environment: dict[str, str]) -> None:
    """Whoever has none is told what to set, and nothing fails."""
    held = Collections.at_hand(environment, checkout(tmp_path))

    with pytest.raises(pytest.skip.Exception, match="set HARNESS_CONFORMANCE"):
        held.directory("opc")
    with pytest.raises(pytest.skip.Exception, match="set HARNESS_CONFORMANCE"):
        held.files("opc/**/pact.json")


def test_a_collection_that_is_gone_from_among_others_fails_a_strict_run(tmp_path: Path) -> None:
    """Where cases lie beside the checkout, a run that relies on them does not pass without one."""
    held = Collections.at_hand(STRICT, checkout(tmp_path, "openapi"))

    with pytest.raises(pytest.fail.Exception, match="opc is not there"):
        held.directory("opc")


def test_a_directory_that_is_named_in_vain_fails_a_strict_run(tmp_path: Path) -> None:
    """A wrong path in the variable is no way to pass; on a user's machine it skips."""
    named = {"HARNESS_CONFORMANCE": str(tmp_path / "nowhere")}

    with pytest.raises(pytest.fail.Exception, match="nowhere"):
        Collections.at_hand({**STRICT, **named}, checkout(tmp_path)).files("opc/*")
    with pytest.raises(pytest.skip.Exception, match="nowhere"):
        Collections.at_hand(named, checkout(tmp_path)).files("opc/*")
