"""A directory of somebody's work, as detection reads it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

_MAX_SIZE_BYTES = 2 * 1024 * 1024
_PASSED_OVER = frozenset(
    {"node_modules", "__pycache__", "build", "dist", "site-packages", "htmlcov", "target"}
)
_HIDDEN_AND_READ = frozenset({".github", ".gitlab"})
_ENVIRONMENT = "pyvenv.cfg"


class FileTree:
    """
    The files below a directory.

    Shape: links to directories are not followed; of a virtual environment only its `pyvenv.cfg` is
    named.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._texts: dict[str, str | None] = {}

    @property
    def name(self) -> str:
        """The directory's own name."""
        return self._root.resolve().name

    def files(self) -> tuple[str, ...]:
        """Name the files, in order."""
        return self._files

    def text(self, path: str) -> str | None:
        """Read a file, None where there is none, or it is no text, or a very large one."""
        if path not in self._texts:
            self._texts[path] = self._read(self._root / path)
        return self._texts[path]

    @cached_property
    def _files(self) -> tuple[str, ...]:
        return tuple(sorted(self._walked()))

    def _walked(self) -> Iterator[str]:
        for here, directories, files in os.walk(self._root):
            inside = Path(here).relative_to(self._root)
            if _ENVIRONMENT in files and inside.parts:
                directories.clear()
                yield (inside / _ENVIRONMENT).as_posix()
                continue
            directories[:] = [one for one in directories if _is_read(one, Path(here))]
            yield from ((inside / name).as_posix() for name in files)

    def _read(self, file: Path) -> str | None:
        try:
            if file.stat().st_size > _MAX_SIZE_BYTES:
                return None
            return file.read_bytes().decode("utf-8-sig")
        except (OSError, UnicodeDecodeError):
            return None


def _is_read(name: str, above: Path) -> bool:
    if name in _PASSED_OVER or name.endswith(".egg-info"):
        return False
    is_environment = (above / name / _ENVIRONMENT).is_file()
    return not name.startswith(".") or name in _HIDDEN_AND_READ or is_environment


def write_new(path: Path, text: str) -> bool:
    """Write a file that is not there; one that is there is left, and told by `False`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        return False
    return True
