"""The addresses of a broker's resources; every name in them is encoded whole."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import quote

from harness.broker import wire
from harness.broker.semantics.rows import Publication, Version


def link(href: str, **more: Any) -> dict[str, Any]:
    """A link, with what describes it."""
    return {"href": href, **more}


@lru_cache(4096)
def encoded(name: str) -> str:
    """A name as one segment of a path."""
    return quote(name, safe="", errors="replace")


class Links:
    """The addresses below one base, which has no slash at its end."""

    def __init__(self, base: str) -> None:
        self.base = base

    def to(self, *segments: str) -> str:
        """The address of a path."""
        return "/".join((self.base, *map(encoded, segments)))

    def template(self, path: str) -> dict[str, Any]:
        """A link whose path may leave names open."""
        more = {"templated": True} if "{" in path else {}
        return link(self.base + path, **more)

    def pacticipant(self, name: str, *more: str) -> str:
        """A pacticipant, or what is below it."""
        return self.to("pacticipants", name, *more)

    def version(self, one: Version, *more: str) -> str:
        """A version, or what is below it."""
        return self.pacticipant(one.pacticipant, "versions", one.number, *more)

    def document(self, one: Version, specification: str) -> dict[str, Any]:
        """The link to a provider version's document of a kind."""
        path = wire.expanded(wire.PROVIDER_DOCUMENT, provider=one.pacticipant, version=one.number)
        href = f"{self.base}{path}?specification={encoded(specification)}"
        return link(href, title="Provider contract", name=specification)

    def pair(self, provider: str, consumer: str, *more: str) -> str:
        """The pacts of a pair, or what is below them."""
        return self.to("pacts", "provider", provider, "consumer", consumer, *more)

    def pact(self, one: Publication, *more: str) -> str:
        """The pact of a consumer version, or what is below it."""
        return self.pair(one.provider, one.consumer, "version", one.version, *more)

    def content(self, one: Publication, *more: str) -> str:
        """A pact by its content, or what is below it."""
        return self.pair(one.provider, one.consumer, "pact-version", one.sha, *more)

    def curies(self) -> list[dict[str, Any]]:
        """Where relations are explained."""
        href = f"{self.base}/doc/{{rel}}"
        return [{"name": "pb", "href": href, "templated": True}]
