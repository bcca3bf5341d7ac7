"""Configuration files: found, read, and their lines kept."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.domain.errors import Misused
from harness.settings.positions import KeyPath, positions

PROJECT_FILE = "pyproject.toml"
OWN_FILE = "contract-harness.toml"
TOOL = "contract-harness"

_MARKER = re.compile(r"(?:<{7}|\|{7}|={7}|>{7})(?: |$)")
_PLACE = re.compile(r"^(?P<what>.*?)\s*\(at line (?P<line>\d+), column (?P<column>\d+)\)$")


@dataclass(frozen=True, slots=True)
class Source:
    """
    One table of one configuration file.

    Shape: `shown` is the file as messages name it; `prefix` is the table's place in the file.
    """

    file: Path
    shown: str
    prefix: KeyPath
    table: Mapping[str, object]
    lines: Mapping[KeyPath, int]

    @property
    def directory(self) -> Path:
        """The directory that relative paths of this table begin at."""
        return self.file.parent

    def where(self, *path: str | int) -> str:
        """Name the file and line of a key, or of the nearest thing around it."""
        full = (*self.prefix, *path)
        while full and full not in self.lines:
            full = full[:-1]
        return f"{self.shown}:{self.lines[full]}" if full else self.shown

    def inner(self, *path: str) -> Source:
        """Go to a table within this one."""
        table: object = self.table
        for key in path:
            table = table.get(key) if isinstance(table, Mapping) else None
        inside = table if isinstance(table, Mapping) else {}
        return Source(self.file, self.shown, (*self.prefix, *path), inside, self.lines)

    def named(self, root: Path) -> Source:
        """Name the file relative to a workspace."""
        return Source(self.file, shown(self.file, root), self.prefix, self.table, self.lines)


def shown(path: Path, root: Path) -> str:
    """Write a path relative to the workspace where it lies below it."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def read_toml(file: Path, *, optional: bool = False) -> Source | None:
    """
    Read a whole TOML file.

    Raises: Misused, if it cannot be read or is not TOML.
    """
    try:
        text = file.read_bytes().decode("utf-8")
    except FileNotFoundError:
        if optional:
            return None
        raise Misused(f"{file}: there is no such file") from None
    except OSError as error:
        raise Misused(f"{file}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise Misused(f"{file}: expected UTF-8, saw another byte at {error.start}") from None
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _unmerged(file, text) or Misused(_not_toml(file, str(error))) from None
    except RecursionError:
        raise Misused(f"{file}: tables or arrays are nested too deeply") from None
    return Source(file, str(file), (), table, positions(text.replace("\r\n", "\n")))


def read_directory(directory: Path) -> Source | None:
    """
    Read a directory's configuration from the one file that holds it, if any does.

    Raises: Misused, if two files hold it.
    """
    own = read_toml(directory / OWN_FILE, optional=True)
    project = read_toml(directory / PROJECT_FILE, optional=True)
    inside = _tool_table(project) if project else None
    if own and inside:
        raise Misused(
            f"{directory}: expected one configuration, saw two: {OWN_FILE}, and "
            f"[tool.{TOOL}] in {inside.where()}",
            hint="keep one of them",
        )
    return own or inside


def read_given(path: Path) -> Source:
    """
    Read the configuration at a path that somebody named: a file, or the directory of one.

    Raises: Misused, if the path holds none.
    """
    path = path.absolute()
    if path.is_dir():
        found = read_directory(path)
    else:
        found = read_toml(path)
        if found and path.name == PROJECT_FILE:
            found = _tool_table(found)
    if found is None:
        raise Misused(
            f"{path}: expected [tool.{TOOL}] in {PROJECT_FILE}, or {OWN_FILE}; saw neither"
        )
    return found


def _tool_table(project: Source) -> Source | None:
    tool = project.table.get("tool")
    if not isinstance(tool, Mapping) or TOOL not in tool:
        return None
    if not isinstance(tool[TOOL], Mapping):
        raise Misused(f"{project.where('tool', TOOL)}: expected a table, saw a value")
    return project.inner("tool", TOOL)


def _unmerged(file: Path, text: str) -> Misused | None:
    """Tell that a merge has not been finished, if that is why a text is no TOML."""
    found = [
        (number, line) for number, line in enumerate(text.splitlines(), 1) if _MARKER.match(line)
    ]
    if not found:
        return None
    (number, line), *_ = found
    conflicts = sum(1 for _, each in found if each.startswith("<"))
    many = f"{conflicts} conflicts" if conflicts > 1 else "conflict"
    return Misused(
        f"{file}:{number}: expected TOML, saw a conflict marker of a merge: {line}",
        hint=f"resolve the {many} of this file: keep the tables of both sides, each once, and "
        "delete the lines with the markers",
    )


def _not_toml(file: Path, message: str) -> str:
    match = _PLACE.match(message)
    if match is None:
        return f"{file}: not TOML: {message}"
    return f"{file}:{match['line']}:{match['column']}: not TOML: {match['what']}"
