"""Pacts as a Pact Broker hands them out, and as it is given them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.domain.json import Json


@dataclass(frozen=True, slots=True)
class Chosen:
    """
    Which version of a consumer is meant: the head of a branch, or the latest with a tag.

    Shape: with neither, the head of its main branch, and the latest of all where it has none.
    """

    branch: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class PublishedPact:
    """A pact with its provider, the version of its consumer, and its address at the broker."""

    provider: str
    consumer_version: str
    content: bytes
    url: str


@dataclass(frozen=True, slots=True)
class Published:
    """The pacts of one consumer; `chosen` says in words which version they are of."""

    chosen: str
    pacts: tuple[PublishedPact, ...] = ()


@dataclass(frozen=True, slots=True)
class Contract:
    """A pact to be published; `text` is how it is written, empty where it was made here."""

    provider: str
    pact: Mapping[str, Json]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Publishing:
    """What a build publishes of one consumer; `branch` and `build_url` may be empty."""

    consumer: str
    version: str
    contracts: tuple[Contract, ...]
    branch: str = ""
    tags: tuple[str, ...] = ()
    build_url: str = ""


@dataclass(frozen=True, slots=True)
class KnownVersion:
    """
    What a broker knows of a version.

    Shape: `deployed` and `released` are names of environments, `pacts` what the broker calls those
    that it is the consumer of.
    """

    number: str
    branches: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    build_url: str = ""
    created: str = ""
    deployed: tuple[str, ...] = ()
    released: tuple[str, ...] = ()
    pacts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownPacticipant:
    """What a broker knows of a pacticipant; `versions` are its newest, the newest first."""

    name: str
    main_branch: str = ""
    repository_url: str = ""
    labels: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    versions: tuple[KnownVersion, ...] = ()
