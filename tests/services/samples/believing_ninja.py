"""A small django-ninja application whose views return other things than their schemas say."""

from typing import Any

import django
from django.conf import settings

settings.configure(ROOT_URLCONF="believing_ninja", ALLOWED_HOSTS=["*"], SECRET_KEY="s" * 50)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpRequest, HttpResponse, JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402
from ninja import Field, NinjaAPI, Schema  # noqa: E402

api = NinjaAPI()


class Line(Schema):
    """One line."""

    sku: str
    quantity: int = Field(alias="qty")


class Refused(Schema):
    """Why something is refused."""

    detail: str


@api.get("/lines", response={200: list[Line], 404: Refused})
def lines(request: HttpRequest) -> list[dict[str, Any]]:
    """Give a text for a number, and a key too many."""
    return [{"sku": "a", "qty": "1", "colour": "red"}]


@api.get("/past", response=Line)
def past(request: HttpRequest) -> HttpResponse:
    """Answer past the schema."""
    return JsonResponse({"sku": "a", "qty": 1.0, "colour": "red"})


@api.get("/refused", response={200: Line, 404: Refused})
def refused(request: HttpRequest) -> HttpResponse:
    """Refuse past the schema."""
    return JsonResponse({"detail": None}, status=404)


@api.get("/constructed", response=Line)
def constructed(request: HttpRequest) -> Line:
    """Give what nobody has read."""
    return Line.model_construct(sku=None, quantity=1)


@api.get("/right/line", response=Line)
def right_line(request: HttpRequest) -> Line:
    """Give what is declared."""
    return Line(sku="a", qty=1)


@api.get("/right/past", response=Line)
def right_past(request: HttpRequest) -> HttpResponse:
    """Give what is declared past the schema."""
    return JsonResponse({"sku": "a", "qty": 1})


@api.get("/right/text", response=Line)
def right_text(request: HttpRequest) -> HttpResponse:
    """Give what no schema reads."""
    return HttpResponse("a line", content_type="text/plain")


urlpatterns = [path("", api.urls)]
app = get_wsgi_application()
