"""
A broker that has been in use: pairs, versions, branches, results and deployments.

Shape: a provider has four consumers. A consumer's version has one pact, whose content changes with
each fifth version; each fifth version is on a branch of its own, the others on main. A provider's
version verified what its consumers' versions of the same number published. What is three versions
old runs in production, what is one version old in test.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, text

from harness.broker.semantics import contents
from harness.broker.store import tables
from harness.broker.store.database import Store

CONSUMERS_OF_ONE = 4
ENVIRONMENTS = ("test", "production")
_CHANGES = 5
_AT_ONCE = 5_000
_BEGAN = datetime.now(UTC) - timedelta(days=60)


@dataclass(frozen=True)
class Size:
    """How much is kept."""

    name: str
    pairs: int
    versions: int

    @property
    def providers(self) -> int:
        """How many providers there are."""
        return self.pairs // CONSUMERS_OF_ONE


SMALL, LARGE = Size("small", 40, 10), Size("large", 2_000, 50)


def consumer(number: int) -> str:
    """The name of a consumer."""
    return f"consumer-{number}x"


def provider(number: int) -> str:
    """The name of a provider."""
    return f"provider-{number}x"


def pact(pair: int, size: Size, content: str) -> dict[str, Any]:
    """A pact of three interactions, about two kilobytes."""
    return {
        "consumer": {"name": consumer(pair)},
        "provider": {"name": provider(pair % size.providers)},
        "interactions": [_interaction(number, content) for number in range(3)],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    }


def _interaction(number: int, content: str) -> dict[str, Any]:
    rules = {f"$.{name}": {"matchers": [{"match": "type"}]} for name in ("id", "name", "price")}
    return {
        "description": f"thing {number} of {content}",
        "providerStates": [{"name": f"thing {number} is there", "params": {"id": number}}],
        "request": {"method": "GET", "path": f"/things/{number}", "headers": {"Accept": "*/*"}},
        "response": {
            "status": 200,
            "headers": {"Content-Type": "application/json"},
            "body": {"id": number, "name": "a thing", "price": 12.5, "tags": ["a", "b"]},
            "matchingRules": {"body": rules},
        },
    }


def fill(store: Store, size: Size) -> None:
    """Put it into empty tables."""
    rows = _Rows(size)

    def work(db: Connection) -> bool:
        for table, made in rows.made():
            _put(db, table, made)
        if db.dialect.name == "postgresql":
            for table in tables.METADATA.sorted_tables:
                if "id" in table.c:
                    _count_on(db, table)
        return True

    store.write(work, bool)
    with store.engine.connect() as db:
        db.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))


def _put(db: Connection, table: Table, made: Iterator[Mapping[str, object]]) -> None:
    waiting: list[Mapping[str, object]] = []
    for row in made:
        waiting.append(row)
        if len(waiting) == _AT_ONCE:
            db.execute(table.insert(), waiting)
            waiting = []
    if waiting:
        db.execute(table.insert(), waiting)


def _count_on(db: Connection, table: Table) -> None:
    found = f"pg_get_serial_sequence('{table.name}', 'id')"
    last = f"(SELECT coalesce(max(id), 1) FROM {table.name})"
    db.execute(text(f"SELECT setval({found}, {last})"))


class _Rows:
    """The rows; identifiers are computed, so that rows can refer to one another."""

    def __init__(self, size: Size) -> None:
        self.size = size

    def made(self) -> Iterator[tuple[Table, Iterator[Mapping[str, object]]]]:
        """Each table with its rows, in the order of reference."""
        yield tables.pacticipants, self._pacticipants()
        yield tables.versions, self._versions()
        yield tables.branches, self._branches()
        yield tables.branch_versions, self._memberships()
        yield tables.integrations, self._integrations()
        yield tables.contents, self._contents()
        yield tables.publications, self._publications()
        yield tables.verifications, self._verifications()
        yield tables.environments, self._environments()
        yield tables.deployments, self._deployments()

    def owners(self) -> Iterator[int]:
        """All pacticipants: consumers are counted from 1, providers go after them."""
        return iter(range(1, self.size.pairs + self.size.providers + 1))

    def provider_of(self, pair: int) -> int:
        """The identifier of a consumer's provider."""
        return self.size.pairs + 1 + pair % self.size.providers

    def version(self, owner: int, number: int) -> int:
        """The identifier of a version: time goes on for all alike."""
        return number * (self.size.pairs + self.size.providers) + owner

    def at(self, number: int) -> str:
        """The moment of a version."""
        return (_BEGAN + timedelta(days=number)).isoformat(timespec="microseconds")

    def moments(self, number: int, *more: str) -> dict[str, str]:
        """The columns of a row that was never changed."""
        return dict.fromkeys(("created_at", *more), self.at(number))

    def _pacticipants(self) -> Iterator[Mapping[str, object]]:
        for owner in self.owners():
            is_consumer = owner <= self.size.pairs
            name = consumer(owner - 1) if is_consumer else provider(owner - 1 - self.size.pairs)
            main = {"main_branch": "main"}
            yield {"id": owner, "name": name, **main, **self.moments(0, "updated_at")}

    def _versions(self) -> Iterator[Mapping[str, object]]:
        for number in range(self.size.versions):
            for owner in self.owners():
                yield {
                    "id": self.version(owner, number),
                    "pacticipant_id": owner,
                    "number": f"1.{number}",
                    **self.moments(number, "updated_at"),
                }

    def lines(self) -> int:
        """How many branches a pacticipant has."""
        return 1 + self.size.versions // _CHANGES

    def line(self, owner: int, number: int) -> int:
        """The identifier of the branch that a version is on."""
        own = number // _CHANGES + 1 if number % _CHANGES == _CHANGES - 1 else 0
        return (owner - 1) * self.lines() + own + 1

    def _branches(self) -> Iterator[Mapping[str, object]]:
        for owner in self.owners():
            for own in range(self.lines()):
                yield {
                    "id": (owner - 1) * self.lines() + own + 1,
                    "pacticipant_id": owner,
                    "name": f"feature-{own}" if own else "main",
                    **self.moments(max(0, own - 1) * _CHANGES, "updated_at"),
                }

    def _memberships(self) -> Iterator[Mapping[str, object]]:
        for number in range(self.size.versions):
            for owner in self.owners():
                yield {
                    "branch_id": self.line(owner, number),
                    "version_id": self.version(owner, number),
                    **self.moments(number),
                }

    def _integrations(self) -> Iterator[Mapping[str, object]]:
        for pair in range(self.size.pairs):
            both = {"consumer_id": pair + 1, "provider_id": self.provider_of(pair)}
            yield {**both, **self.moments(0, "updated_at")}

    def content(self, pair: int, number: int) -> int:
        """The identifier of what a version published."""
        return number // _CHANGES * self.size.pairs + pair + 1

    def _contents(self) -> Iterator[Mapping[str, object]]:
        for number in range(0, self.size.versions, _CHANGES):
            for pair in range(self.size.pairs):
                given = pact(pair, self.size, f"version {number}")
                yield {
                    "id": self.content(pair, number),
                    "consumer_id": pair + 1,
                    "provider_id": self.provider_of(pair),
                    "sha": contents.sha_of(given),
                    "content": json.dumps(contents.with_ids(given), separators=(",", ":")),
                    **self.moments(number),
                }

    def _publications(self) -> Iterator[Mapping[str, object]]:
        for number in range(self.size.versions):
            for pair in range(self.size.pairs):
                yield {
                    "consumer_id": pair + 1,
                    "provider_id": self.provider_of(pair),
                    "version_id": self.version(pair + 1, number),
                    "content_id": self.content(pair, number),
                    "revision": 1,
                    "current": True,
                    **self.moments(number),
                }

    def _verifications(self) -> Iterator[Mapping[str, object]]:
        for number in range(self.size.versions):
            for pair in range(self.size.pairs):
                made = self.version(pair + 1, number)
                yield {
                    "content_id": self.content(pair, number),
                    "provider_id": self.provider_of(pair),
                    "version_id": self.version(self.provider_of(pair), number),
                    "success": True,
                    "consumer_version_ids": json.dumps([made]),
                    **self.moments(number),
                }

    def _environments(self) -> Iterator[Mapping[str, object]]:
        for key, name in enumerate(ENVIRONMENTS, 1):
            yield {
                "id": key,
                "uuid": f"{name:-<36}",
                "name": name,
                "display_name": name,
                "production": name == "production",
                "contacts": "[]",
                **self.moments(0, "updated_at"),
            }

    def _deployments(self) -> Iterator[Mapping[str, object]]:
        for place, age in ((1, 2), (2, 4)):
            number = self.size.versions - age
            for owner in self.owners():
                yield {
                    "uuid": f"{place}-{owner:-<34}",
                    "pacticipant_id": owner,
                    "version_id": self.version(owner, number),
                    "environment_id": place,
                    "slot": "",
                    **self.moments(number, "updated_at"),
                }
