"""The interpreter that a service runs in, and what is installed there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.domain.errors import HarnessError
from harness.domain.service import Service

_LOOK = """
import importlib.util, json, sys
try:
    from importlib.metadata import version
except ImportError:
    version = None
found = {}
for name, distribution in json.loads(sys.argv[1]).items():
    if importlib.util.find_spec(name) is not None:
        try:
            found[name] = version(distribution)
        except Exception:
            found[name] = ""
print(json.dumps({"python": list(sys.version_info[:2]), "found": found}))
"""
_LIMIT_S = 60


@dataclass(frozen=True, slots=True)
class Interpreter:
    """
    A Python and the packages that were looked for in it.

    Shape: `found` maps importable modules to their distributions' versions, empty where unknown.
    """

    path: Path
    version: tuple[int, int]
    found: Mapping[str, str]


def interpreter_of(service: Service) -> Path:
    """Name the Python of a service: its own, or else the one that runs the harness."""
    if service.python is None:
        return Path(sys.executable)
    if not service.python.is_dir():
        return service.python
    return service.python / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def look_into(python: Path, distributions: Mapping[str, str]) -> Interpreter:
    """
    See which modules an interpreter can import, without importing them.

    Shape: `distributions` maps modules to the names that they are installed by.
    Raises: HarnessError where the interpreter cannot be run.
    """
    argv = [str(python), "-c", _LOOK, json.dumps(dict(distributions))]
    try:
        done = subprocess.run(
            argv, capture_output=True, text=True, timeout=_LIMIT_S, check=True, cwd="/"
        )
        seen = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise HarnessError(
            f"the interpreter {python} cannot be run: {error}",
            hint="`python` in the service's table names an interpreter or a virtual environment",
        ) from error
    major, minor = seen["python"]
    return Interpreter(python, (major, minor), dict(seen["found"]))
