"""What goes wrong, and how the service says so."""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match

from storefront.clients.errors import (
    NeighbourError,
    OrderConflict,
    OrderRejected,
    ProductNotFound,
)


class Problem(BaseModel):
    """Why a request was not served."""

    detail: str


class InvalidField(BaseModel):
    """One field of a request and what is wrong with it."""

    field: str
    message: str


class InvalidRequest(BaseModel):
    """Every fault of a request that does not fit."""

    detail: str
    errors: list[InvalidField]


_MEANINGS: dict[int, str] = {
    400: "The body is no JSON",
    404: "There is no such product",
    409: "The order is not possible as things stand",
    422: "The request does not fit the schema",
    502: "A service behind the shop is unavailable or answers what cannot be read",
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
    app.add_exception_handler(ProductNotFound, _answer(404))
    app.add_exception_handler(OrderConflict, _answer(409))
    app.add_exception_handler(NeighbourError, _answer(502))
    app.add_exception_handler(OrderRejected, _order_rejected)
    app.add_exception_handler(HTTPException, _http_problem)
    app.add_exception_handler(RequestValidationError, _invalid_request)


def _answer(status: int) -> Any:
    async def handler(_request: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, status)

    return handler


async def _order_rejected(_request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": str(error), "errors": []}, 422)


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
