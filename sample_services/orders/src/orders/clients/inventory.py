"""The inventory's reservations, as orders needs them."""

from uuid import UUID

import httpx
from pydantic import AwareDatetime, BaseModel, ValidationError

TIMEOUT = httpx.Timeout(4.0, connect=2.0)


class InventoryError(Exception):
    """The inventory did not do its part."""


class InventoryUnavailable(InventoryError):
    """The inventory cannot be reached or answers with an error of its own."""


class InventoryReplyInvalid(InventoryError):
    """The inventory's answer does not say what orders needs."""


class StockNotFound(Exception):
    """The inventory keeps no such product."""


class InsufficientStock(Exception):
    """There is less in stock than was asked for."""


class ReservationNotFound(Exception):
    """The reservation does not exist, or no longer."""


class Reservation(BaseModel):
    """Stock that is set aside for an order."""

    id: UUID
    sku: str
    quantity: int
    order_id: UUID
    created_at: AwareDatetime


class InventoryClient:
    """Asks the inventory; safe to share between threads."""

    def __init__(self, base_url: str) -> None:
        self._http = httpx.Client(base_url=base_url, timeout=TIMEOUT)

    def reserve(self, sku: str, quantity: int, order_id: UUID) -> Reservation:
        """Set stock aside, or raise StockNotFound or InsufficientStock."""
        body: dict[str, str | int] = {
            "sku": sku,
            "quantity": quantity,
            "order_id": str(order_id),
        }
        response = self._send("POST", "/reservations", body)
        if response.status_code in (404, 422):
            raise StockNotFound(f"no stock is kept of {sku}")
        if response.status_code == 409:
            raise InsufficientStock(f"not enough of {sku} in stock")
        if response.status_code != 201:
            raise InventoryUnavailable(f"the inventory answered {response.status_code}")
        try:
            return Reservation.model_validate_json(response.content)
        except ValidationError as error:
            raise InventoryReplyInvalid("the inventory's answer cannot be read") from error

    def release(self, reservation_id: UUID) -> None:
        """Give reserved stock back, or raise ReservationNotFound."""
        response = self._send("DELETE", f"/reservations/{reservation_id}")
        if response.status_code == 404:
            raise ReservationNotFound(f"no reservation {reservation_id}")
        if response.status_code != 204:
            raise InventoryUnavailable(f"the inventory answered {response.status_code}")

    def _send(
        self, method: str, path: str, body: dict[str, str | int] | None = None
    ) -> httpx.Response:
        try:
            return self._http.request(method, path, json=body)
        except httpx.HTTPError as error:
            raise InventoryUnavailable("the inventory is unavailable") from error
