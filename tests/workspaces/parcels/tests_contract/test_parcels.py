"""What the notifier reads of the warehouse's messages: one example of each."""

from notifier.parcels import on_returned, on_sent
from pact import Pact, match


def as_bytes(body: str | bytes | None) -> bytes:
    assert body is not None
    return body if isinstance(body, bytes) else body.encode()


def test_a_parcel_that_was_sent(warehouse: Pact) -> None:
    (
        warehouse.upon_receiving("a parcel was sent", "Async")
        .with_body({"id": match.str("P-1"), "weight_g": match.int(1200)})
        .with_metadata({"topic": "parcels.sent", "type": "ParcelSent"})
    )

    def handle(body: str | bytes | None, metadata: dict[str, object]) -> None:
        told = on_sent(as_bytes(body))
        assert told == "Parcel P-1 of 1.2 kg is on its way."

    warehouse.verify(handle, "Async")


def test_a_parcel_that_came_back(warehouse: Pact) -> None:
    (
        warehouse.upon_receiving("a parcel came back", "Async")
        .with_body({"id": match.str("P-1"), "reason": match.str("nobody at home")})
        .with_metadata({"topic": "parcels.returned"})
    )

    def handle(body: str | bytes | None, metadata: dict[str, object]) -> None:
        told = on_returned(as_bytes(body))
        assert told == "Parcel P-1 came back: nobody at home."

    warehouse.verify(handle, "Async")
