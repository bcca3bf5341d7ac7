"""What a haulier hears of the terminal: one example of each message."""

from haulier import handlers
from haulier.events import Called, Loaded

from harness.consumer import Consumer, Delivery, message

terminal = Consumer("haulier").of("terminal")


@terminal.receives(
    "a container was called",
    message=message("container.called", Called(container="MSKU1234567", gate=2)),
)
def test_called(delivery: Delivery) -> None:
    assert handlers.on_called(delivery.body or b"") == "MSKU1234567 at gate 2"


@terminal.receives(
    "a container was loaded",
    message=message("container.loaded", Loaded(container="MSKU1234567", lorry="HH-A 1")),
)
def test_loaded(delivery: Delivery) -> None:
    assert handlers.on_loaded(delivery.body or b"") == "MSKU1234567 on HH-A 1"
