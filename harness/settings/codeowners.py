"""Owners of directories, as a CODEOWNERS file tells them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PLACES = ("CODEOWNERS", ".github/CODEOWNERS", ".gitlab/CODEOWNERS", "docs/CODEOWNERS")


@dataclass(frozen=True, slots=True)
class Ownership:
    """One line of a CODEOWNERS file; `owners` is empty where the line takes ownership away."""

    pattern: str
    owners: tuple[str, ...]
    where: str


def read_owners(root: Path) -> tuple[Ownership, ...]:
    """Read the first CODEOWNERS file of a workspace."""
    for place in PLACES:
        file = root / place
        if file.is_file():
            return parse_owners(file.read_text("utf-8", errors="replace"), place)
    return ()


def parse_owners(text: str, place: str) -> tuple[Ownership, ...]:
    """Read the lines that name a pattern; sections and comments are left out."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        words = re.split(r"(?<!\\)\s+", line.split(" #")[0].strip())
        if words[0] and not words[0].startswith(("#", "[", "^[")):
            found.append(Ownership(words[0], tuple(words[1:]), f"{place}:{number}"))
    return tuple(found)


def owner_of(directory: str, owners: tuple[Ownership, ...]) -> Ownership | None:
    """Find who owns a directory, given relative to the root: the last line that matches decides."""
    for one in reversed(owners):
        if _matches(one.pattern, directory):
            return one if one.owners else None
    return None


def _matches(pattern: str, directory: str) -> bool:
    """
    Tell whether a pattern takes in everything below a directory.

    Shape: as in .gitignore; a pattern with a slash before its end begins at the root.
    """
    bare = pattern.rstrip("/")
    if bare in ("", "*", "**"):
        return bool(pattern)
    anchored = "/" in bare
    bare = bare.lstrip("/").replace("\\ ", " ")
    if bare.endswith("/**"):
        bare = bare.removesuffix("/**")
    expression = "".join(_translated(part) for part in re.split(r"(\*\*/|\*|\?)", bare))
    start = "" if anchored else "(?:.*/)?"
    return re.fullmatch(f"{start}{expression}(?:/.*)?", directory) is not None


def _translated(part: str) -> str:
    return {"**/": "(?:.*/)?", "*": "[^/]*", "?": "[^/]"}.get(part, re.escape(part))
