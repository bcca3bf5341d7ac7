"""Where the API hangs, and what answers elsewhere."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from catalog.api import api

urlpatterns = [path("", api.urls)]


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The answer to a path that the API does not have."""
    return JsonResponse({"detail": "There is nothing at this path.", "errors": []}, status=404)


handler404 = not_found
