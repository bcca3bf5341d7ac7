"""What runs inside services, and beside the tests of consumers as well."""

from __future__ import annotations

import importlib
import sys
import types
from pathlib import Path

# Loaded by its path, as it is inside a service: nothing imports the host.
_HOST = Path(__file__).parents[1] / "host"
_PACKAGE = "_contract_harness_host"


def host_module(name: str) -> types.ModuleType:
    """Load one module of the host."""
    if _PACKAGE not in sys.modules:
        package = types.ModuleType(_PACKAGE)
        package.__path__ = [str(_HOST)]
        sys.modules[_PACKAGE] = package
    return importlib.import_module(f"{_PACKAGE}.{name}")
