"""Pacts as a Pact Broker hands them out."""

from __future__ import annotations

from dataclasses import dataclass


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
