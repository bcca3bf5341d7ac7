"""What is installed in an interpreter."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.domain.errors import HarnessError

_LOOK = """
import importlib.util, json, sys
from importlib.metadata import distributions, version
found = {}
for name, distribution in json.loads(sys.argv[1]).items():
    try:
        spec = importlib.util.find_spec(name)
    except Exception:
        spec = None
    if spec is not None:
        try:
            found[name] = version(distribution)
        except Exception:
            found[name] = ""
plugins = {e.name for d in distributions() for e in d.entry_points if e.group == "pytest11"}
told = {"python": list(sys.version_info[:2]), "found": found, "plugins": sorted(plugins)}
print(json.dumps(told))
"""
_LIMIT_S = 60


@dataclass(frozen=True, slots=True)
class Interpreter:
    """
    A Python and the packages that were looked for in it.

    Shape: `found` maps importable modules to their distributions' versions, empty where unknown;
    `pytest_plugins` are those that distributions announce.
    """

    path: Path
    version: tuple[int, int]
    found: Mapping[str, str]
    pytest_plugins: frozenset[str] = frozenset()


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
    return Interpreter(python, (major, minor), dict(seen["found"]), frozenset(seen["plugins"]))
