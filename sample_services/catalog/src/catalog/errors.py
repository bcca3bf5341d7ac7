"""The one shape of error answers, and how exceptions become it."""

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import BaseModel

from catalog.parsing import UnsupportedMediaType


class FieldError(BaseModel):
    """What is wrong with one part of a request."""

    location: str
    message: str


class Problem(BaseModel):
    """Why a request was refused."""

    detail: str
    errors: list[FieldError]


def refusals(*statuses: int) -> dict[int, type[Problem]]:
    """The response models of an operation's error statuses."""
    return dict.fromkeys(statuses, Problem)


def install_error_handlers(api: NinjaAPI) -> None:
    """Make the API answer every expected exception with a Problem."""

    def answer(request: HttpRequest, status: int, problem: Problem) -> HttpResponse:
        return api.create_response(request, problem, status=status)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        errors = [
            FieldError(location=".".join(map(str, fault["loc"])), message=fault["msg"])
            for fault in error.errors
        ]
        return answer(request, 422, Problem(detail="The request is not valid.", errors=errors))

    @api.exception_handler(HttpError)
    def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
        if isinstance(error.__cause__, UnsupportedMediaType):
            problem = Problem(detail="Send the body as application/json.", errors=[])
            return answer(request, 415, problem)
        return answer(request, error.status_code, Problem(detail=error.message, errors=[]))

    @api.exception_handler(AuthenticationError)
    def unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        response = answer(request, 401, Problem(detail="A valid token is needed.", errors=[]))
        response["WWW-Authenticate"] = "Bearer"
        return response
