"""
What one broker can take over from another, as values.

Shape: moments are texts in ISO 8601; members that a broker did not tell are empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from harness.domain.json import Json


@dataclass(frozen=True, slots=True)
class Owner:
    """A pacticipant; `told` are its columns, `labels` their names."""

    name: str
    told: Mapping[str, str]
    labels: Sequence[str]
    created_at: str


@dataclass(frozen=True, slots=True)
class Release:
    """
    A version of a pacticipant.

    Shape: `heads` are those of its `branches` on which it is the newest; `promises` are its
    documents as a provider, `earlier` says where it does not run any more.
    """

    owner: str
    number: str
    build_url: str
    branches: Sequence[str]
    heads: Sequence[str]
    tags: Sequence[str]
    created_at: str
    pacts: Sequence[Contract] = ()
    promises: Sequence[Promise] = ()
    earlier: Sequence[Earlier] = ()


@dataclass(frozen=True, slots=True)
class Contract:
    """A pact as it was published."""

    provider: str
    content: Mapping[str, Json]
    created_at: str


@dataclass(frozen=True, slots=True)
class Promise:
    """
    A document of a provider version.

    Shape: `specification` is `oas` or `asyncapi`; `self_verification` is what the provider's own
    tests said of it, none where nothing is told.
    """

    specification: str
    content_type: str
    content: bytes
    self_verification: Mapping[str, Json] | None
    created_at: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """A deployment of a version that has ended, or a release that is not supported any more."""

    place: str
    is_release: bool
    instance: str | None
    created_at: str
    ended_at: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a provider version made of the pact of a consumer version."""

    consumer: str
    consumer_version: str
    provider: str
    provider_version: str
    success: bool
    verified_at: str
    build_url: str
    test_results: Json
    verified_by: Json


@dataclass(frozen=True, slots=True)
class Place:
    """An environment, and what runs or is released there."""

    uuid: str
    name: str
    display_name: str
    production: bool
    contacts: Json
    created_at: str
    running: Sequence[Running] = ()


@dataclass(frozen=True, slots=True)
class Running:
    """A version in an environment; `instance` is none where it has none."""

    owner: str
    version: str
    is_release: bool
    instance: str | None
    created_at: str


@dataclass(frozen=True, slots=True)
class Hook:
    """
    A webhook without its secrets.

    Shape: `is_whole` says that nothing was left out, so that it may go on working.
    """

    uuid: str
    description: str
    is_enabled: bool
    is_whole: bool
    consumer: str
    provider: str
    consumer_label: str
    provider_label: str
    events: Sequence[str]
    request: Mapping[str, Json]
    created_at: str


@dataclass(slots=True)
class Taken:
    """How much was taken over, by kind, and how much of it was new."""

    found: dict[str, int] = field(default_factory=dict)
    new: dict[str, int] = field(default_factory=dict)

    def count(self, kind: str, *, is_new: bool) -> None:
        """Count one."""
        self.found[kind] = self.found.get(kind, 0) + 1
        self.new[kind] = self.new.get(kind, 0) + is_new

    def add(self, other: Taken) -> None:
        """Count what another counted."""
        for kind, number in other.found.items():
            self.found[kind] = self.found.get(kind, 0) + number
            self.new[kind] = self.new.get(kind, 0) + other.new[kind]
