"""A tree of files as detection reads it, and paths within it."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from typing import Protocol


class Tree(Protocol):
    """
    Files below one directory.

    Shape: paths are relative to it and written with `/`; the empty path is the directory itself.
    """

    @property
    def name(self) -> str:
        """The directory's own name."""
        ...

    def files(self) -> Sequence[str]:
        """
        Name the files that are somebody's work, in order.

        Shape: of a virtual environment only its `pyvenv.cfg` is named.
        """
        ...

    def text(self, path: str) -> str | None:
        """Read a file, None where there is none or it is no text."""
        ...


def parent(path: str) -> str:
    """The directory that holds a path."""
    return posixpath.dirname(path)


def base(path: str) -> str:
    """The last part of a path."""
    return posixpath.basename(path)


def joined(directory: str, name: str) -> str:
    """A path below a directory."""
    return f"{directory}/{name}" if directory else name


def is_below(path: str, directory: str) -> bool:
    """Whether a path is a directory or lies somewhere below it."""
    return not directory or path == directory or path.startswith(f"{directory}/")


def seen_from(directory: str, path: str) -> str:
    """A path as it is written in a directory."""
    return posixpath.relpath(path or ".", directory or ".")
