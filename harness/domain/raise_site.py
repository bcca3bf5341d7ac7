"""Where in a service's own code an exception was raised, in words that no moved line changes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from harness.domain.crash import Crash, Frame


def own_frame(crash: Crash, packages: Sequence[str]) -> Frame | None:
    """
    Pick the innermost frame inside a service's packages, else the innermost of all.

    Shape: of a service that names no packages, those in the workspace are its own.
    """
    own = _own(crash, packages) or crash.frames[-1:]
    return own[-1] if own else None


def own_calls(crash: Crash, packages: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """Name the calls of a service's own code that led to an exception, by file and line."""
    return tuple((one.file, one.line) for one in _own(crash, packages))


def raised_in(crash: Crash, packages: Sequence[str]) -> str:
    """Name what was raised, and in which function."""
    frame = own_frame(crash, packages)
    return f"{crash.type} in {frame.module}.{frame.function}" if frame else crash.type


def raise_site(crash: Crash, packages: Sequence[str]) -> str:
    """
    Name a raise site so that moved lines and other messages leave the name alone.

    Shape: exception type, module-qualified function, statement with white space folded.
    """
    frame = own_frame(crash, packages)
    statement = " ".join(frame.code.split()) if frame else ""
    return raised_in(crash, packages) + (f": {statement}" if statement else "")


def _own(crash: Crash, packages: Sequence[str]) -> tuple[Frame, ...]:
    # What was made at run time, as the methods of a dataclass are, has no line that somebody wrote.
    written = tuple(one for one in crash.frames if not one.file.startswith("<"))
    if packages:
        return tuple(one for one in written if _is_of(one, packages))
    return tuple(one for one in written if _is_in_workspace(one.file))


def _is_in_workspace(file: str) -> bool:
    """Whether a file is named relative to the workspace, and nobody installed it there."""
    path = PurePath(file)
    return not path.is_absolute() and "site-packages" not in path.parts


def _is_of(frame: Frame, packages: Sequence[str]) -> bool:
    """Whether a frame is of a service's packages, or of a job of the workspace."""
    is_job = frame.module == "__main__" and _is_in_workspace(frame.file)
    return is_job or _is_inside(frame.module, packages)


def _is_inside(module: str, packages: Sequence[str]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)
