"""Parsers that others wrote, which only some tests need."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import pytest


def parser(name: str) -> Any:
    """
    The module of a parser.

    Shape: where it is not installed the test is skipped, or fails where HARNESS_REQUIRE_SERVICES
    is 1.
    """
    try:
        return import_module(name)
    except ModuleNotFoundError:
        why = f"{name} is not installed: pip install -r requirements.lock"
        if os.environ.get("HARNESS_REQUIRE_SERVICES") == "1":
            pytest.fail(why)
        pytest.skip(why)
