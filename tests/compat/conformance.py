"""Where the cases of others lie."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Collections:
    """
    The cases of others, which are no part of this repository.

    Shape: `needed` says that a run relies on them, so that what is missing is a fault of the run.
    """

    base: Path
    needed: bool

    @classmethod
    def at_hand(cls, environment: Mapping[str, str], root: Path) -> Collections:
        """
        Those that a variable names, or else those that lie beside a checkout.

        Shape: a run that relies on its services relies on the cases as well, where it was told of
        them or some lie there; a checkout elsewhere has none, and none are asked of it.
        """
        written = environment.get("HARNESS_CONFORMANCE", "")
        base = Path(written) if written else root.parent / "shared" / "conformance"
        is_strict = environment.get("HARNESS_REQUIRE_SERVICES") == "1"
        return cls(base, is_strict and (bool(written) or base.is_dir()))

    def directory(self, name: str) -> Path:
        """The directory of a collection; without it the test is skipped, or fails where needed."""
        found = self.base / name
        return found if found.is_dir() else self._missing(found)

    def files(self, pattern: str) -> list[Path]:
        """The files of a pattern, of which there is at least one."""
        return sorted(self.base.glob(pattern)) or self._missing(self.base / pattern)

    def _missing(self, wanted: Path) -> NoReturn:
        said = f"{wanted} is not there: set HARNESS_CONFORMANCE to the directory of the cases"
        if self.needed:
            pytest.fail(said, pytrace=False)
        pytest.skip(said)


def cases(name: str) -> Path:
    """The directory of a collection of cases; the test is skipped where it is not at hand."""
    return Collections.at_hand(os.environ, _ROOT).directory(name)


def files(pattern: str) -> list[Path]:
    """The files of the cases that a pattern names; the test is skipped where there are none."""
    return Collections.at_hand(os.environ, _ROOT).files(pattern)
