"""Files as a git revision holds them, read without checking anything out."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from harness.domain.errors import Misused

_LIMIT_S = 60.0


def blob(name: str, directory: Path) -> bytes:
    """
    The bytes of `REV:path`, as git writes it: the path begins at the repository's root.

    Raises: Misused, with git's own words, where there is no such file or revision.
    """
    return _git(directory, "cat-file", "blob", _harmless(name))


def files_of(revision: str, directory: Path, ending: str) -> Iterator[tuple[str, bytes]]:
    """
    The name and bytes of each file that a revision holds in a directory.

    Shape: nothing where the revision has no such directory; ordered by name.
    Raises: Misused, where there is no such revision, or no repository around the directory.
    """
    around = _existing(directory)
    commit = _git(around, "rev-parse", "--verify", "--quiet", f"{_harmless(revision)}^{{commit}}")
    root = Path(_git(around, "rev-parse", "--show-toplevel").decode().rstrip("\n"))
    place = (around.resolve() / directory.relative_to(around)).relative_to(root.resolve())
    inside = f"{commit.decode().strip()}:{'' if place == Path() else place.as_posix()}"
    listed = _git(root, "ls-tree", "-z", "--name-only", inside, may_fail=True)
    for name in sorted(filter(None, listed.decode("utf-8", "surrogateescape").split("\0"))):
        if name.endswith(ending):
            yield name, _git(root, "cat-file", "blob", f"{inside.rstrip('/')}/{name}")


def _existing(directory: Path) -> Path:
    """The directory, or the nearest one above it that is there: a later revision may lack it."""
    return next(each for each in (directory, *directory.parents) if each.is_dir())


def _harmless(name: str) -> str:
    if name.startswith("-"):
        raise Misused(f"expected a git revision, saw {name!r}")
    return name


def _git(directory: Path, *arguments: str, may_fail: bool = False) -> bytes:
    """Run git, which asks nobody and changes nothing."""
    env = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            ["git", "-C", str(directory), *arguments],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env=env,
            timeout=_LIMIT_S,
            check=False,
        )
    except FileNotFoundError:
        raise Misused("git is not installed, and a revision can be read with it alone") from None
    except subprocess.TimeoutExpired:
        raise Misused(f"git {arguments[0]} gave no answer within {_LIMIT_S:g} s") from None
    if done.returncode == 0:
        return done.stdout
    if may_fail:
        return b""
    said = done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ")
    raise Misused(
        f"git cannot read {arguments[-1].removesuffix('^{commit}')}"
        + (f": {said}" if said else ": there is no such revision"),
        hint="in CI, fetch the revision first: a shallow clone holds one alone",
    )
