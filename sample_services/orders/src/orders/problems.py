"""What goes wrong, and how the service says so."""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match

from orders.clients.catalog import CatalogError, ProductNotFound
from orders.clients.inventory import InsufficientStock, InventoryError, StockNotFound


class Problem(BaseModel):
    """Why a request was not served."""

    detail: str


class InvalidField(BaseModel):
    """One field of a request and what is wrong with it."""

    field: str
    message: str


class InvalidRequest(BaseModel):
    """Every fault of a request that does not fit the schema."""

    detail: str
    errors: list[InvalidField]


class OrderNotFound(Exception):
    """No order has this id."""

    def __init__(self) -> None:
        super().__init__("no such order")


class OrderConflict(Exception):
    """The order's state does not allow this."""


_MEANINGS: dict[int, str] = {
    400: "The body is no JSON",
    401: "The bearer token is missing or wrong",
    404: "Not found",
    409: "The current state does not allow it",
    422: "The request does not fit the schema",
    502: "A service that orders relies on is unavailable",
}
_STATUS_OF: dict[type[Exception], int] = {
    OrderNotFound: 404,
    ProductNotFound: 404,
    StockNotFound: 404,
    OrderConflict: 409,
    InsufficientStock: 409,
    CatalogError: 502,
    InventoryError: 502,
}


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe these error answers for the OpenAPI document."""
    return {
        status: {
            "model": InvalidRequest if status == 422 else Problem,
            "description": _MEANINGS[status],
        }
        for status in statuses
    }


def install(app: FastAPI) -> None:
    """Answer every declared exception with its status and the documented body."""
    for exception, status in _STATUS_OF.items():
        app.add_exception_handler(exception, _answer(status))
    app.add_exception_handler(HTTPException, _http_problem)
    app.add_exception_handler(RequestValidationError, _invalid_request)


def _answer(status: int) -> Any:
    async def handler(_request: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, status)

    return handler


async def _http_problem(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(_allowed_methods(request))
    return JSONResponse({"detail": error.detail}, error.status_code, headers)


async def _invalid_request(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    errors = [{"field": _field(fault["loc"]), "message": fault["msg"]} for fault in error.errors()]
    return JSONResponse({"detail": "the request does not fit the schema", "errors": errors}, 422)


def _field(location: Sequence[str | int]) -> str:
    """Name a place in the request, printable whatever the client sent."""
    name = ".".join(str(part) for part in location)
    return name.encode("utf-8", "replace").decode("utf-8")


def _allowed_methods(request: Request) -> list[str]:
    """Every method that some route offers on this path."""
    routes: list[BaseRoute] = request.app.routes
    return [
        method
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes
        )
    ]
