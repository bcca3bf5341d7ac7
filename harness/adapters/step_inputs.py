"""The files that a service's evidence depends on, by what is done with the service."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from harness.adapters.imported_files import ImportedFiles
from harness.adapters.members import import_root
from harness.adapters.source_files import SourceFiles
from harness.adapters.type_checker_config import find_config
from harness.domain.config import Config
from harness.domain.service import Service

# What pytest and mypy read on their way up to the workspace's root.
_SETTINGS = (
    *("conftest.py", "__init__.py", "pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml"),
    *("tox.ini", "setup.cfg", "pyproject.toml", "mypy.ini", ".mypy.ini"),
)
_MYPY_PATH = re.compile(r"""^\s*mypy_path\s*=\s*(?P<places>.+)$""", re.MULTILINE)


@dataclass(slots=True)
class StepInputs:
    """
    Finds a service's files, each set once.

    Shape: the directories of pacts and of accepted documents are never among them: these count for
    the steps that read them.
    """

    config: Config
    files: SourceFiles
    _code: dict[str, tuple[Path, ...]] = field(default_factory=dict)
    _tools: dict[str, tuple[Path, ...]] = field(default_factory=dict)

    def code(self, service: Service) -> tuple[Path, ...]:
        """What the running service consists of."""
        if service.name not in self._code:
            found = {
                path
                for place in self.places(service)
                for path in self.files.below(place)
                if not self._is_kept_apart(path)
            }
            for package in service.packages:
                found.update(
                    self.files.code_below(import_root(service).joinpath(*package.split(".")))
                )
            named = (service.directory / one.location for one in service.documents)
            found.update(path for path in named if path.is_file())
            self._code[service.name] = tuple(sorted(found))
        return self._code[service.name]

    def tools(self, service: Service) -> tuple[Path, ...]:
        """What its contract tests and the type checker read beside its code."""
        if service.name not in self._tools:
            self._tools[service.name] = tuple(sorted(set(self._read_by_tools(service))))
        return self._tools[service.name]

    def places(self, service: Service) -> tuple[Path, ...]:
        """The directories that hold a service's code."""
        return tuple(dict.fromkeys((service.directory, import_root(service))))

    def _read_by_tools(self, service: Service) -> Iterator[Path]:
        tests = [path for place in service.contract_tests for path in self._tests(place)]
        above = list(self._above((service.directory, *service.contract_tests)))
        settings = [place / name for place in above for name in _SETTINGS]
        yield from tests
        yield from (path for path in settings if path.is_file())
        checked = find_config(service.directory, self.config.root)
        stubs = [path for place in _mypy_path(checked.file) for path in self.files.below(place)]
        yield from stubs
        # What lies in a service's own places is among its code.
        roots = {*self._above(service.contract_tests), checked.directory}
        imported = ImportedFiles(tuple(sorted(roots - {*self.places(service)})))
        yield from imported.reached((*tests, *self.code(service)))

    def _tests(self, place: Path) -> tuple[Path, ...]:
        return self.files.below(place) if place.is_dir() else (place,)

    def _above(self, places: tuple[Path, ...]) -> Iterator[Path]:
        """The directories from places upward to the workspace's root, and the root."""
        for place in places:
            for each in (place, *place.parents):
                if not each.is_relative_to(self.config.root):
                    break
                yield each
        yield self.config.root

    def _is_kept_apart(self, path: Path) -> bool:
        apart = (*self.config.pacts, *filter(None, (self.config.accepted,)))
        return path == self.config.waivers_file or any(map(path.is_relative_to, apart))


def _mypy_path(file: Path | None) -> Iterator[Path]:
    """The directories in which mypy is told to look for further code."""
    if file is None or not file.is_file():
        return
    for found in _MYPY_PATH.finditer(file.read_text("utf-8", "replace")):
        for place in re.split(r"[,:\[\]\"'\s]+", found["places"]):
            if place and (file.parent / place).is_dir():
                yield file.parent / place
