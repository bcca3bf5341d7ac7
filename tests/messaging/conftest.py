"""The transports under test, one after another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.messaging.port import Transport
from tests.messaging.stands import Stand, stand_of

KINDS = ("memory", "rabbitmq")


@pytest.fixture(
    scope="session",
    params=[
        pytest.param(kind, marks=pytest.mark.xdist_group(f"messaging-{kind}")) for kind in KINDS
    ],
)
def stand(request: pytest.FixtureRequest) -> Iterator[Stand]:
    """A broker of each kind."""
    with stand_of(request.param) as found:
        yield found


@pytest.fixture
def transport(stand: Stand) -> Iterator[Transport]:
    """A connection with a fresh namespace."""
    with stand.open() as opened:
        yield opened
