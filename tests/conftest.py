"""Lets no clock fail a law, and leaves out what takes minutes unless HARNESS_SLOW_TESTS is set."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes tells of a machine and what runs beside, and of no law.
settings.register_profile("laws", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("laws")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the tests that are marked slow: `nox -s slow_tests` runs them alone."""
    if os.environ.get("HARNESS_SLOW_TESTS"):
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    if slow:
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if not item.get_closest_marker("slow")]
