"""A run's directory for the tests, and a way to start services in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.services import RunDirectory, Services


@pytest.fixture(scope="session")
def run_directory() -> Iterator[RunDirectory]:
    """One directory for all."""
    with RunDirectory.create() as directory:
        yield directory


@pytest.fixture(scope="session")
def services(run_directory: RunDirectory) -> Services:
    """Starts services."""
    return Services(run_directory.path)
