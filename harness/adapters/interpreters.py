"""What is installed in an interpreter."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
_MISSING = """
import importlib.util, json, sys
from importlib.machinery import PathFinder

def is_there(name):
    top, *rest = name.split(".")
    spec = importlib.util.find_spec(top)
    for part in rest:
        if spec is None or spec.submodule_search_locations is None:
            return spec is not None
        top = f"{top}.{part}"
        spec = PathFinder.find_spec(top, spec.submodule_search_locations)
    return spec is not None

def safely(name):
    try:
        return is_there(name)
    except Exception:
        return True
print(json.dumps([name for name in json.loads(sys.argv[1]) if not safely(name)]))
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


def not_found(python: Path, root: Path, modules: Sequence[str]) -> frozenset[str]:
    """
    The modules that an interpreter does not find, with imports beginning at `root` as well.

    Shape: nothing is imported; of a dotted name the packages above are looked into as files.
    Raises: HarnessError where the interpreter cannot be run.
    """
    return frozenset(_asked(python, _MISSING, list(modules), {"PYTHONPATH": str(root)}))


def look_into(python: Path, distributions: Mapping[str, str]) -> Interpreter:
    """
    See which modules an interpreter can import, without importing them.

    Shape: `distributions` maps modules to the names that they are installed by.
    Raises: HarnessError where the interpreter cannot be run.
    """
    seen = _asked(python, _LOOK, dict(distributions), {})
    major, minor = seen["python"]
    return Interpreter(python, (major, minor), dict(seen["found"]), frozenset(seen["plugins"]))


def _asked(python: Path, script: str, given: object, more: Mapping[str, str]) -> Any:
    argv = [str(python), "-c", script, json.dumps(given)]
    try:
        done = subprocess.run(
            argv,
            capture_output=True,
            text=True,
            timeout=_LIMIT_S,
            check=True,
            cwd="/",
            env={**os.environ, **more},
        )
        return json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise HarnessError(
            f"the interpreter {python} cannot be run: {_reason(error)}",
            hint="`python` in the service's table names an interpreter or a virtual environment",
        ) from error


def _reason(error: Exception) -> str:
    """Why it cannot be run: what was run is nobody's business."""
    match error:
        case OSError(strerror=str(said)):
            return said
        case subprocess.TimeoutExpired():
            return f"it gave no answer within {_LIMIT_S} s"
        case subprocess.CalledProcessError(returncode=code, stderr=str(said)):
            last = said.strip().rpartition("\n")[2]
            return f"it ended with status {code}" + (f": {last}" if last else "")
        case _:
            return "it answered with something else than was asked for"
