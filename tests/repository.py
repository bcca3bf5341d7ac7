"""A git repository of a test's own."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

_WHO = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org")


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository with nobody's configuration but its own."""

    root: Path

    @classmethod
    def at(cls, root: Path) -> Repository:
        """Begin one."""
        root.mkdir(parents=True, exist_ok=True)
        made = cls(root)
        made.git("init", "-q", "-b", "main")
        return made

    def git(self, *arguments: str) -> str:
        """Run git."""
        command = ["git", "-C", str(self.root), *_WHO, "-c", "commit.gpgsign=false", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    def commit(self, **files: str) -> str:
        """Write files, commit them with all that lies there, and give the revision."""
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "a version")
        return self.git("rev-parse", "HEAD")
