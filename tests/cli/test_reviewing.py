"""What a build's environment says, and what is made of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.cli.reviewing import surroundings
from harness.domain.finding import Location
from harness.domain.selection import Selection
from tests.fakes import a_shop

LINE = Location("orders/a b.py", 7)
GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_SERVER_URL": "https://github.example",
    "GITHUB_REPOSITORY": "shop/backend",
    "GITHUB_SHA": "abc123",
    "GITHUB_RUN_ID": "42",
}
GITLAB = {
    "GITLAB_CI": "true",
    "CI_PROJECT_URL": "https://gitlab.example/shop/backend",
    "CI_COMMIT_SHA": "abc123",
    "CI_JOB_URL": "https://gitlab.example/shop/backend/-/jobs/42",
}


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*GITHUB, *GITLAB):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("workspace", "prefix"), [("", ""), ("services/shop", "services/shop/")], ids=["root", "below"]
)
def test_a_file_is_named_as_its_repository_does(
    tmp_path: Path, workspace: str, prefix: str
) -> None:
    """A workspace below the root of its repository has its place put before its files."""
    (tmp_path / ".git").mkdir()
    root = tmp_path / workspace
    root.mkdir(parents=True, exist_ok=True)
    around = surroundings(replace(a_shop(), root=root), Selection())

    assert (around.prefix, around.path(LINE)) == (prefix, f"{prefix}orders/a b.py")
    assert around.link(LINE) == ""


@pytest.mark.parametrize(
    ("known", "source", "run"),
    [
        (
            GITHUB,
            "https://github.example/shop/backend/blob/abc123/orders/a%20b.py#L7",
            "https://github.example/shop/backend/actions/runs/42",
        ),
        (
            GITLAB,
            "https://gitlab.example/shop/backend/-/blob/abc123/orders/a%20b.py#L7",
            "https://gitlab.example/shop/backend/-/jobs/42",
        ),
        ({**GITHUB, "GITHUB_SHA": ""}, "", "https://github.example/shop/backend/actions/runs/42"),
    ],
    ids=["github", "gitlab", "unknown"],
)
def test_a_line_has_its_address(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    known: dict[str, str],
    source: str,
    run: str,
) -> None:
    """Where a build says what it builds, a line of the workspace can be followed, no other."""
    for name, value in known.items():
        monkeypatch.setenv(name, value)
    around = surroundings(replace(a_shop(), root=tmp_path), Selection())

    assert (around.link(LINE), around.run_url) == (source, run)
    assert around.link(Location("/usr/lib/python3/json.py", 3)) == ""
