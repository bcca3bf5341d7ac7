"""
What a broker holds, as values.

Shape: moments are texts in ISO 8601, in UTC and of one width, so that their order is that of time;
a version's and a branch membership's `id` grows in the order in which they were made.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pacticipant:
    """An application that consumes or provides."""

    id: int
    name: str
    display_name: str | None
    repository_url: str | None
    repository_name: str | None
    repository_namespace: str | None
    main_branch: str | None
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a pacticipant; `id` is its place in the order of creation."""

    id: int
    pacticipant_id: int
    pacticipant: str
    number: str
    build_url: str | None
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch of a pacticipant."""

    id: int
    pacticipant_id: int
    name: str
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class Membership:
    """That a version is on a branch; the newest of a branch is its head."""

    id: int
    version_id: int
    branch: str
    is_head: bool
    created_at: str


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag on a version."""

    version_id: int
    name: str
    created_at: str


@dataclass(frozen=True, slots=True)
class Publication:
    """
    The pact of a consumer's version with a provider: the revision in force.

    Shape: `content_id` stands for (consumer, provider, sha), what verification results belong to.
    """

    id: int
    consumer_id: int
    consumer: str
    provider_id: int
    provider: str
    version_id: int
    version: str
    content_id: int
    sha: str
    revision: int
    created_at: str


@dataclass(frozen=True, slots=True)
class Verification:
    """A verification result; `id` is its number."""

    id: int
    content_id: int
    provider_id: int
    version_id: int
    version: str
    success: bool
    wip: bool
    created_at: str


@dataclass(frozen=True, slots=True)
class ProviderContract:
    """
    A provider version's document of one kind.

    Shape: `document_id` stands for (provider, content); `self_success` is what the provider says of
    its own tests against it, none where it says nothing; `self_verification` is JSON.
    """

    id: int
    version_id: int
    document_id: int
    sha: str
    specification: str
    content_type: str
    self_success: bool | None
    self_verification: str | None
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class Environment:
    """A place where versions run; `contacts` is JSON."""

    id: int
    uuid: str
    name: str
    display_name: str
    production: bool
    contacts: str
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class Deployment:
    """A version in an environment, replaced by the next one of its application instance."""

    id: int
    uuid: str
    pacticipant_id: int
    version_id: int
    environment_id: int
    instance: str | None
    created_at: str
    updated_at: str
    ended_at: str | None


@dataclass(frozen=True, slots=True)
class Release:
    """A version that is out in an environment, until its support ends."""

    id: int
    uuid: str
    pacticipant_id: int
    version_id: int
    environment_id: int
    created_at: str
    updated_at: str
    ended_at: str | None
