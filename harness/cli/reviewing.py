"""Where people review: which service runs the build, and what it says of itself."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from harness.checks.catalog import CATALOG
from harness.cli.builds import Build
from harness.cli.screen import say, say_error
from harness.domain.config import Config
from harness.domain.selection import Selection
from harness.domain.verdict import Verdict
from harness.reports import build_log, gitlab, junit, summary
from harness.reports.log_commands import azure_command
from harness.reports.surroundings import Surroundings


def surroundings(config: Config, selection: Selection) -> Surroundings:
    """Say where a run happens, as far as files and the environment tell."""
    root = repository_of(config.root)
    inside = config.root.relative_to(root).as_posix() if root else "."
    return Surroundings(
        judged=_judged(config, selection),
        off=frozenset(_off(config)),
        prefix="" if inside == "." else f"{inside}/",
        described_in=config.source.name,
        source_url=_source_url(os.environ),
        run_url=_run_url(os.environ),
    )


def tell_build(
    build: Build, verdict: Verdict, around: Surroundings, kept: Path, *, aside: bool
) -> None:
    """
    Tell a verdict in the words of the service that runs the build.

    A file that cannot be written is told and turns nothing: the verdict has been told already.
    Shape: `kept` is the directory of the harness's own files; `aside` where a program reads
    standard output.
    """
    try:
        if build is Build.GITHUB:
            _tell_github(verdict, around, aside=aside)
        elif build is Build.GITLAB:
            _tell_gitlab(verdict, around, kept)
        elif build is Build.AZURE:
            _tell_azure(verdict, around, kept, aside=aside)
    except OSError as error:
        say_error(f"{error.filename} cannot be written: {error.strerror}")


def _tell_github(verdict: Verdict, around: Surroundings, *, aside: bool) -> None:
    """Annotate, and add to the page of the step, which is dropped whole where it is too long."""
    say(build_log.render_github(verdict, around), err=aside, is_command=True)
    page = os.environ.get("GITHUB_STEP_SUMMARY")
    if not page:
        return
    with Path(page).open("a", encoding="utf-8", errors="backslashreplace") as file:
        room = around.summary_bytes - file.tell()
        text = summary.render(verdict, replace(around, summary_bytes=room))
        if len(text.encode("utf-8", "backslashreplace")) <= room:
            file.write(text)
        else:
            say_error("the page of this step has no room left for a summary")


def _tell_gitlab(verdict: Verdict, around: Surroundings, kept: Path) -> None:
    """Write the reports that a job names under `artifacts: reports:`."""
    kept.mkdir(parents=True, exist_ok=True)
    (kept / "gl-code-quality.json").write_text(gitlab.render(verdict, around), "utf-8")
    (kept / "gl-junit.xml").write_text(junit.render(verdict, around.judged, around.off), "utf-8")


def _tell_azure(verdict: Verdict, around: Surroundings, kept: Path, *, aside: bool) -> None:
    """Log the issues, and hand in a page for the run."""
    kept.mkdir(parents=True, exist_ok=True)
    page = kept / "summary.md"
    page.write_text(summary.render(verdict, around), "utf-8", "backslashreplace")
    upload = azure_command("task.uploadsummary", {}, str(page.resolve()))
    say(f"{build_log.render_azure(verdict, around)}{upload}\n", err=aside, is_command=True)


def repository_of(directory: Path) -> Path | None:
    """Find the root of the git repository that holds a directory."""
    found = (each for each in (directory, *directory.parents) if (each / ".git").exists())
    return next(found, None)


def _judged(config: Config, selection: Selection) -> dict[str, frozenset[str]]:
    off = set(_off(config))
    return {
        check.id: check.needs
        for check in CATALOG
        if not selection.checks or check.id in selection.checks
        if any((check.id, name) not in off for name in config.by_name)
    }


def _off(config: Config) -> Iterator[tuple[str, str]]:
    """Name the checks that policy has switched off, each with a service that it is off for."""
    for check in CATALOG:
        for name in config.by_name:
            level = config.policy.level(check.id, check.severity, check.leg, name)
            if level.severity is None:
                yield check.id, name


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
