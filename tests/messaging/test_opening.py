"""URLs become transports, or are refused in one sentence."""

from __future__ import annotations

import importlib.util
import pickle
import sys

import pytest

from harness.domain.errors import BrokerUnreachable, Misused, NotCarried
from harness.domain.message import Message, UsedBroker
from harness.messaging.opening import open_transport


@pytest.mark.parametrize("url", ["mqtt://127.0.0.1", "", "127.0.0.1:5672"])
def test_an_unknown_url_is_told(url: str) -> None:
    """A scheme that no transport has is refused, naming those that there are."""
    with pytest.raises(Misused, match=r"memory, amqp") as told:
        open_transport(url)
    assert told.value.hint


@pytest.mark.skipif(
    importlib.util.find_spec("ibmmq") is not None, reason="the vendor's client is installed here"
)
def test_a_client_that_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A URL whose client is not installed says which extra brings it."""
    monkeypatch.delitem(sys.modules, "ibmmq", raising=False)
    monkeypatch.delitem(sys.modules, "harness.messaging.ibmmq_native", raising=False)
    with pytest.raises(Misused, match="ibmmq") as told:
        open_transport("ibmmq://127.0.0.1:1414/QM1")
    assert "contract-harness[messaging-ibmmq]" in told.value.hint


def test_an_error_crosses_processes_whole() -> None:
    """Kind and address of a broker's error survive a step's worker."""
    error = BrokerUnreachable("gone", kind="nats", address="127.0.0.1:1", hint="start it")

    back = pickle.loads(pickle.dumps(error))

    assert type(back) is BrokerUnreachable
    assert (back.message, back.kind, back.address, back.hint) == (
        *("gone", "nats", "127.0.0.1:1"),
        "start it",
    )


def test_a_stand_in_is_never_called_the_product() -> None:
    """Who is told what was used is told in whose place it stood."""
    used = UsedBroker("kafka", "127.0.0.1:9092", "noida-db", "0.2.3", "Apache Kafka")

    assert str(used) == "noida-db 0.2.3 at 127.0.0.1:9092, in place of Apache Kafka"


def test_names_of_ones_own_are_kept() -> None:
    """An empty namespace leaves names as services have them."""
    with open_transport("memory://", "") as transport:
        assert transport.wire_name("orders.placed") == "orders.placed"
    with open_transport("memory://") as transport:
        assert transport.wire_name("orders.placed") == f"{transport.namespace}orders.placed"
        assert transport.namespace


def test_zeromq_speaks_without_headers() -> None:
    """With `headers=none` frames are address and payload, and headers are refused."""
    with open_transport("zmq://127.0.0.1:0?headers=none") as transport:
        with transport.subscribe("ticks") as subscription:
            transport.publish("ticks", Message(b"1"))
            delivery = subscription.receive()
        assert delivery is not None
        assert delivery.message == Message(b"1")
        with pytest.raises(NotCarried, match="headers"):
            transport.publish("ticks", Message(b"1", headers={"a": "b"}))
