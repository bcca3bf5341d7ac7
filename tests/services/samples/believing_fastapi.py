"""A small FastAPI application whose handlers return other things than its models say."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, NotRequired, TypeVar, cast
from uuid import UUID

from fastapi import FastAPI
from fastapi.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    EmailStr,
    Field,
    RootModel,
    TypeAdapter,
    computed_field,
    field_serializer,
)
from typing_extensions import TypedDict

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


class Page(RootModel[list[Line]]):
    """Lines without a name."""


class Totals(TypedDict):
    """Sums as answers show them."""

    net: int
    lines: NotRequired[list[Line]]


@dataclass
class Shipped:
    """A dataclass as answers show it."""

    id: int
    lines: list[Line] = field(default_factory=list)


class Priced(BaseModel):
    """A model with much of its own."""

    id: int = Field(serialization_alias="number")
    price: int = 0
    note: str | None = None
    internal: int = Field(default=0, exclude=True)

    @field_serializer("price")
    def _price(self, price: int) -> str:
        return f"{price} EUR"

    @computed_field  # type: ignore[prop-decorator]
    @property
    def double(self) -> int:
        """Twice the id."""
        return self.id * 2


LINE = {"sku": "a", "quantity": 1}


@app.get("/dataclass", response_model=Shipped)
def a_dataclass() -> dict[str, Any]:
    return {"id": "7", "lines": [{**LINE, "colour": "red"}], "note": "n"}


@app.get("/typed-dict")
def a_typed_dict() -> Totals:
    return cast(Totals, {"net": "7", "gross": 8, "lines": [{**LINE, "quantity": "2"}]})


@app.get("/numbers")
def numbers() -> list[int]:
    return cast(list[int], [1, "2"])


@app.get("/by-name")
def by_name() -> dict[str, Line]:
    return cast(dict[str, Line], {"first": {**LINE, "colour": "red"}})


@app.get("/page", response_model=Page)
def page() -> list[dict[str, object]]:
    return [{"sku": "a", "quantity": "1"}]


@app.get("/constructed")
def constructed() -> Order:
    return Order.model_construct(id="7", lines=[Line.model_construct(sku=None, quantity=1)])


@app.get("/refusal", responses={404: {"model": Line}})
def refusal() -> Order:
    return cast(Order, JSONResponse({"sku": 1, "quantity": 1}, 404))


@app.get("/raw", response_model=Order)
def raw() -> Response:
    return Response(b'{"id": null}', media_type="application/json; charset=utf-8")


SILENT = (
    "/right/dataclass",
    "/right/typed-dict",
    "/right/by-name",
    "/right/either",
    "/right/priced",
    "/right/priced-past",
    "/right/unset",
    "/right/text",
    "/right/streamed",
    "/right/generic",
    "/right/values",
)


@app.get("/right/dataclass")
def right_dataclass() -> Shipped:
    return Shipped(7, [Line(sku="a", quantity=1)])


@app.get("/right/typed-dict")
def right_typed_dict() -> Totals:
    return {"net": 7}


@app.get("/right/by-name")
def right_by_name() -> dict[UUID, list[Line]]:
    return {UUID(int=7): [Line(sku="a", quantity=1)]}


@app.get("/right/either", response_model=Order | Line)
def right_either() -> dict[str, object]:
    return {"sku": "a", "quantity": 1}


@app.get("/right/priced")
def right_priced() -> Priced:
    return Priced(id=7, price=3)


@app.get("/right/priced-past", response_model=Priced)
def right_priced_past() -> JSONResponse:
    return JSONResponse(Priced(id=7, price=3).model_dump(mode="json", by_alias=True))


@app.get("/right/unset", response_model=Order, response_model_exclude={"lines"})
def right_unset() -> Order:
    return Order.model_construct(id=7, lines="never sent")


@app.get("/right/text", response_model=Order)
def right_text() -> PlainTextResponse:
    return PlainTextResponse('{"id": "7"}')


@app.get("/right/streamed", response_model=Order)
def right_streamed() -> StreamingResponse:
    return StreamingResponse(iter([b'{"id": "7"}']), media_type="application/json")


@app.head("/right/text", response_model=Order)
def head() -> JSONResponse:
    return JSONResponse({"id": "7"})


T = TypeVar("T")


class Several(BaseModel, Generic[T]):
    """Some of many."""

    items: list[T]


@app.get("/right/generic")
def right_generic() -> Several[Line]:
    return Several(items=[Line(sku="a", quantity=1)])


class Values(BaseModel):
    """Values whose text is read as something else."""

    id: UUID
    at: datetime
    price: Decimal
    ratio: float = 1
    names: set[str] = set()


@app.get("/right/values", response_model=Values)
def right_values() -> JSONResponse:
    values = {"id": str(UUID(int=7)), "at": "2030-01-01T00:00:00Z", "price": "1.50"}
    return JSONResponse({**values, "ratio": 2, "names": ["a"]})


def day_of(moment: AwareDatetime, mail: EmailStr | None) -> int:
    """Take what pydantic has read."""
    return moment.day


@app.get("/described")
def described() -> Annotated[int, "a day"]:
    return day_of(MOMENT.validate_python("2030-01-02T00:00:00Z"), "a@b.example")
