"""Keeps what tests would write with pact-python, so that one process writes it, whole and once."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import inspect
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from harness.domain.json import Json

_MODULE = "pact.pact"
# pact-python puts a consumer's name into the path as it is, "../" too: room to climb in.
# A file that is read once and removed need not reach a disk, where there is one that does not.
_MEMORY = "/dev/shm"
_DEPTH = "a/b/c/d/e/f/g/h"


@dataclass(frozen=True, slots=True)
class Capture:
    """One pact as pact-python wrote it, where it was to go, and under which file name."""

    document: Json
    directory: str | None
    file_name: str

    def shipped(self) -> dict[str, Json]:
        """The fields by name, to be sent from a worker."""
        held: dict[str, Json] = {"document": self.document, "directory": self.directory}
        return {**held, "file_name": self.file_name}


@dataclass(slots=True)
class PactWatch:
    """
    Stands in for pact-python's writing while tests run, and notes which pairs are used.

    Shape: installs itself when `pact` is imported, at once if it is imported already; what is
    written to a temporary directory outside `roots` is the test's own, and is written at once; a
    run that writes no pacts keeps none either.
    """

    roots: tuple[Path, ...] = ()
    keeps: bool = True

    captures: list[Capture] = field(default_factory=list)
    pairs: set[tuple[str, str]] = field(default_factory=set)
    _replaced: list[tuple[type, str, object]] = field(default_factory=list)
    _finder: _OnImport | None = None

    def start(self) -> None:
        """Watch from now on; costs nothing until pact-python is imported."""
        module = sys.modules.get(_MODULE)
        if module is not None:
            self._install(module)
            return
        self._finder = _OnImport(self._install)
        sys.meta_path.insert(0, self._finder)

    def stop(self) -> None:
        """Give pact-python back as it was."""
        if self._finder in sys.meta_path:
            sys.meta_path.remove(self._finder)
        for owner, name, original in self._replaced:
            setattr(owner, name, original)
        self._replaced.clear()

    def take(self) -> tuple[list[Capture], set[tuple[str, str]]]:
        """What was kept since the last time."""
        taken = (self.captures, self.pairs)
        self.captures, self.pairs = [], set()
        return taken

    def document_of(self, pact: object) -> Capture:
        """A pact as pact-python would write it, for the directory of the harness."""
        return _captured(self._original(type(pact)), pact, None)

    def text_of(self, pact: object) -> str:
        """The same as text."""
        return _written(self._original(type(pact)), pact)[0]

    def _original(self, owner: type) -> Callable[..., None]:
        for replaced, name, original in self._replaced:
            if issubclass(owner, replaced) and name == "write_file" and callable(original):
                return original
        found: Callable[..., None] = vars(owner)["write_file"]
        return found

    def _install(self, module: ModuleType) -> None:
        for name in ("Pact", "PactServer"):
            self._replace(getattr(module, name), "write_file", self._kept)
        self._replace(module.Pact, "upon_receiving", self._noted)

    def _replace(self, owner: type, name: str, around: Callable[[Any], object]) -> None:
        original = vars(owner)[name]
        self._replaced.append((owner, name, original))
        setattr(owner, name, around(original))

    def _kept(self, original: Callable[..., None]) -> Callable[..., None]:
        def write_file(
            writer: object, directory: Path | str | None = None, *, overwrite: bool = False
        ) -> None:
            target = Path(os.path.abspath(directory or "."))
            if self._is_passing(target):
                original(writer, directory, overwrite=overwrite)
            elif self.keeps:
                self.captures.append(_captured(original, writer, str(target)))

        vars(write_file)["__wrapped__"] = original  # a session within a session writes for itself
        return write_file

    def _is_passing(self, target: Path) -> bool:
        temporary = target.is_relative_to(os.path.abspath(tempfile.gettempdir()))
        return temporary and not any(target.is_relative_to(root) for root in self.roots)

    def _noted(self, original: Callable[..., object]) -> Callable[..., object]:
        def upon_receiving(pact: Any, *args: object, **named: object) -> object:
            self.pairs.add((pact.consumer, pact.provider))
            return original(pact, *args, **named)

        return upon_receiving


def _captured(original: Callable[..., None], writer: object, directory: str | None) -> Capture:
    text, name = _written(original, writer)
    document: Json = json.loads(text)
    return Capture(document, directory, name)


def _written(original: Callable[..., None], writer: object) -> tuple[str, str]:
    """What pact-python writes, and the name of its file; none where it would lie further down."""
    names = f"{getattr(writer, 'consumer', '/')}{getattr(writer, 'provider', '/')}"
    memory = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    made = tempfile.mkdtemp(prefix="contract-harness-", dir=memory)
    target = os.path.join(made, _DEPTH) if "/" in names or "\\" in names else made
    try:
        os.makedirs(target, exist_ok=True)
        inspect.unwrap(original)(writer, target, overwrite=True)
        place, name = next(_files_below(made))
        text = Path(place, name).read_text(encoding="utf-8")
        return text, name if place == target else ""
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _files_below(directory: str) -> Iterator[tuple[str, str]]:
    for place, _, files in os.walk(directory):
        yield from ((place, name) for name in files)


class _OnImport(importlib.abc.MetaPathFinder):
    """Calls back once `pact.pact` has been imported by whoever needs it first."""

    def __init__(self, then: Callable[[ModuleType], None]) -> None:
        self._then = then

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module as it would be found, its loader with our step after it."""
        if fullname != _MODULE:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Followed(spec.loader, self._then)
        return spec


class _Followed(importlib.abc.Loader):
    def __init__(self, loader: importlib.abc.Loader, then: Callable[[ModuleType], None]) -> None:
        self._loader = loader
        self._then = then

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        self._then(module)
