"""What is there: the workspace and its pacts as they were read, once."""

from __future__ import annotations

from dataclasses import dataclass

from harness.domain.config import Config
from harness.domain.edge import Pair
from harness.domain.pact import Pact


@dataclass(frozen=True, slots=True)
class FoundPact:
    """
    A pact file that lies in one of the workspace's pact directories.

    Shape: `pact` is None where the text could not be read as one; `refused` then says why.
    """

    path: str
    text: str
    pact: Pact | None = None
    refused: str = ""
    hint: str = ""

    @property
    def consumer(self) -> str:
        """The consumer that the pact names, empty where none could be read."""
        return self.pact.consumer if self.pact else ""

    @property
    def provider(self) -> str:
        """The provider that the pact names, empty where none could be read."""
        return self.pact.provider if self.pact else ""


@dataclass(frozen=True, slots=True)
class System:
    """A workspace as surveyed."""

    config: Config
    pacts: tuple[FoundPact, ...] = ()

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
