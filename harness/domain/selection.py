"""Which part of the plan somebody asked for."""

from __future__ import annotations

from dataclasses import dataclass

from harness.domain.edge import Pair


@dataclass(frozen=True, slots=True)
class Since:
    """
    Why services were selected by what has changed.

    Shape: `because` maps members to what of them has changed, in words; `for_all` is what may
    concern each of them; `apart` are changed files that concern none.
    """

    revision: str
    because: tuple[tuple[str, str], ...] = ()
    for_all: str = ""
    apart: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Selection:
    """
    A slice of the system: empty tuples leave that axis whole.

    Shape: `services` and `checks` are names and ids; an edge is named by its consumer and provider.
    Where `since` says that nothing has changed, empty `services` leave nothing.
    """

    services: tuple[str, ...] = ()
    edges: tuple[Pair, ...] = ()
    checks: tuple[str, ...] = ()
    since: Since | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing was left out on request."""
        return not (self.services or self.edges or self.checks or self.is_empty)

    @property
    def is_empty(self) -> bool:
        """Whether nothing has changed that could be looked at."""
        return self.since is not None and not (self.services or self.since.for_all)

    def wants_consumer(self, name: str) -> bool:
        """Whether this service is looked at in its role as a consumer."""
        if self.edges:
            return any(pair.consumer == name for pair in self.edges)
        return self._takes(name)

    def wants_provider(self, name: str) -> bool:
        """Whether this service is looked at in its role as a provider."""
        if self.edges:
            return any(pair.provider == name for pair in self.edges)
        return self._takes(name)

    def wants_pair(self, pair: Pair) -> bool:
        """Whether this consumer and provider are looked at together."""
        if self.edges:
            return pair in self.edges
        return self._takes(pair.consumer) or self._takes(pair.provider)

    def takes_part(self, name: str) -> bool:
        """Whether this service is looked at in any of its roles."""
        return self.wants_consumer(name) or self.wants_provider(name)

    def _takes(self, name: str) -> bool:
        return name in self.services if self.services else not self.is_empty
