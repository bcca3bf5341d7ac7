"""Which version of the sources is at hand, and who builds it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Build:
    """
    A build, as far as git and the service that runs it tell.

    Shape: `version` is the commit, `url` where the build can be read of; each is empty where it is
    not known. `is_clean` says that the files are as committed, `is_ci` that no person runs it.
    """

    version: str = ""
    branch: str = ""
    url: str = ""
    is_ci: bool = False
    is_clean: bool = True
