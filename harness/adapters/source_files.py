"""The files that code consists of, and digests of what is in them."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

# What tools leave beside code, whether git is told of it or not.
_LEFT_BEHIND = frozenset(
    {
        *("__pycache__", ".git", ".hg", ".svn", ".harness", ".mypy_cache", ".pytest_cache"),
        *(".ruff_cache", ".hypothesis", ".schemathesis", ".tox", ".nox", "node_modules"),
    }
)
_COMPILED = (".pyc", ".pyo")
_CODE = (".py", ".pyi")
_SETTINGS = ".env"
_ENVIRONMENT = "pyvenv.cfg"
_LIMIT_S = 60.0

Stamp = tuple[int, int, int, int]


@dataclass(slots=True)
class SourceFiles:
    """
    Lists and digests files.

    Shape: a directory is listed once; a file is read again only where its size, its times or its
    inode are others than when it was read.
    """

    _listed: dict[Path, tuple[Path, ...]] = field(default_factory=dict)
    _read: dict[Path, tuple[Stamp, str]] = field(default_factory=dict)

    def anew(self) -> SourceFiles:
        """The same without its lists, to see what has changed meanwhile."""
        return SourceFiles({}, self._read)

    def below(self, directory: Path) -> tuple[Path, ...]:
        """
        List the files of a directory, those left out that git ignores.

        Shape: what tools leave behind is left out, and so are virtual environments; files with
        settings (`.env`) count although git is mostly told to ignore them.
        """
        if directory not in self._listed:
            found = _known_to_git(directory) or tuple(_walked(directory))
            settings = directory.glob(f"{_SETTINGS}*") if directory.is_dir() else ()
            self._listed[directory] = tuple(sorted({*found, *filter(Path.is_file, settings)}))
        return self._listed[directory]

    def code_below(self, directory: Path) -> tuple[Path, ...]:
        """List the Python files of a package: one that is generated may be unknown to git."""
        return tuple(path for path in _walked(directory) if path.suffix in _CODE)

    def digest(self, files: Iterable[Path], root: Path) -> str:
        """Digest names, contents, and whether they are programs; names are relative to a root."""
        whole = hashlib.sha256()
        for path in sorted(set(files)):
            line = f"{os.path.relpath(path, root)}\0{self._content(path)}\n"
            whole.update(line.encode("utf-8", "surrogateescape"))
        return whole.hexdigest()

    def _content(self, path: Path) -> str:
        try:
            status = path.stat()
        except OSError:
            return "absent"
        stamp = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        known = self._read.get(path)
        if known is None or known[0] != stamp:
            known = self._read[path] = (stamp, _digest_of(path))
        return f"{known[1]}{'x' if status.st_mode & 0o100 else ''}"


def _digest_of(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        return f"unreadable: {error.strerror}"


def _known_to_git(directory: Path) -> tuple[Path, ...]:
    """
    What git would take for sources: tracked files and new ones.

    Shape: nothing where there is no repository, or where it ignores the directory as a whole.
    """
    command = ["git", "-C", str(directory), "ls-files", "-z", "-co", "--exclude-standard"]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
            timeout=_LIMIT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    if done.returncode != 0:
        return ()
    return tuple(_files_of(directory, filter(None, done.stdout.split(b"\0"))))


def _files_of(directory: Path, names: Iterable[bytes]) -> Iterator[Path]:
    paths = [directory / os.fsdecode(name) for name in names]
    environments = {path.parent for path in paths if path.name == _ENVIRONMENT}
    for path in paths:
        is_left = not _LEFT_BEHIND.isdisjoint(path.relative_to(directory).parts)
        if not is_left and environments.isdisjoint(path.parents):
            # A repository within the repository, or a link to a directory: git looks into neither.
            yield from _walked(path) if path.is_dir() else [path]


def _walked(directory: Path) -> Iterator[Path]:
    seen: set[str] = set()
    for place, names, files in os.walk(directory, followlinks=True):
        real = os.path.realpath(place)
        is_environment = _ENVIRONMENT in files
        if real in seen or is_environment:
            names.clear()
            continue
        seen.add(real)
        names[:] = [name for name in names if name not in _LEFT_BEHIND]
        yield from (Path(place, name) for name in files if not name.endswith(_COMPILED))
