"""Gives refused methods the same JSON body as every other error."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse


def json_method_errors(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Turn a plain 405 into a JSON one with its Allow header in a fixed order."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 405:
            return response
        allowed = ", ".join(sorted(method.strip() for method in response["Allow"].split(",")))
        body = {"detail": f"{request.method} is not allowed here.", "errors": []}
        return JsonResponse(body, status=405, headers={"Allow": allowed})

    return answer
