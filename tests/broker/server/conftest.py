"""Brokers for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.broker.server.broker import Broker, running
from tests.broker.store.databases import KINDS, fresh, migrated


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """The URL of a database of a kind, migrated once for all tests of this process."""
    with ExitStack() as stack:
        made: dict[str, str] = {}

        def of(kind: str) -> str:
            if kind not in made:
                directory = tmp_path_factory.mktemp(kind)
                made[kind] = stack.enter_context(migrated(kind, directory))
            return made[kind]

        yield of


@pytest.fixture(params=KINDS)
def broker(
    request: pytest.FixtureRequest, tables: Callable[[str], str], tmp_path: Path
) -> Iterator[Broker]:
    """An empty broker, on a file and on PostgreSQL."""
    with fresh(tables(request.param), tmp_path) as kept, running(kept) as found:
        yield found
