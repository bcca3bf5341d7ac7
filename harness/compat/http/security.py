"""Whether a request carries what a security requirement asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harness.domain.document import SecurityRequirement, SecurityScheme
from harness.domain.pact import HttpRequest


def is_met(
    alternatives: Sequence[SecurityRequirement],
    schemes: Mapping[str, SecurityScheme],
    request: HttpRequest,
) -> bool:
    """Whether one of the alternatives is met; where none is asked for, it is."""
    if not alternatives:
        return True
    return any(
        all(name not in schemes or _carries(schemes[name], request) for name in requirement)
        for requirement in alternatives
    )


def _carries(scheme: SecurityScheme, request: HttpRequest) -> bool:
    """Whether the credentials are there; those of other kinds cannot be seen in a request."""
    sent = {name.lower(): values for name, values in request.headers.items()}
    if scheme.kind == "apiKey":
        if scheme.location == "header":
            return scheme.parameter.lower() in sent
        if scheme.location == "query":
            return scheme.parameter in request.query
        return any(f"{scheme.parameter}=" in each for each in sent.get("cookie", ()))
    if scheme.kind == "http" and scheme.scheme in ("basic", "bearer"):
        start = scheme.scheme + " "
        return any(each.lower().startswith(start) for each in sent.get("authorization", ()))
    return scheme.kind != "http" or "authorization" in sent
