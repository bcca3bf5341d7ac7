"""Which modules of a service its contract tests drive, and which test drives what."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from harness.adapters.members import import_root
from harness.domain.service import Service

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Module:
    """One module of a service's own packages, as it was read."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    @property
    def package(self) -> str:
        """The package that its relative imports start from."""
        is_package = self.path.name == "__init__.py"
        return self.name if is_package else self.name.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class ContractTest:
    """
    One test function below `contract_tests`.

    Shape: `calls` are the bare names of what it calls, `says` the texts that its calls and
    decorators begin with: what an interaction is called stands among them; `modules` are those
    that its file leads to, and those of files with fixtures and helpers.
    """

    calls: frozenset[str]
    says: tuple[str, ...]
    modules: frozenset[str]


@dataclass(frozen=True)
class Boundary:
    """
    The modules that contract tests drive: those they import, and what these import in turn.

    Shape: a name that a package only hands on leads to the module that has it, so that an
    `__init__` does not drag in all that it names.
    """

    service: Service
    workspace: Path
    _read: dict[str, Module | None] = field(default_factory=dict)

    @cached_property
    def modules(self) -> tuple[Module, ...]:
        """The modules, by name."""
        names = frozenset[str]().union(*(led for _, led in self._files.values()))
        return tuple(found for name in sorted(names) if (found := self._module(name)))

    @cached_property
    def tests(self) -> tuple[ContractTest, ...]:
        """Every function of the tests, in the order of their files."""
        shared = [
            led for path, (_, led) in self._files.items() if "test" not in path.stem.split("_")
        ]
        return tuple(
            ContractTest(
                frozenset(_called(node)), tuple(_said(node)), frozenset[str]().union(led, *shared)
            )
            for tree, led in self._files.values()
            for node in ast.walk(tree)
            if isinstance(node, Function)
        )

    @cached_property
    def _files(self) -> dict[Path, tuple[ast.Module, frozenset[str]]]:
        """What was read for the tests, with the modules that each file leads to."""
        found: dict[Path, tuple[ast.Module, frozenset[str]]] = {}
        for path in self._paths():
            read = _parsed(path)
            if read is not None:
                imported = _imports(read[1], self._package_of(path))
                found[path] = (read[1], frozenset(self._reached(imported)))
        return found

    def _package_of(self, path: Path) -> str:
        """The package that a test's relative imports start from, where it lies among the code."""
        root = import_root(self.service)
        below = path.parent.relative_to(root).parts if path.is_relative_to(root) else ()
        return ".".join(below)

    def _paths(self) -> Iterator[Path]:
        for place in self.service.contract_tests:
            yield from sorted(place.rglob("*.py")) if place.is_dir() else (place,)
            for above in place.parents:
                if not above.is_relative_to(self.workspace):
                    break
                if (above / "conftest.py").is_file():
                    yield above / "conftest.py"

    def _reached(self, imported: Iterable[tuple[str, str]]) -> set[str]:
        reached: set[str] = set()
        waiting = [self._target(*each) for each in imported]
        while waiting:
            module = waiting.pop()
            if module is not None and module.name not in reached:
                reached.add(module.name)
                waiting += [self._target(*each) for each in _imports(module.tree, module.package)]
        return reached

    def _target(self, name: str, wanted: str, depth: int = 0) -> Module | None:
        """Find the module that has a name; `wanted` is empty where the module itself is meant."""
        inner = self._module(f"{name}.{wanted}") if wanted else None
        module = inner or self._module(name)
        if inner or module is None or depth > 20:
            return module
        for statement in module.tree.body if wanted else ():
            if isinstance(statement, ast.ImportFrom):
                for alias in statement.names:
                    if wanted in (alias.asname or alias.name,):
                        source = _source(statement, module.package)
                        return self._target(source, alias.name, depth + 1) or module
        return module

    def _module(self, name: str) -> Module | None:
        if name not in self._read:
            self._read[name] = self._load(name) if self._is_own(name) else None
        return self._read[name]

    def _is_own(self, name: str) -> bool:
        return any(f"{name}.".startswith(f"{package}.") for package in self.service.packages)

    def _load(self, name: str) -> Module | None:
        place = import_root(self.service).joinpath(*name.split("."))
        for path in (place / "__init__.py", place.with_name(f"{place.name}.py")):
            read = _parsed(path) if path.is_file() else None
            if read is not None:
                return Module(name, path, *read)
        return None


def _parsed(path: Path) -> tuple[str, ast.Module] | None:
    """Read a file; what cannot be read is told by the tool that runs it."""
    try:
        text = path.read_text(encoding="utf-8")
        return text, ast.parse(text)
    except (OSError, SyntaxError, ValueError, RecursionError):
        return None


def _imports(tree: ast.Module, package: str) -> Iterator[tuple[str, str]]:
    """Give every module that is imported when the code runs, with the name taken from it."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = _source(node, package)
            yield from ((source, "" if a.name == "*" else a.name) for a in node.names)
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            waiting += node.orelse
        else:
            waiting += ast.iter_child_nodes(node)


def _source(statement: ast.ImportFrom, package: str) -> str:
    parts = package.split(".")
    above = parts[: len(parts) - statement.level + 1] if statement.level else []
    return ".".join([*above, *([statement.module] if statement.module else [])])


def _called(function: Function) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.func.attr
            elif isinstance(node.func, ast.Name):
                yield node.func.id


def _said(function: Function) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value
