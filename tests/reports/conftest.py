"""Snapshots are written anew where the environment asks for it."""

from __future__ import annotations

import os

import pytest


@pytest.fixture
def update() -> bool:
    """Whether snapshots are to be written anew: UPDATE_SNAPSHOTS=1."""
    return os.environ.get("UPDATE_SNAPSHOTS") == "1"
