"""Where in a service's own code something was raised, in words that no moved line changes."""

from __future__ import annotations

from collections.abc import Sequence

from harness.domain.crash import Crash, Frame


def blamed_frame(crash: Crash, packages: Sequence[str]) -> Frame | None:
    """Give the innermost frame within the service's own packages, else the innermost."""
    for frame in reversed(crash.frames):
        if any(frame.module == name or frame.module.startswith(f"{name}.") for name in packages):
            return frame
    return crash.frames[-1] if crash.frames else None


def raised_in(crash: Crash, packages: Sequence[str]) -> str:
    """Name what was raised and in which function."""
    frame = blamed_frame(crash, packages)
    return f"{crash.type} in " + (f"{frame.module}.{frame.function}" if frame else "unknown place")


def raise_site(crash: Crash, packages: Sequence[str]) -> str:
    """Name what was raised, in which function, and by which statement."""
    frame = blamed_frame(crash, packages)
    statement = " ".join(frame.code.split()) if frame else ""
    return raised_in(crash, packages) + (f": {statement}" if statement else "")
