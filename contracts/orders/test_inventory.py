"""What orders expects of the inventory: stock set aside, and given back."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from orders.clients.inventory import (
    InsufficientStock,
    InventoryClient,
    Reservation,
    ReservationNotFound,
    StockNotFound,
)

from harness.consumer import Consumer, MockProvider, delete, post, reply, state

inventory = Consumer("orders").of("inventory")

ORDER_ID = UUID("7c9e6679-7425-40de-944b-e07fc1f90ae7")
RESERVATION_ID = UUID("0b6d1c1e-3f0a-4d5e-9d55-3a0f6a1e7b21")


def wanted(sku: str, quantity: int) -> dict[str, object]:
    """The request for a reservation."""
    return {"sku": sku, "quantity": quantity, "order_id": str(ORDER_ID)}


@inventory.expects(
    "a reservation of what is in stock",
    given=[state("a sku exists", sku="DESK-120", on_hand=10)],
    request=post("/reservations", wanted("DESK-120", 2)),
    response=reply(
        201,
        Reservation(
            id=RESERVATION_ID,
            sku="DESK-120",
            quantity=2,
            order_id=ORDER_ID,
            created_at=datetime(2025, 3, 14, 9, 26, 53, tzinfo=UTC),
        ),
    ),
)
def test_a_reservation_of_what_is_in_stock(provider: MockProvider) -> None:
    """Stock is set aside for the order that asks."""
    reservation = InventoryClient(provider.url).reserve("DESK-120", 2, ORDER_ID)
    assert (reservation.quantity, reservation.order_id) == (2, ORDER_ID)


@inventory.expects(
    "a reservation of more than there is",
    given=[state("a sku is low", sku="LAMP-7", on_hand=1)],
    request=post("/reservations", wanted("LAMP-7", 500)),
    response=reply(409, {"message": "Only 1 are available."}),
    raises=InsufficientStock,
)
def test_a_reservation_of_more_than_there_is(provider: MockProvider) -> None:
    """Too little stock is told apart from none being kept."""
    with pytest.raises(InsufficientStock):
        InventoryClient(provider.url).reserve("LAMP-7", 500, ORDER_ID)


@inventory.expects(
    "a reservation of what is not kept",
    given=[state("no sku exists", sku="GHOST-1")],
    request=post("/reservations", wanted("GHOST-1", 1)),
    response=reply(404, {"message": "The shop does not keep this sku."}),
    raises=StockNotFound,
)
def test_a_reservation_of_what_is_not_kept(provider: MockProvider) -> None:
    """What the inventory does not keep cannot be reserved."""
    with pytest.raises(StockNotFound):
        InventoryClient(provider.url).reserve("GHOST-1", 1, ORDER_ID)


@inventory.expects(
    "the release of a reservation",
    given=[state("a reservation exists", id=RESERVATION_ID, sku="DESK-120", quantity=2)],
    request=delete(f"/reservations/{RESERVATION_ID}"),
    response=reply(204),
)
def test_the_release_of_a_reservation(provider: MockProvider) -> None:
    """A reservation is given back without a word."""
    InventoryClient(provider.url).release(RESERVATION_ID)


@inventory.expects(
    "the release of a reservation that does not exist",
    given=[state("no reservation exists", id=RESERVATION_ID)],
    request=delete(f"/reservations/{RESERVATION_ID}"),
    response=reply(404, {"message": "No such reservation."}),
    raises=ReservationNotFound,
)
def test_the_release_of_a_reservation_that_does_not_exist(provider: MockProvider) -> None:
    """A reservation cannot be given back twice."""
    with pytest.raises(ReservationNotFound):
        InventoryClient(provider.url).release(RESERVATION_ID)
