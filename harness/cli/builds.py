"""Which service runs a build."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class Build(Enum):
    """The services that the harness speaks to in words of their own."""

    GITHUB = "github"
    GITLAB = "gitlab"
    AZURE = "azure"
    NONE = "none"


def build_of(known: Mapping[str, str]) -> Build:
    """Tell by the environment which service runs this, if one does."""
    if known.get("GITHUB_ACTIONS") == "true":
        return Build.GITHUB
    if known.get("GITLAB_CI") == "true":
        return Build.GITLAB
    # Azure writes True, its own tools ask for either.
    return Build.AZURE if known.get("TF_BUILD", "").lower() == "true" else Build.NONE
