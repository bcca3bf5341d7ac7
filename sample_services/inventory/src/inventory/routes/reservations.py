"""Operations on reservations."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint, EmptySchema, abort

from inventory.database import sessions
from inventory.models import Reservation
from inventory.schemas import LocationHeader, NewReservation
from inventory.schemas import Reservation as ReservationSchema
from inventory.stock import level_of

reservations = APIBlueprint("reservations", __name__)


@reservations.post("/reservations")
@reservations.input(NewReservation)
@reservations.output(ReservationSchema, status_code=201, headers=LocationHeader)
@reservations.doc(
    operation_id="create_reservation",
    responses={
        400: "Bad request",
        404: "Not found",
        409: "Conflict",
        415: "Not JSON",
    },
)
def create_reservation(json_data: dict[str, Any]) -> tuple[Reservation, int, dict[str, str]]:
    """Set a quantity aside for an order."""
    with sessions.begin() as session:
        level = level_of(session, json_data["sku"])
        if level is None:
            abort(404, "The shop does not keep this sku.")
        if level.available < json_data["quantity"]:
            abort(409, f"Only {level.available} are available.")
        reservation = Reservation(**json_data)
        session.add(reservation)
    return reservation, 201, {"Location": f"/reservations/{reservation.id}"}


@reservations.get("/reservations/<uuid:reservation_id>")
@reservations.output(ReservationSchema)
@reservations.doc(operation_id="get_reservation")
def get_reservation(reservation_id: UUID) -> Reservation:
    """Show one reservation."""
    with sessions.begin() as session:
        return session.get(Reservation, reservation_id) or abort(404, "No such reservation.")


@reservations.delete("/reservations/<uuid:reservation_id>")
@reservations.output(EmptySchema, status_code=204)
@reservations.doc(operation_id="delete_reservation")
def delete_reservation(reservation_id: UUID) -> str:
    """Release what a reservation set aside."""
    with sessions.begin() as session:
        reservation = session.get(Reservation, reservation_id)
        if reservation is None:
            abort(404, "No such reservation.")
        session.delete(reservation)
    return ""
