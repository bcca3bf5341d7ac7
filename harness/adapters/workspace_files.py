"""The workspace's files."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.adapters.revisions import files_of
from harness.domain.errors import Misused


class WorkspaceFiles:
    """Reads and writes the workspace on this machine's disk."""

    def pact_files(self, directory: Path) -> Iterator[tuple[str, bytes]]:
        """Give the path and bytes of every pact file in a directory, in a fixed order."""
        for path in sorted(directory.glob("*.json")):
            yield str(path), path.read_bytes()

    def keep_pact(self, path: Path, text: str) -> None:
        """Write a pact file, atomically, unless it already holds this text."""
        write_atomically(path, text)

    def accepted_documents(self, directory: Path, revision: str) -> Iterator[tuple[str, bytes]]:
        """Give the name and bytes of every accepted document, as it lies or at a git revision."""
        if revision:
            yield from files_of(revision, directory, ".json")
            return
        for path in sorted(directory.glob("*.json")):
            yield path.name, path.read_bytes()


def write_atomically(path: Path, text: str) -> None:
    """Replace a file as a whole, or leave it untouched when it already holds this text."""
    content = text.encode("utf-8", "surrogatepass")
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as temporary:
            temporary.write(content)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def change_text(path: Path, change: Callable[[str], str]) -> None:
    """
    Change a text file, alone: of two that change it at once, the second sees what the first wrote.

    Shape: a file that is not there is an empty text.
    Raises: Misused, where it cannot be read or written; what `change` raises leaves it alone.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _alone_in(path.parent):
            write_atomically(path, change(path.read_text("utf-8") if path.exists() else ""))
    except (OSError, UnicodeDecodeError) as error:
        raise Misused(f"cannot change {path}: {error}") from None


@contextmanager
def _alone_in(directory: Path) -> Iterator[None]:
    """
    Wait until nobody else changes the files of a directory.

    Shape: the directory itself is locked, so that nothing is left behind; where there are no such
    locks (Windows), writing whole files is all there is.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
