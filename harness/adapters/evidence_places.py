"""Where evidence is kept: a directory, or an address that fsspec reaches."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from harness.domain.errors import Misused

DRAFT = ".draft-"


class PlaceFailed(Exception):
    """A place could not be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Held:
    """
    One thing that a place holds.

    Units: `unused_s` since it was written or last used, as far as the place tells.
    """

    name: str
    size_bytes: int
    unused_s: float


class Place(Protocol):
    """Holds named bytes; a name is a relative path with slashes."""

    @property
    def told(self) -> str:
        """The place, as it may be shown."""
        ...

    def read(self, name: str) -> bytes | None:
        """
        Give what a name holds, or None where it holds nothing.

        Raises: PlaceFailed.
        """
        ...

    def write(self, name: str, content: bytes) -> None:
        """
        Hold something, whole or not at all.

        Raises: PlaceFailed.
        """
        ...

    def used(self, name: str) -> None:
        """Note that something was of use, where the place can."""
        ...

    def held(self) -> Iterator[Held]:
        """
        Tell everything that is held.

        Raises: PlaceFailed.
        """
        ...

    def remove(self, name: str) -> None:
        """
        Hold something no more.

        Raises: PlaceFailed.
        """
        ...


def place_at(written: str, beside: Path) -> Place:
    """
    Give the place that is meant: an address has a scheme and is fsspec's, all else is a directory.

    Raises: Misused, where an address is no address, or fsspec is not there to reach it.
    """
    return _address(written) if "://" in written else Directory(beside / written)


@dataclass(frozen=True, slots=True)
class Directory:
    """A directory, for its owner's eyes alone; several processes may use it at a time."""

    root: Path

    @property
    def told(self) -> str:
        """Its path."""
        return str(self.root)

    def read(self, name: str) -> bytes | None:
        """Give what a name holds."""
        try:
            return (self.root / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise PlaceFailed(_reason(error)) from error

    def write(self, name: str, content: bytes) -> None:
        """Put a file in place as a whole."""
        path = self.root / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, draft = tempfile.mkstemp(dir=path.parent, prefix=DRAFT)
        except OSError as error:
            raise PlaceFailed(_reason(error)) from error
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.replace(draft, path)
        except BaseException as error:
            Path(draft).unlink(missing_ok=True)
            if isinstance(error, OSError):
                raise PlaceFailed(_reason(error)) from error
            raise

    def used(self, name: str) -> None:
        """Touch a file."""
        # Another's file, or one on a disk that is read only, may be pruned too early.
        with suppress(OSError):
            os.utime(self.root / name)

    def held(self) -> Iterator[Held]:
        """Tell every file, drafts of killed writers among them."""
        now = time.time()
        for path in sorted(self.root.rglob("*")):
            try:
                status = path.lstat()
            except OSError:
                continue  # gone meanwhile
            if path.is_file():
                name = path.relative_to(self.root).as_posix()
                yield Held(name, status.st_size, now - status.st_mtime)

    def remove(self, name: str) -> None:
        """Remove a file, and the directory that it leaves empty."""
        path = self.root / name
        try:
            path.unlink(missing_ok=True)
            if path.parent != self.root and not any(path.parent.iterdir()):
                path.parent.rmdir()
        except FileNotFoundError:
            return
        except OSError as error:
            raise PlaceFailed(_reason(error)) from error


@dataclass(frozen=True, slots=True)
class Address:
    """A place on another machine; `files` is fsspec's file system for it."""

    files: Any
    root: str
    told: str

    def read(self, name: str) -> bytes | None:
        """Give what a name holds."""
        try:
            content: bytes = self.files.cat_file(f"{self.root}/{name}")
        except FileNotFoundError:
            return None
        except Exception as error:
            raise PlaceFailed(_reason(error)) from error
        return content

    def write(self, name: str, content: bytes) -> None:
        """Put a file in place; services of this kind show it whole or not at all."""
        path = f"{self.root}/{name}"
        try:
            self.files.makedirs(path.rpartition("/")[0], exist_ok=True)
            self.files.pipe_file(path, content)
        except Exception as error:
            raise PlaceFailed(_reason(error)) from error

    def used(self, name: str) -> None:
        """Note nothing: services of this kind know when a file was written, and no more."""

    def held(self) -> Iterator[Held]:
        """Tell every file."""
        try:
            found = self.files.find(self.root, detail=True)
            for path, told in sorted(found.items()):
                name = path[path.index(self.root) + len(self.root) :].lstrip("/")
                changed = self.files.modified(path)
                yield Held(name, int(told.get("size") or 0), time.time() - changed.timestamp())
        except Exception as error:
            raise PlaceFailed(_reason(error)) from error

    def remove(self, name: str) -> None:
        """Remove a file."""
        try:
            self.files.rm_file(f"{self.root}/{name}")
        except FileNotFoundError:
            return
        except Exception as error:
            raise PlaceFailed(_reason(error)) from error


def _address(url: str) -> Address:
    told = _without_credentials(url)
    try:
        fsspec: Any = import_module("fsspec")
    except ImportError:
        raise Misused(
            f"evidence is to be kept at {told}, and an address takes fsspec, which is not there",
            hint="install it: pip install 'contract-harness[shared]', or name a directory",
        ) from None
    try:
        files, root = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise Misused(
            f"evidence cannot be kept at {told}: {error}",
            hint="name a directory, or an address that fsspec knows: s3://bucket/evidence",
        ) from None
    return Address(files, str(root).rstrip("/"), told)


def _without_credentials(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()


def _reason(error: Exception) -> str:
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return said or type(error).__name__
