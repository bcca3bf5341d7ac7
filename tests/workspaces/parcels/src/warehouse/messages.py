"""The messages of the warehouse as it publishes them, by what their channels or contracts say."""

from __future__ import annotations

from warehouse.parcels import Returned, Sent, message


def a_parcel_was_sent() -> tuple[bytes, dict[str, str]]:
    beside = {"topic": "parcels.sent", "type": "ParcelSent", "contentType": "application/json"}
    return message(Sent("P-7", 900, "van")), beside


def parcels_returned() -> bytes:
    return message(Returned("P-7", "refused"))
