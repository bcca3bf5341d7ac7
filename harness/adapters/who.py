"""Who this run is, for those who are answered with what it saw."""

from __future__ import annotations

import getpass
import platform
from collections.abc import Mapping


def who_runs(outside: Mapping[str, str]) -> str:
    """Name a job of CI by its address, and anyone else by user and machine."""
    server, run = outside.get("GITHUB_SERVER_URL"), outside.get("GITHUB_RUN_ID")
    if server and run:
        return f"{server}/{outside.get('GITHUB_REPOSITORY', '')}/actions/runs/{run}"
    job = outside.get("CI_JOB_URL") or outside.get("BUILD_URL")
    return job or f"{_user()}@{platform.node() or 'this machine'}"


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container whose user has no name
        return "somebody"
