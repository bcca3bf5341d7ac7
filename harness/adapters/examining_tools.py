"""The versions of the tools that the gate drives, against those that it asks for."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

from harness.domain.health import Examined, amiss, well

_DISTRIBUTION = "contract-harness"
_FIX = f'{sys.executable} -m pip install "{_DISTRIBUTION}[gate]"'
_TOLD = ("mypy", "schemathesis", "pact-python", "pytest")


def tools_examined() -> Iterator[Examined]:
    """Compare what is installed beside the harness with what its distribution requires."""
    try:
        wrong = list(wrong_tools(requires(_DISTRIBUTION) or ()))
    except PackageNotFoundError:
        wrong = [amiss("tools", f"{sys.executable} knows no {_DISTRIBUTION} as installed", _FIX)]
    yield from wrong
    if not wrong:
        told = ", ".join(f"{name} {version(name)}" for name in _TOLD)
        yield well("tools", f"Python {platform.python_version()}, {told}")


def wrong_tools(requirements: Iterable[str]) -> Iterator[Examined]:
    """
    Tell which distributions are absent or of another version than is asked for.

    Shape: requirements as distributions write them, those of the extra `gate` among them.
    """
    for one in map(Requirement, requirements):
        if one.marker is not None and not one.marker.evaluate({"extra": "gate"}):
            continue
        try:
            found = version(one.name)
        except PackageNotFoundError:
            yield amiss("tools", f"{one.name} is not installed, and {one} is asked for", _FIX)
            continue
        if not one.specifier.contains(found, prereleases=True):
            yield amiss("tools", f"{one.name} {found} is installed, and {one} is asked for", _FIX)
