"""What customs hear of the terminal: one example of each message."""

from datetime import UTC, datetime

from customs import handlers
from customs.events import (
    Archived,
    Cleared,
    Inspected,
    Landed,
    Listed,
    Moved,
    Outcome,
    Told,
    Weighed,
)

from harness.consumer import Consumer, Delivery, message, pattern

NUMBER = "MSKU1234567"
TOLD = Told(container=NUMBER)
terminal = Consumer("customs").of("terminal")


def body_of(delivery: Delivery) -> bytes:
    return delivery.body or b""


@terminal.receives(
    "a container landed",
    message=message("container.landed", Landed(container=NUMBER, yard_block="B7")),
)
def test_landed(delivery: Delivery) -> None:
    assert handlers.on_landed(body_of(delivery)) == "MSKU1234567 stands in B7"


@terminal.receives(
    "a container was moved", message=message("container.moved", Moved(container=NUMBER, bay=9))
)
def test_moved(delivery: Delivery) -> None:
    assert handlers.on_moved(body_of(delivery)) == "MSKU1234567 is in row 4"


@terminal.receives(
    "a container was weighed",
    message=message("container.weighed", Weighed(container=NUMBER, weight=21300)),
)
def test_weighed(delivery: Delivery) -> None:
    assert handlers.on_weighed(body_of(delivery)) == "MSKU1234567 has 21.3 t"


@terminal.receives(
    "a container was inspected",
    message=message(
        "container.inspected",
        Inspected(container=NUMBER, at=datetime(2026, 5, 4, 8, 30, tzinfo=UTC)),
    ),
)
def test_inspected(delivery: Delivery) -> None:
    assert handlers.on_inspected(body_of(delivery)) == "MSKU1234567 was looked into in 2026"


@terminal.receives(
    "a container is held",
    message=message("container.held", TOLD, headers={"officer": pattern("[A-Z][a-z]+", "Meyer")}),
)
def test_held(delivery: Delivery) -> None:
    told = handlers.on_held(body_of(delivery), delivery.headers)
    assert told == "Meyer holds MSKU1234567"


@terminal.receives("a container was released", message=message("container.released", TOLD))
def test_released(delivery: Delivery) -> None:
    assert handlers.on_released(body_of(delivery)) == "MSKU1234567 may go"


@terminal.receives("a container was collected", message=message("container.collected", TOLD))
def test_collected(delivery: Delivery) -> None:
    assert handlers.on_collected(body_of(delivery)) == "MSKU1234567 is gone"


@terminal.receives(
    "a container was cleared",
    message=message("container.cleared", Cleared(container=NUMBER, outcome=Outcome.FREE)),
)
def test_cleared(delivery: Delivery) -> None:
    assert handlers.on_cleared(body_of(delivery)) == "MSKU1234567 may go"


@terminal.receives(
    "a container was archived",
    message=message("container.archived", Archived(container=NUMBER, clerk="Ito")),
)
def test_archived(delivery: Delivery) -> None:
    assert handlers.on_archived(body_of(delivery)) == "MSKU1234567 was filed by Ito"


@terminal.receives(
    "a container was listed",
    message=message(
        "container.listed",
        Listed(container=NUMBER, goods="cocoa"),
        key=pattern("[A-Z]{4}[0-9]{7}", NUMBER),
    ),
)
def test_listed(delivery: Delivery) -> None:
    handlers.on_listed(delivery.body, delivery.key or "")
    assert handlers.LISTED[NUMBER] == "cocoa"
