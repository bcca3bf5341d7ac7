"""Whether versions may be deployed, and where versions run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Answer(Enum):
    """Whether something may be deployed; that nobody knows is no no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Selected:
    """
    The version of a pacticipant that is asked about.

    Shape: one of `version`, `branch` (its head) and `tag` (the latest with it); with none of them,
    the latest of all.
    """

    pacticipant: str
    version: str = ""
    branch: str = ""
    tag: str = ""

    def __str__(self) -> str:
        """Name it for people."""
        if self.version:
            return f"{self.pacticipant} {self.version}"
        if self.branch:
            return f"{self.pacticipant} of branch {self.branch}"
        return (
            f"{self.pacticipant} tagged {self.tag}"
            if self.tag
            else f"the latest {self.pacticipant}"
        )


@dataclass(frozen=True, slots=True)
class Target:
    """
    Where to: beside what runs in an environment, has a tag, or is on main branches.

    Shape: with none of them, beside the latest of all others.
    """

    environment: str = ""
    tag: str = ""
    main_branch: bool = False

    def __str__(self) -> str:
        """Name it for people."""
        if self.environment:
            return f"to {self.environment}"
        if self.tag:
            return f"beside what is tagged {self.tag}"
        return "beside all main branches" if self.main_branch else "beside the latest of all"


@dataclass(frozen=True, slots=True)
class Question:
    """
    What is asked before deploying.

    Shape: `ignored` are pacticipants whose pacts do not count, each with a version or for all.
    """

    selected: tuple[Selected, ...]
    target: Target = Target()
    ignored: tuple[Selected, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence of the broker's own; `kind` is its word for it, such as success or warning."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """
    What is known of a pact between two versions.

    Shape: `provider_version` is empty where nobody has verified it; `success` is none then.
    """

    consumer: str
    consumer_version: str
    provider: str
    provider_version: str
    success: bool | None
    is_ignored: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Deployability:
    """
    A broker's answer.

    Shape: `unknown` counts what nobody has verified; `vacuous` says why nothing was looked at,
    empty where something was; `absent` are providers of which no version is known to run where the
    question leads, so that no verification can help.
    """

    question: Question
    broker: str
    answer: Answer
    cells: tuple[Cell, ...] = ()
    notices: tuple[Notice, ...] = ()
    success: int = 0
    failed: int = 0
    unknown: int = 0
    vacuous: str = ""
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Environment:
    """A place that versions are deployed to; `contacts` are names with addresses, or without."""

    uuid: str
    name: str
    display_name: str
    production: bool
    contacts: tuple[tuple[str, str], ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """
    A version that runs, or is supported, in an environment.

    Shape: `instance` is empty for the one that has no name, and for what was released.
    """

    pacticipant: str
    version: str
    is_release: bool = False
    instance: str = ""
    since: str = ""
    url: str = ""
