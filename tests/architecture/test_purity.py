"""What computes does not look at the world, not even through a module that also computes."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import harness

HOUSE = Path(harness.__file__).parent
PURE = (
    "domain",
    "documents",
    "compat",
    "maps",
    "checks",
    "stages",
    "reports",
    "onboarding",
    "broker/semantics",
)
FILES = sorted(path for room in PURE for path in (HOUSE / room).rglob("*.py"))
HOST = sorted((HOUSE / "host").rglob("*.py"))

WORLDLY_MODULES = {"urllib.request", "urllib.error", "http.client", "http.server"}
WORLDLY_FUNCTIONS = {"open", "print", "input"}
CLOCKS = {"now", "utcnow", "today"}
FILE_METHODS = {
    "exists",
    "glob",
    "is_dir",
    "is_file",
    "iterdir",
    "mkdir",
    "read_bytes",
    "read_text",
    "rglob",
    "unlink",
    "write_bytes",
    "write_text",
}


def worldly(source: str) -> list[str]:
    """Name whatever in a source looks at the world: module, clock, file, or unseeded chance."""
    return [fault for node in ast.walk(ast.parse(source)) for fault in _worldly(node)]


def _worldly(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (f"import {one.name}" for one in names if one.name in WORLDLY_MODULES)
        case ast.ImportFrom(module=str(module), names=names):
            full = {module, *(f"{module}.{one.name}" for one in names)}
            yield from (f"import {name}" for name in sorted(full & WORLDLY_MODULES))
            if module == "random":
                yield from (f"random.{one.name}" for one in names if one.name != "Random")
        case ast.Attribute(value=ast.Name(id="random"), attr=name) if name != "Random":
            yield f"random.{name}"
        case ast.Call(func=called) as call:
            yield from _worldly_call(ast.unparse(called), call)


def _worldly_call(called: str, call: ast.Call) -> Iterator[str]:
    owner, _, name = called.rpartition(".")
    is_reading = name in FILE_METHODS and not _is_own_data(called)
    if called in WORLDLY_FUNCTIONS or (owner and (name in CLOCKS or is_reading)):
        yield f"{called}()"
    elif name == "Random" and not call.args:
        yield f"{called}() without a seed"


def _is_own_data(called: str) -> bool:
    """Whether a call reads what is installed with the house, as importlib.resources gives it."""
    return called.startswith("files(")


def foreign(source: str) -> list[str]:
    """Name what a source imports beyond the standard library and its own package."""
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.append(node.module or "")
    return [name for name in found if name.partition(".")[0] not in sys.stdlib_module_names]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_pure_rooms_do_not_look_out(path: Path) -> None:
    """A pure room reads no file, no clock and no chance that was not handed in."""
    assert worldly(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", HOST, ids=lambda path: path.name)
def test_the_host_needs_nothing_installed(path: Path) -> None:
    """The host runs in any interpreter: it imports the standard library and itself."""
    assert foreign(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        "import urllib.request",
        "from urllib import request",
        "from http.server import HTTPServer",
        "from random import choice",
        "value = random.random()",
        "chance = random.Random()",
        "open('file')",
        "print('told')",
        "at = datetime.now()",
        "on = datetime.date.today()",
        "text = path.read_text()",
        "found = (root / 'pacts').glob('*')",
    ],
)
def test_a_look_at_the_world_is_found(line: str) -> None:
    """Each way out is seen where it is taken."""
    assert len(worldly(line)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "from urllib.parse import quote",
        "from http.cookies import SimpleCookie",
        "from random import Random",
        "chance = random.Random(seed)",
        "text = files('harness.reports').joinpath('report.schema.json').read_text('utf-8')",
        "value = chance.random()",
        "path = root / 'pacts'",
    ],
)
def test_what_only_computes_is_left_alone(line: str) -> None:
    """Quoting, parsing, seeded chance and the house's own data are no way out."""
    assert worldly(line) == []
