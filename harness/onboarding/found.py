"""What detection finds: each thing with its place and what was concluded from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

Value = str | tuple[str, ...] | tuple[tuple[str, ...], ...]
"""What a key of a table is set to: text, a list of texts, or a list of commands."""


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One line of a service's table, and what it was concluded from.

    Shape: `key` may be dotted, as in `consumes.inventory`, and is empty for a mere remark; `where`
    is a file, mostly with a line; one that is not `sure` is written as a comment.
    """

    key: str
    value: Value
    why: str
    where: str = ""
    sure: bool = True


def remark(why: str, where: str = "") -> Entry:
    """Something that a reader of the table should know."""
    return Entry("", "", why, where, sure=False)


@dataclass(frozen=True, slots=True)
class ServiceFound:
    """
    A service, or a program that uses services.

    Shape: `directory` is relative to the tree; `install` are the arguments of the commands that
    give it its packages, run in its directory.
    """

    name: str
    directory: str
    entries: tuple[Entry, ...]
    root: str = ""
    packages: tuple[str, ...] = ()
    install: tuple[str, ...] = ()

    def value(self, key: str) -> Value | None:
        """What a key is certainly set to, None where nothing certain was found."""
        return next((one.value for one in self.entries if one.key == key and one.sure), None)

    @property
    def providers(self) -> tuple[str, ...]:
        """The services that it certainly uses."""
        keys = (one.key for one in self.entries if one.sure)
        return tuple(key.partition(".")[2] for key in keys if key.startswith("consumes."))


@dataclass(frozen=True, slots=True)
class ExternalFound:
    """A neighbour that somebody uses and that is not here, with the file that describes it."""

    name: str
    document: str
    why: str
    where: str


class Vendor(Enum):
    """Where the pipelines of a repository run."""

    GITHUB = "GitHub Actions"
    GITLAB = "GitLab CI"
    AZURE = "Azure Pipelines"


@dataclass(frozen=True, slots=True)
class PipelineFound:
    """Whose pipelines a repository uses, and how that was seen."""

    vendor: Vendor
    where: str
    why: str


@dataclass(frozen=True, slots=True)
class SystemFound:
    """
    All that was found in a tree.

    Shape: `pacts` are the entries of the workspace's own table; `tested` maps a consumer and a
    provider to the file of the contract tests between them, where there are some; `routes` maps a
    service to plain paths that it answers a GET on.
    """

    services: tuple[ServiceFound, ...]
    externals: tuple[ExternalFound, ...] = ()
    workspace: tuple[Entry, ...] = ()
    pipeline: PipelineFound | None = None
    tested: Mapping[tuple[str, str], str] | None = None
    routes: Mapping[str, str] | None = None

    @property
    def untested(self) -> tuple[tuple[str, str], ...]:
        """The edges that no contract test is about, in order."""
        known = self.tested or {}
        edges = ((one.name, provider) for one in self.services for provider in one.providers)
        return tuple(edge for edge in edges if edge not in known)


def first(entries: Iterable[Entry]) -> Entry | None:
    """The first of some entries, None where there are none."""
    return next(iter(entries), None)
