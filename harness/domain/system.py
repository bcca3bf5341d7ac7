"""What is there: services, documents and pacts as they were read, once."""

from __future__ import annotations

from dataclasses import dataclass

from harness.domain.config import Config
from harness.domain.edge import Pair


@dataclass(frozen=True, slots=True)
class FoundPact:
    """
    A pact file that lies in one of the workspace's pact directories.

    Shape: `consumer` and `provider` are empty where the text names none; `refused` then says why.
    """

    path: str
    consumer: str
    provider: str
    text: str
    refused: str = ""


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """An API document that a file of the workspace holds."""

    service: str
    location: str
    mount: str
    text: str


@dataclass(frozen=True, slots=True)
class System:
    """A workspace as surveyed."""

    config: Config
    pacts: tuple[FoundPact, ...] = ()
    documents: tuple[FoundDocument, ...] = ()

    @property
    def declared_pairs(self) -> tuple[Pair, ...]:
        """Who says that it consumes whom, in the services' own tables."""
        return tuple(
            sorted(
                Pair(service.name, consumption.provider)
                for service in self.config.services
                for consumption in service.consumes
            )
        )
