"""Where people review: which service runs the build, and what it says of itself."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from harness.checks.catalog import CATALOG
from harness.domain.config import Config
from harness.domain.selection import Selection
from harness.reports.surroundings import Surroundings


def surroundings(config: Config, selection: Selection) -> Surroundings:
    """Say where a run happens, as far as files and the environment tell."""
    root = repository_of(config.root)
    inside = config.root.relative_to(root).as_posix() if root else "."
    return Surroundings(
        judged=_judged(config, selection),
        prefix="" if inside == "." else f"{inside}/",
        described_in=config.source.name,
        source_url=_source_url(os.environ),
        run_url=_run_url(os.environ),
    )


def repository_of(directory: Path) -> Path | None:
    """Find the root of the git repository that holds a directory."""
    found = (each for each in (directory, *directory.parents) if (each / ".git").exists())
    return next(found, None)


def _judged(config: Config, selection: Selection) -> dict[str, frozenset[str]]:
    return {
        check.id: check.needs
        for check in CATALOG
        if not selection.checks or check.id in selection.checks
        if config.policy.levels.get(check.id, check.severity) is not None
    }


def _source_url(known: Mapping[str, str]) -> str:
    """Build what the address of a file begins with, where a build says which revision it is of."""
    if known.get("GITHUB_ACTIONS") == "true":
        return _joined(known, "GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "blob", "GITHUB_SHA", "")
    if known.get("GITLAB_CI"):
        return _joined(known, "CI_PROJECT_URL", "-", "blob", "CI_COMMIT_SHA", "")
    return ""


def _run_url(known: Mapping[str, str]) -> str:
    """Give the address of the build's run."""
    if known.get("GITHUB_ACTIONS") == "true":
        return _joined(
            known, "GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "actions", "runs", "GITHUB_RUN_ID"
        )
    return known.get("CI_JOB_URL", "")


def _joined(known: Mapping[str, str], *parts: str) -> str:
    """Join words and values of variables by slashes; nothing where a variable is missing."""
    found = [known.get(part, "") if part.isupper() else part for part in parts]
    missing = any(part.isupper() and not value for part, value in zip(parts, found, strict=True))
    return "" if missing else "/".join(found)
