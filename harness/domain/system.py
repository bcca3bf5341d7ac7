"""What is there: the workspace and its pacts as they were read, once."""

from __future__ import annotations

from dataclasses import dataclass

from harness.domain.accepted import AcceptedDocument
from harness.domain.config import Config
from harness.domain.edge import Pair
from harness.domain.fetched import Publication
from harness.domain.pact import Pact


@dataclass(frozen=True, slots=True)
class FoundPact:
    """
    A pact file that lies in one of the workspace's pact directories, or that was published.

    Shape: `pact` is None where the text could not be read as one; `refused` then says why. One that
    is `kept` came from a snapshot, since the workspace lacks the file; `published` says where one
    comes from that lies in no file.
    """

    path: str
    text: str
    pact: Pact | None = None
    refused: str = ""
    hint: str = ""
    kept: bool = False
    published: Publication | None = None

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
    """
    A workspace as surveyed.

    Shape: `accepted` are the accepted versions of API documents that lie in it; `base` those of the
    git revision that was asked for, None where none was.
    """

    config: Config
    pacts: tuple[FoundPact, ...] = ()
    accepted: tuple[AcceptedDocument, ...] = ()
    base: tuple[AcceptedDocument, ...] | None = None

    def compared_with(self, service: str) -> tuple[AcceptedDocument, ...]:
        """The versions that a service's documents are compared with, in their order."""
        found = self.accepted if self.base is None else self.base
        return tuple(each for each in found if each.service == service)

    def publication(self, digest: str) -> Publication | None:
        """
        Which publication a pact is, by its digest, or none where it lies in a file.

        Shape: of several, one that is not pending.
        """
        found = [one for one in self.pacts if one.pact and one.pact.digest == digest]
        if not found or any(one.published is None for one in found):
            return None
        told = [one.published for one in found if one.published]
        return next((one for one in told if not one.pending), told[0])

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
