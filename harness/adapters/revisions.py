"""Files as a git revision holds them, read without checking anything out."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.domain.errors import Misused

_LIMIT_S = 60.0


def blob(name: str, directory: Path) -> bytes:
    """
    The bytes of `REV:path`, as git writes it: the path begins at the repository's root.

    Raises: Misused, with git's own words, where there is no such file or revision.
    """
    return _git(directory, "cat-file", "blob", _harmless(name))


def fetched_blob(repository: str, path: str, revision: str) -> bytes:
    """
    The bytes of a file of another repository, of which nothing else is kept.

    Raises: Misused, with git's own words, where it cannot be had.
    """
    with tempfile.TemporaryDirectory(prefix="contract-harness-") as made:
        directory = Path(made)
        _git(directory, "init", "--quiet", "--bare")
        asked = (_harmless(repository), _harmless(revision))
        _git(directory, "fetch", "--quiet", "--depth", "1", "--no-tags", *asked)
        return _git(directory, "cat-file", "blob", f"FETCH_HEAD:{path}")


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


def versions_of(file: Path, revision: str) -> Iterator[tuple[str, bytes]]:
    """
    What a file held at each commit that changed it, up to a revision, with the commit's id.

    Shape: the latest first; nothing for a file that was never committed, and nothing of a commit
    that removed it.
    Raises: Misused, where there is no such revision, or no repository around the file.
    """
    around = _existing(file.parent)
    named = (around.resolve() / file.relative_to(around)).as_posix()
    asked = ("--format=%h", _harmless(revision))
    for commit in _git(around, "log", *asked, "--", named).decode().split():
        root = Path(_git(around, "rev-parse", "--show-toplevel").decode().rstrip("\n")).resolve()
        inside = Path(named).relative_to(root).as_posix()
        held = _git(root, "cat-file", "blob", f"{commit}:{inside}", may_fail=True)
        if held:
            yield commit, held


@dataclass(frozen=True, slots=True)
class Difference:
    """
    What differs between the work tree and a commit.

    Shape: `files` are absolute, below `asked` as it was written where they lie in it.
    """

    files: tuple[Path, ...]
    commit: str
    top: Path
    asked: Path

    def before(self, file: Path) -> bytes | None:
        """What a file held at the commit, or None where it was not there."""
        inside = file
        if file.is_relative_to(self.asked):
            inside = self.asked.resolve() / file.relative_to(self.asked)
        name = inside.relative_to(self.top).as_posix()
        held = _git(self.top, "cat-file", "blob", f"{self.commit}:{name}", may_fail=True)
        return held or None


def commit_of(directory: Path) -> str:
    """The commit that is checked out, empty where there is no repository or no commit yet."""
    try:
        return _git(directory, "rev-parse", "--verify", "HEAD", may_fail=True).decode().strip()
    except Misused:  # without git
        return ""


def difference(revision: str, directory: Path) -> Difference:
    """
    Compare the work tree with the commit at which it left a revision.

    Shape: uncommitted, new and removed files count, also beside the directory; where the clone
    does not hold that commit, the revision itself is compared with, which only adds files.
    Raises: Misused, where there is no such revision, or no repository around the directory.
    """
    top = Path(_git(directory, "rev-parse", "--show-toplevel").decode().rstrip("\n")).resolve()
    wanted = f"{_harmless(revision)}^{{commit}}"
    commit = _git(directory, "rev-parse", "--verify", "--quiet", wanted, may_fail=True)
    if not commit:
        raise _absent(revision, directory)
    named = commit.decode().strip()
    base = _git(top, "merge-base", named, "HEAD", may_fail=True).decode().strip() or named
    changed = _git(top, "diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", base, "--")
    new = _git(top, "ls-files", "-z", "-o", "--exclude-standard")
    names = {os.fsdecode(name) for name in (changed + new).split(b"\0") if name}
    files = tuple(_as_asked(top / name, directory) for name in sorted(names))
    return Difference(files, base, top, directory)


def _as_asked(file: Path, directory: Path) -> Path:
    """Name a file by the directory as it was written, which may be a link."""
    real = directory.resolve()
    return directory / file.relative_to(real) if file.is_relative_to(real) else file


def _absent(revision: str, directory: Path) -> Misused:
    shallow = _git(directory, "rev-parse", "--is-shallow-repository", may_fail=True)
    if shallow.strip() == b"true":
        return Misused(
            f"there is no revision {revision!r} in this clone, which is shallow",
            hint="fetch more of the history: git fetch --deepen=100, or in CI fetch-depth: 0",
        )
    return Misused(
        f"there is no revision {revision!r} in this repository",
        hint=f"fetch it first: git fetch origin {revision.removeprefix('origin/')}",
    )


def has_whole_history(directory: Path) -> bool:
    """
    Whether the repository around a directory is more than a shallow clone.

    Raises: Misused, where there is no git or no repository.
    """
    return _git(directory, "rev-parse", "--is-shallow-repository").strip() == b"false"


def commit_at(directory: Path) -> tuple[str, bool]:
    """
    The commit that is checked out around a directory, and whether the files are as committed.

    Shape: empty where there is no git, no repository or no commit.
    """
    try:
        commit = _git(directory, "rev-parse", "--verify", "--quiet", "HEAD").decode().strip()
        changed = _git(directory, "status", "--porcelain", "--untracked-files=no")
    except Misused:
        return "", False
    return commit, not changed


def branch_at(directory: Path) -> str:
    """The branch that is checked out around a directory, empty where it is a commit alone."""
    try:
        name = _git(directory, "symbolic-ref", "--quiet", "--short", "HEAD", may_fail=True)
    except Misused:  # without git
        return ""
    return name.decode("utf-8", "replace").strip()


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
