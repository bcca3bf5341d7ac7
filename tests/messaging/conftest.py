"""The transports under test, one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from harness.messaging.local.starting import LocalBroker, local_broker
from harness.messaging.port import Transport
from tests.messaging.stands import KINDS, STANDS, Stand, stand_of

Start = Callable[[str], LocalBroker]
# The first starts a RabbitMQ of its own with another plugin; the stand-in of the others is slow.
SLOW = ("amqp1", "eventbridge", "kinesis")


def _grouped(kind: str) -> object:
    """Those that share a broker share a worker, which starts it once."""
    where = STANDS[kind][0].partition(":")[0] if kind in STANDS else kind
    marks = [pytest.mark.xdist_group(f"messaging-{where}")]
    return pytest.param(kind, marks=[*marks, pytest.mark.slow] if kind in SLOW else marks)


@pytest.fixture(scope="session")
def started() -> Iterator[Start]:
    """Start a broker when it is first asked for."""
    running: dict[str, LocalBroker] = {}
    with ExitStack() as stack:

        def start(kind: str) -> LocalBroker:
            if kind not in running:
                running[kind] = stack.enter_context(local_broker(kind))
            return running[kind]

        yield start


@pytest.fixture(scope="session", params=[_grouped(kind) for kind in KINDS])
def stand(request: pytest.FixtureRequest, started: Start) -> Stand:
    """A broker of each kind."""
    return stand_of(request.param, started)


@pytest.fixture
def transport(stand: Stand) -> Iterator[Transport]:
    """A connection with a fresh namespace."""
    with stand.open() as opened:
        yield opened
