"""Which configuration mypy takes for a service: the nearest one, up to the workspace's root."""

from __future__ import annotations

import configparser
import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class CheckerConfig:
    """
    Where mypy is configured.

    Shape: `directory` is where mypy runs, so that the relative paths of `file` mean what its
    author meant; without any file it is the service's own.
    """

    directory: Path
    file: Path | None = None
    sets_cache: bool = False

    @property
    def hides_imports(self) -> bool:
        """Whether some import may be without types and mypy not say so."""
        text = self.file.read_text("utf-8", "replace") if self.file else ""
        return any(option in text for option in ("ignore_missing_imports", "follow_imports"))


def find_config(directory: Path, workspace: Path) -> CheckerConfig:
    """Find the nearest mypy configuration from a service's directory up to the workspace's root."""
    inside = directory.is_relative_to(workspace)
    for place in [directory, *directory.parents]:
        for name, read in _READERS.items():
            table = read(place / name)
            if table is not None:
                return CheckerConfig(place, place / name, "cache_dir" in table)
        if place == workspace or not inside:
            break
    return CheckerConfig(directory)


def _from_ini(path: Path) -> frozenset[str] | None:
    parser = configparser.RawConfigParser()
    try:
        parser.read(path, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return frozenset()  # mypy itself says best what is wrong with it
    return frozenset(parser.options("mypy")) if parser.has_section("mypy") else None


def _from_own_ini(path: Path) -> frozenset[str] | None:
    """A file that is mypy's alone decides even where it says nothing."""
    return (_from_ini(path) or frozenset()) if path.is_file() else None


def _from_toml(path: Path) -> frozenset[str] | None:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    try:
        table = tomllib.loads(text).get("tool", {}).get("mypy")
    except tomllib.TOMLDecodeError:
        return None
    return frozenset(table) if isinstance(table, dict) else None


_READERS = {
    "mypy.ini": _from_own_ini,
    ".mypy.ini": _from_own_ini,
    "pyproject.toml": _from_toml,
    "setup.cfg": _from_ini,
}
