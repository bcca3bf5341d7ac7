"""Version, branch and address of a build, from git and from the services that run builds."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from harness.adapters.building import build_around
from harness.domain.build import Build

SHA = "0123456789abcdef0123456789abcdef01234567"
GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_SHA": SHA,
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "shop/orders",
    "GITHUB_RUN_ID": "7",
}
GITLAB = {"GITLAB_CI": "true", "CI_COMMIT_SHA": SHA, "CI_JOB_URL": "https://gitlab/-/jobs/7"}
AZURE = {
    "TF_BUILD": "True",
    "BUILD_SOURCEVERSION": SHA,
    "SYSTEM_COLLECTIONURI": "https://dev.azure.com/shop/",
    "SYSTEM_TEAMPROJECT": "The Shop",
    "BUILD_BUILDID": "7",
}
JENKINS = {"JENKINS_URL": "https://ci/", "GIT_COMMIT": SHA, "BUILD_URL": "https://ci/job/orders/7/"}
BUILDKITE = {
    "BUILDKITE": "true",
    "BUILDKITE_COMMIT": SHA,
    "BUILDKITE_BUILD_URL": "https://buildkite.com/shop/orders/builds/7",
    "BUILDKITE_JOB_ID": "a-b",
}
GITHUB_URL = "https://github.com/shop/orders/actions/runs/7"
AZURE_URL = "https://dev.azure.com/shop/The%20Shop/_build/results?buildId=7"
BUILDKITE_URL = "https://buildkite.com/shop/orders/builds/7#a-b"


@pytest.mark.parametrize(
    ("known", "branch", "url"),
    [
        ({**GITHUB, "GITHUB_REF": "refs/heads/feat/a b"}, "feat/a b", GITHUB_URL),
        (
            {**GITHUB, "GITHUB_REF": "refs/pull/9/merge", "GITHUB_HEAD_REF": "feat/x"},
            "feat/x",
            GITHUB_URL,
        ),
        ({**GITHUB, "GITHUB_REF": "refs/tags/v1", "GITHUB_REF_NAME": "v1"}, "", GITHUB_URL),
        ({**GITLAB, "CI_COMMIT_BRANCH": "main"}, "main", GITLAB["CI_JOB_URL"]),
        (
            {**GITLAB, "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "feat/x"},
            "feat/x",
            GITLAB["CI_JOB_URL"],
        ),
        ({**GITLAB, "CI_COMMIT_TAG": "v1", "CI_COMMIT_REF_NAME": "v1"}, "", GITLAB["CI_JOB_URL"]),
        (
            {**AZURE, "BUILD_SOURCEBRANCH": "refs/heads/feat/x", "BUILD_SOURCEBRANCHNAME": "x"},
            "feat/x",
            AZURE_URL,
        ),
        (
            {
                **AZURE,
                "BUILD_SOURCEBRANCH": "refs/pull/9/merge",
                "SYSTEM_PULLREQUEST_SOURCEBRANCH": "refs/heads/feat/x",
            },
            "feat/x",
            AZURE_URL,
        ),
        ({**JENKINS, "GIT_BRANCH": "origin/feat/x"}, "feat/x", JENKINS["BUILD_URL"]),
        (
            {**JENKINS, "BRANCH_NAME": "PR-9", "CHANGE_BRANCH": "feat/x"},
            "feat/x",
            JENKINS["BUILD_URL"],
        ),
        ({**BUILDKITE, "BUILDKITE_BRANCH": "feat/x"}, "feat/x", BUILDKITE_URL),
        ({**BUILDKITE, "BUILDKITE_BRANCH": "somebody:feat/x"}, "feat/x", BUILDKITE_URL),
        ({**BUILDKITE, "BUILDKITE_BRANCH": "v1", "BUILDKITE_TAG": "v1"}, "", BUILDKITE_URL),
    ],
)
def test_each_service_tells_its_build(
    tmp_path: Path, known: dict[str, str], branch: str, url: str
) -> None:
    """The branch of a pull request is the one that it comes from, and a tag is no branch."""
    assert build_around(tmp_path, known) == Build(SHA, branch, url, is_ci=True)


def test_what_is_checked_out_is_the_version(tmp_path: Path) -> None:
    """Git goes before the service, whose commit may be a merge that nobody checked out."""
    git(tmp_path, "init", "-q", "-b", "feat/y")
    assert build_around(tmp_path, {}) == Build("", "feat/y", is_clean=False)
    (tmp_path / "a").write_text("1")
    git(tmp_path, "add", "a")
    git(tmp_path, "commit", "-qm", "one")
    commit = git(tmp_path, "rev-parse", "HEAD")
    assert build_around(tmp_path, {}) == Build(commit, "feat/y")

    (tmp_path / "a").write_text("2")
    assert build_around(tmp_path, {}) == Build(commit, "feat/y", is_clean=False)
    git(tmp_path, "checkout", "-q", "-f", "--detach")
    known = {**GITHUB, "GITHUB_REF": "refs/pull/9/merge", "GITHUB_HEAD_REF": "feat/x"}
    assert build_around(tmp_path, {}) == Build(commit, "")
    assert build_around(tmp_path, known) == Build(commit, "feat/x", GITHUB_URL, is_ci=True)


def git(directory: Path, *words: str) -> str:
    """What git says."""
    identity = ["-c", "user.name=a", "-c", "user.email=a@b.example"]
    command = ["git", "-C", str(directory), *identity, *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
