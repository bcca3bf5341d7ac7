"""Which part of the plan somebody asked for."""

from __future__ import annotations

from dataclasses import dataclass

from harness.domain.edge import Pair


@dataclass(frozen=True, slots=True)
class Selection:
    """
    A slice of the system: empty tuples leave that axis whole.

    Shape: `services` and `checks` are names and ids; an edge is named by its consumer and provider.
    """

    services: tuple[str, ...] = ()
    edges: tuple[Pair, ...] = ()
    checks: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing was left out on request."""
        return not (self.services or self.edges or self.checks)

    def wants_consumer(self, name: str) -> bool:
        """Whether this service is looked at in its role as a consumer."""
        if self.edges:
            return any(pair.consumer == name for pair in self.edges)
        return not self.services or name in self.services

    def wants_provider(self, name: str) -> bool:
        """Whether this service is looked at in its role as a provider."""
        if self.edges:
            return any(pair.provider == name for pair in self.edges)
        return not self.services or name in self.services

    def wants_pair(self, pair: Pair) -> bool:
        """Whether this consumer and provider are looked at together."""
        if self.edges:
            return pair in self.edges
        if self.services:
            return pair.consumer in self.services or pair.provider in self.services
        return True
