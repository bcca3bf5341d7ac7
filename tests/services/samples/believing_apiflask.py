"""A small APIFlask application whose views return other things than their schemas say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from apiflask import APIFlask, Schema, fields
from flask import jsonify
from flask.typing import ResponseReturnValue
from flask.views import MethodView
from marshmallow import post_dump
from pydantic import BaseModel

app = APIFlask(__name__)


class Line(Schema):
    """One line."""

    sku = fields.String(required=True)
    quantity = fields.Integer(required=True)


class Order(Schema):
    """An order as answers show it."""

    id = fields.Integer(required=True)
    paid = fields.Boolean(data_key="isPaid")
    share = fields.String(data_key="shareOf")
    lines = fields.List(fields.Nested(Line))
    by_name = fields.Dict(keys=fields.String(), values=fields.Nested(Line))
    at = fields.AwareDateTime()
    price = fields.Decimal(as_string=True)
    secret = fields.String(load_only=True)
    label = fields.Method("_label")

    def _label(self, order: Any) -> str:
        return f"order {order['id'] if isinstance(order, dict) else order.id}"


class Tidied(Schema):
    """A schema that looks at the whole."""

    id = fields.Integer()

    @post_dump
    def _tidy(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "id": str(data["id"])}


class Total(BaseModel):
    """A sum, as pydantic reads it."""

    net: int


@dataclass
class Row:
    """A row with more than answers show."""

    id: int
    kept: str = "k"


LINE = {"sku": "a", "quantity": 1}


@app.get("/coerced")
@app.output(Order)
def coerced() -> dict[str, Any]:
    return {"id": "7", "share": 1, "lines": [{**LINE, "quantity": 1.5}], "by_name": {"a": LINE}}


@app.get("/lines")
@app.output(Line(many=True))
def lines() -> tuple[list[dict[str, Any]], int, dict[str, str]]:
    return [{**LINE, "sku": 7, "colour": "red"}], 200, {"X-Of": "lines"}


class Shelf(MethodView):
    """A view of several methods."""

    @app.output(Line)
    def get(self) -> dict[str, Any]:
        return {**LINE, "colour": "red"}


app.add_url_rule("/shelf", view_func=Shelf.as_view("shelf"))


@app.get("/total")
@app.output(Total)
def total() -> dict[str, Any]:
    return {"net": "7", "gross": 8}


SILENT = ("/right/order", "/right/row", "/right/tidied", "/right/own", "/right/total")


@app.get("/right/order")
@app.output(Order)
def right_order() -> dict[str, Any]:
    plain = {"id": 7, "paid": True, "lines": [LINE], "by_name": {"a": LINE}, "secret": "s"}
    return {**plain, "at": datetime.now(UTC), "price": Decimal("1.50")}


@app.get("/right/row")
@app.output(Order)
def right_row() -> Row:
    return Row(7)


@app.get("/right/tidied")
@app.output(Tidied)
def right_tidied() -> dict[str, Any]:
    return {"id": 7, "more": 1}


@app.get("/right/own")
@app.output(Order)
def right_own() -> ResponseReturnValue:
    return jsonify(Line().dump({"sku": 7, "quantity": "1", "more": 2}))


@app.get("/right/total")
@app.output(Total)
def right_total() -> Total:
    return Total(net=7)
