"""
The version, the branch and the address of a build.

What is checked out says which commit it is; the branch is the service's to tell, since it checks
out commits and not branches. Of a pull request, the branch is the one that it comes from.

Source: the predefined variables of GitHub Actions, GitLab CI, Azure Pipelines, Jenkins with its
Git plugin, and Buildkite.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote

from harness.adapters.revisions import branch_at, commit_at
from harness.domain.build import Build

Known = Mapping[str, str]
_HEADS: Final = "refs/heads/"


def build_around(directory: Path, known: Known) -> Build:
    """The build that a directory is part of; `known` is the environment."""
    told = next((read(known) for is_there, read in _SERVICES if is_there(known)), None)
    commit, is_clean = commit_at(directory)
    if told is None:
        return Build(commit, branch_at(directory), is_clean=is_clean)
    branch = told.branch or branch_at(directory)
    return Build(commit or told.version, branch, told.url, True, is_clean or not commit)


def _github(known: Known) -> Build:
    ref = known.get("GITHUB_REF", "")
    branch = known.get("GITHUB_HEAD_REF", "") or _head(ref)
    place = f"{known.get('GITHUB_SERVER_URL', '')}/{known.get('GITHUB_REPOSITORY', '')}"
    run = known.get("GITHUB_RUN_ID", "")
    return Build(known.get("GITHUB_SHA", ""), branch, f"{place}/actions/runs/{run}" if run else "")


def _gitlab(known: Known) -> Build:
    branch = _first(
        known,
        "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME",
        "CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_NAME",
        "CI_COMMIT_BRANCH",
    )
    return Build(
        known.get("CI_COMMIT_SHA", ""), branch, _first(known, "CI_JOB_URL", "CI_PIPELINE_URL")
    )


def _azure(known: Known) -> Build:
    ref = _first(known, "SYSTEM_PULLREQUEST_SOURCEBRANCH", "BUILD_SOURCEBRANCH")
    home = _first(known, "SYSTEM_COLLECTIONURI", "SYSTEM_TEAMFOUNDATIONCOLLECTIONURI").rstrip("/")
    project, build = known.get("SYSTEM_TEAMPROJECT", ""), known.get("BUILD_BUILDID", "")
    url = f"{home}/{quote(project)}/_build/results?buildId={build}"
    return Build(known.get("BUILD_SOURCEVERSION", ""), _head(ref), url if home and build else "")


def _jenkins(known: Known) -> Build:
    # Of a pull request BRANCH_NAME is PR-12; without a multibranch job there is GIT_BRANCH alone.
    branch = _first(known, "CHANGE_BRANCH", "BRANCH_NAME", "GIT_LOCAL_BRANCH")
    remote = known.get("GIT_BRANCH", "").removeprefix("refs/remotes/").removeprefix("origin/")
    return Build(known.get("GIT_COMMIT", ""), branch or remote, known.get("BUILD_URL", ""))


def _buildkite(known: Known) -> Build:
    commit, url = known.get("BUILDKITE_COMMIT", ""), known.get("BUILDKITE_BUILD_URL", "")
    job = known.get("BUILDKITE_JOB_ID", "")
    # Of a tag the branch is the tag's name, and of a fork it is `owner:branch`.
    branch = "" if known.get("BUILDKITE_TAG") else known.get("BUILDKITE_BRANCH", "")
    return Build(
        "" if commit == "HEAD" else commit,
        branch.rpartition(":")[2],
        f"{url}#{job}" if url and job else url,
    )


# Jenkins comes last: agents of others may run beside it and pass its variables on.
_SERVICES: Final[tuple[tuple[Callable[[Known], bool], Callable[[Known], Build]], ...]] = (
    (lambda known: known.get("GITHUB_ACTIONS") == "true", _github),
    (lambda known: known.get("GITLAB_CI") == "true", _gitlab),
    (lambda known: known.get("TF_BUILD", "").lower() == "true", _azure),
    (lambda known: known.get("BUILDKITE") == "true", _buildkite),
    (lambda known: bool(known.get("JENKINS_URL") or known.get("HUDSON_URL")), _jenkins),
)


def _head(ref: str) -> str:
    """The branch of a reference that is one's head, else nothing."""
    return ref.removeprefix(_HEADS) if ref.startswith(_HEADS) else ""


def _first(known: Known, *names: str) -> str:
    return next((known[name] for name in names if known.get(name)), "")
