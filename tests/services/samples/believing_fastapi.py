"""A small FastAPI application whose handlers return other things than its models say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, EmailStr, TypeAdapter

app = FastAPI()
MOMENT = TypeAdapter(AwareDatetime)


class Line(BaseModel):
    """One line."""

    sku: str
    quantity: int


class Order(BaseModel):
    """An order as answers show it."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    lines: list[Line] = []


@dataclass
class Row:
    """A row of a database, with more than answers show."""

    id: int
    secret: str = "s"
    lines: tuple[Line, ...] = ()


@app.get("/row")
def row() -> Order:
    return Row(7)  # type: ignore[return-value]


@app.get("/text", response_model=Order)
async def text() -> dict[str, Any]:
    return {"id": "7", "lines": [{"sku": "a", "quantity": 1}, {"sku": "b", "quantity": 2.0}]}


@app.get("/extra", response_model=Order)
def extra() -> dict[str, Any]:
    return {"id": 7, "lines": [{"sku": "a", "quantity": 1, "colour": "red"}]}


@app.get("/past-the-model", response_model=Order)
def past_the_model() -> JSONResponse:
    return JSONResponse({"id": "7", "note": None})


@app.get("/other-status", response_model=Order)
def other_status() -> JSONResponse:
    return JSONResponse({"error": "none"}, 404)


def day_of(moment: AwareDatetime, mail: EmailStr | None) -> int:
    """Take what pydantic has read."""
    return moment.day


@app.get("/described")
def described() -> Annotated[int, "a day"]:
    return day_of(MOMENT.validate_python("2030-01-02T00:00:00Z"), "a@b.example")
