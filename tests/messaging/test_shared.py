"""A broker of a run is started once, waited for by whoever needs it, and gone with the run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from harness.domain.errors import HarnessError, ServiceNotStarted
from harness.domain.message import Message
from harness.messaging.inboxes import broker_for
from harness.messaging.local.shared import SharedBrokers
from harness.messaging.opening import open_transport

pytestmark = [pytest.mark.tools, pytest.mark.xdist_group("messaging-redis")]


@pytest.mark.skipif(shutil.which("redis-server") is None, reason="Redis is not on this machine")
def test_it_is_started_once_and_carries_for_all(tmp_path: Path) -> None:
    """Whoever asks waits until it is there; when it is closed, nobody answers any more."""
    brokers = SharedBrokers(tmp_path)
    try:
        for _ in range(2):
            brokers.begin("redis")
        found = []
        for _ in range(2):
            with broker_for("redis", brokers.variables()) as at, open_transport(at.url) as carries:
                carries.publish("orders.placed", Message(b"one"))
                found.append(at)
    finally:
        brokers.close()

    assert found[0] == found[1]
    assert found[0].told.startswith("redis://127.0.0.1:")
    with pytest.raises(HarnessError, match="is not reached"):
        open_transport(found[0].url)


def test_why_it_does_not_start_is_told_to_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason and the hint reach the step that waits."""
    monkeypatch.setenv("PATH", str(tmp_path))
    brokers = SharedBrokers(tmp_path)
    brokers.begin("nats")
    try:
        with (
            pytest.raises(ServiceNotStarted, match="nats-server is not on this machine") as raised,
            broker_for("nats", brokers.variables()),
        ):
            pass
    finally:
        brokers.close()

    assert raised.value.hint == "apt-get install nats-server"
