"""A booking office without a fault: what it refuses and what it promises is in its document."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import Depends, FastAPI, HTTPException, Query, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import AwareDatetime, BaseModel, Field

app = FastAPI()
ROOMS: dict[UUID, "Room"] = {}
BOOKINGS: dict[UUID, "Booking"] = {}
_bearer = HTTPBearer(scheme_name="staff", auto_error=False)


class Kind(StrEnum):
    SINGLE = "single"
    DOUBLE = "double"


class NewRoom(BaseModel):
    name: str = Field(min_length=1, max_length=40)
    kind: Kind = Kind.SINGLE
    beds: int = Field(ge=1, le=8)
    note: str | None = None


class Room(NewRoom):
    id: UUID


class NewBooking(BaseModel):
    room_id: UUID
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    guests: list[str] = Field(default_factory=list, max_length=4)


class Booking(NewBooking):
    id: UUID


class Problem(BaseModel):
    detail: str


MISSING: dict[int | str, dict[str, object]] = {404: {"model": Problem}}
CLASH: dict[int | str, dict[str, object]] = {**MISSING, 409: {"model": Problem}}
STAFF_ONLY: dict[int | str, dict[str, object]] = {**MISSING, 401: {"model": Problem}}


def reset() -> None:
    ROOMS.clear()
    BOOKINGS.clear()


def credentials() -> dict[str, dict[str, str]]:
    return {"staff": {"Authorization": "Bearer a-secret-of-the-house"}}


def only_staff(
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> None:
    if given is None or given.credentials != "a-secret-of-the-house":
        raise HTTPException(401, "staff only")


@app.post("/rooms", status_code=201)
def add_room(new: NewRoom) -> Room:
    room = Room(id=uuid4(), **new.model_dump())
    ROOMS[room.id] = room
    return room


@app.get("/rooms")
def rooms(page: Annotated[int, Query(ge=1, le=1000)] = 1, kind: Kind | None = None) -> list[Room]:
    wanted = [room for room in ROOMS.values() if kind in (None, room.kind)]
    return wanted[(page - 1) * 10 : page * 10]


@app.get("/rooms/{room_id}", responses=MISSING)
def room(room_id: UUID) -> Room:
    if room_id not in ROOMS:
        raise HTTPException(404, "no such room")
    return ROOMS[room_id]


@app.delete(
    "/rooms/{room_id}", status_code=204, responses=STAFF_ONLY, dependencies=[Depends(only_staff)]
)
def drop_room(room_id: UUID) -> Response:
    if ROOMS.pop(room_id, None) is None:
        raise HTTPException(404, "no such room")
    for booking in [one for one in BOOKINGS.values() if one.room_id == room_id]:
        del BOOKINGS[booking.id]
    return Response(status_code=204)


@app.post("/bookings", status_code=201, responses=CLASH)
def book(new: NewBooking) -> Booking:
    if new.room_id not in ROOMS:
        raise HTTPException(404, "no such room")
    if new.ends_at <= new.starts_at:
        raise HTTPException(409, "it ends before it starts")
    booking = Booking(id=uuid4(), **new.model_dump())
    BOOKINGS[booking.id] = booking
    return booking


@app.get("/bookings/{booking_id}", responses=MISSING)
def booking(booking_id: UUID) -> Booking:
    if booking_id not in BOOKINGS:
        raise HTTPException(404, "no such booking")
    return BOOKINGS[booking_id]


@app.get("/bookings")
def bookings(since: AwareDatetime | None = None) -> list[Booking]:
    start = since or datetime(1, 1, 2, tzinfo=UTC)
    return [one for one in BOOKINGS.values() if one.starts_at >= start]
