"""What mypy wrote, and where in the code it points."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from harness.adapters.members import import_root, relative
from harness.domain.config import Config
from harness.domain.service import Service
from harness.domain.typed import TypeDiagnostic

_Scoped = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Line:
    """
    One message of mypy.

    Shape: `column` counts from 0, and is negative where there is none; `end` is a line and column.
    """

    file: str
    line: int
    column: int
    message: str
    code: str
    end: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Output:
    """The errors among mypy's messages, and the lines that were no messages at all."""

    errors: tuple[Line, ...]
    noise: tuple[str, ...]


def parse(text: str) -> Output:
    """Read mypy's JSON lines; notes say nothing against the code and are left out."""
    errors: list[Line] = []
    noise: list[str] = []
    for line in filter(str.strip, text.splitlines()):
        try:
            record = json.loads(line)
            if record["severity"] == "error":
                errors.append(_line(record))
        except (ValueError, TypeError, KeyError):
            noise.append(line)
    return Output(tuple(errors), tuple(noise))


def _line(record: dict[str, object]) -> Line:
    return Line(
        file=str(record["file"]),
        line=_number(record["line"]),
        column=_number(record["column"]),
        message=str(record["message"]),
        code=str(record["code"] or ""),
        end=(_number(record.get("end_line")), _number(record.get("end_column"))),
    )


def _number(value: object) -> int:
    """Read a number; a mypy of before version 2 leaves ends out."""
    return 0 if value is None else int(str(value))


@dataclass(slots=True)
class TypeErrors:
    """
    Turns mypy's errors into evidence about one service.

    Shape: `directory` is where mypy ran. What lies in the packages of another member is left to
    that member's own step.
    """

    service: Service
    directory: Path
    config: Config
    _sources: dict[Path, _Source] = field(default_factory=dict)

    def of(self, errors: Iterable[Line]) -> Iterator[TypeDiagnostic]:
        """Give one piece of evidence an error."""
        for error in errors:
            path = (self.directory / error.file).resolve()
            if not self._is_anothers(path):
                yield self._diagnostic(error, path)

    def _diagnostic(self, error: Line, path: Path) -> TypeDiagnostic:
        source = self._source(path)
        return TypeDiagnostic(
            service=self.service.name,
            file=relative(path, self.config),
            line=max(1, error.line),
            column=max(1, error.column + 1),
            code=error.code,
            message=error.message,
            scope=source.scope(error.line),
            statement=source.statement(error.line),
        )

    def _source(self, path: Path) -> _Source:
        if path not in self._sources:
            self._sources[path] = _Source.read(path, import_root(self.service))
        return self._sources[path]

    def _is_anothers(self, path: Path) -> bool:
        if _is_of(path, self.service):
            return False
        return any(_is_of(path, other) for other in self.config.services)


def _is_of(path: Path, service: Service) -> bool:
    root = import_root(service).resolve()
    places = (root.joinpath(*package.split(".")) for package in service.packages)
    return any(path.is_relative_to(place) or path == place.with_suffix(".py") for place in places)


@dataclass(frozen=True, slots=True)
class _Source:
    """A file's lines, and the functions and classes around them, outermost first."""

    module: str
    lines: tuple[str, ...] = ()
    scopes: tuple[tuple[int, int, str], ...] = ()

    @classmethod
    def read(cls, path: Path, root: Path) -> _Source:
        """Read a file; one that cannot be parsed has lines and no scopes."""
        module = _module_name(path, root.resolve())
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return cls(module)
        try:
            scopes = tuple(_scopes(ast.parse(text), ""))
        except (SyntaxError, ValueError, RecursionError):
            scopes = ()
        return cls(module, tuple(text.splitlines()), scopes)

    def scope(self, line: int) -> str:
        """The innermost function or class around a line, qualified by its module."""
        around = [name for first, last, name in self.scopes if first <= line <= last]
        return ".".join(part for part in (self.module, *around[-1:]) if part)

    def statement(self, line: int) -> str:
        """The text of a line without its indentation and needless blanks."""
        return " ".join(self.lines[line - 1].split()) if 0 < line <= len(self.lines) else ""


def _scopes(node: ast.AST, outer: str) -> Iterator[tuple[int, int, str]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _Scoped):
            name = f"{outer}.{child.name}" if outer else child.name
            first = min([child.lineno, *(one.lineno for one in child.decorator_list)])
            yield first, child.end_lineno or child.lineno, name
            yield from _scopes(child, name)
        else:
            yield from _scopes(child, outer)


def _module_name(path: Path, root: Path) -> str:
    if not path.is_relative_to(root):
        return path.stem
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1:] == ("__init__",) else parts)
