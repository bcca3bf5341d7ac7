"""Brokers for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.broker.semantics.scopes import Caller, Scope
from harness.broker.server.access import create_token, create_user
from harness.broker.server.serving import migrated as kept
from tests.broker.server.broker import Broker, running
from tests.broker.server.serving import served
from tests.broker.store.databases import KINDS, database, fresh, migrated

_PASSWORD = "correct horse battery"


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


@dataclass(frozen=True)
class Known:
    """A broker that asks everybody, in a process of its own, and what may be shown to it."""

    url: str
    builder: Mapping[str, str]
    reader: Mapping[str, str]
    user: Mapping[str, str]


@pytest.fixture(params=KINDS)
def known(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Known]:
    """A broker that asks everybody; a builder may do everything, as may a user."""
    with database(request.param, tmp_path) as url:
        with kept(url) as store:
            builder = create_token(store, "builder", Caller("", frozenset({Scope.ADMIN})))
            reader = create_token(store, "reader", Caller("", frozenset({Scope.READ})))
            may = frozenset({Scope.PUBLISH})
            create_user(store, "anna", _PASSWORD, Caller("", may, frozenset({"Foo"})))
        with served(url) as process:
            yield Known(
                process.url,
                {"PACT_BROKER_TOKEN": builder},
                {"PACT_BROKER_TOKEN": reader},
                {"PACT_BROKER_USERNAME": "anna", "PACT_BROKER_PASSWORD": _PASSWORD},
            )
