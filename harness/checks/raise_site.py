"""Where in a service's own code an exception was raised."""

from __future__ import annotations

import re
from pathlib import PurePath

from harness.domain.crash import Crash, Frame
from harness.domain.service import Service


def own_frame(crash: Crash, service: Service | None) -> Frame | None:
    """
    Pick the innermost frame inside the service's packages, else the innermost of all.

    Shape: of a service that names no packages, those in the workspace are its own.
    """
    packages = service.packages if service else ()
    if packages:
        own = [frame for frame in crash.frames if _is_inside(frame.module, packages)]
    else:
        own = [frame for frame in crash.frames if _is_in_workspace(frame.file)]
    if own:
        return own[-1]
    return crash.frames[-1] if crash.frames else None


def own_calls(crash: Crash, service: Service | None) -> tuple[tuple[str, int], ...]:
    """Name the calls inside the service's packages that led to an exception, by file and line."""
    packages = service.packages if service else ()
    return tuple((one.file, one.line) for one in crash.frames if _is_inside(one.module, packages))


def site(crash: Crash, service: Service | None) -> str:
    """
    Name a raise site so that moved lines and other messages leave the name alone.

    Shape: exception type, module-qualified function, statement with white space folded.
    """
    frame = own_frame(crash, service)
    if frame is None:
        return crash.type
    statement = re.sub(r"\s+", " ", frame.code).strip()
    return f"{crash.type} in {frame.module}.{frame.function}: {statement}"


def _is_in_workspace(file: str) -> bool:
    """Whether a file is named relative to the workspace, and nobody installed it there."""
    path = PurePath(file)
    return not path.is_absolute() and "site-packages" not in path.parts


def _is_inside(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(package + ".") for package in packages)
