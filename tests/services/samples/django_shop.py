"""A small Django project in one file; CATCH_ALL gives it a middleware for everything."""

from __future__ import annotations

import os

import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import path

STOCK: dict[str, int] = {"A-1": 3}


class Everything:
    """Middleware that turns any exception into an answer."""

    def __init__(self, get_response: WSGIHandler) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self._get_response(request)  # type: ignore[call-arg, arg-type]
        assert isinstance(answer, HttpResponse)
        return answer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Http404):
            return None
        return JsonResponse({"error": "something went wrong"}, status=500)


def stock(request: HttpRequest, sku: str) -> HttpResponse:
    return JsonResponse({"on_hand": STOCK[sku]})


def absent(request: HttpRequest) -> HttpResponse:
    raise Http404


def own_500(request: HttpRequest) -> HttpResponse:
    return HttpResponse("we say so ourselves", status=500)


urlpatterns = [path("stock/<sku>", stock), path("absent", absent), path("own-500", own_500)]

settings.configure(
    ROOT_URLCONF=__name__,
    SECRET_KEY="a sample's",
    ALLOWED_HOSTS=["*"],
    MIDDLEWARE=[f"{__name__}.Everything"] if os.environ.get("CATCH_ALL") else [],
)
django.setup()
application = get_wsgi_application()
asynchronous = get_asgi_application()
