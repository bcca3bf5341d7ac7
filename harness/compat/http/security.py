"""Whether a request carries what a security requirement asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harness.domain.document import SecurityRequirement, SecurityScheme
from harness.domain.pact import HttpRequest


def is_met(
    alternatives: Sequence[SecurityRequirement],
    schemes: Mapping[str, SecurityScheme],
    request: HttpRequest,
    *,
    tokens: bool = True,
) -> bool:
    """
    Whether one of the alternatives is met; where none is asked for, it is.

    Shape: without `tokens`, OAuth 2 and OpenID Connect ask for nothing that can be seen.
    """
    if not alternatives:
        return True
    return any(
        all(name not in schemes or _carries(schemes[name], request, tokens) for name in requirement)
        for requirement in alternatives
    )


def _carries(scheme: SecurityScheme, request: HttpRequest, tokens: bool) -> bool:
    """
    Whether the credentials are there; those of `mutualTLS` cannot be seen in a request.

    Shape: the tokens of OAuth 2 and OpenID Connect travel as those of `bearer` do.
    """
    sent = {name.lower(): values for name, values in request.headers.items()}
    if scheme.kind == "apiKey":
        if scheme.location == "header":
            return scheme.parameter.lower() in sent
        if scheme.location == "query":
            return scheme.parameter in request.query
        return any(f"{scheme.parameter}=" in each for each in sent.get("cookie", ()))
    of_tokens = tokens and scheme.kind in ("oauth2", "openIdConnect")
    named = "bearer" if of_tokens else scheme.scheme
    if named in ("basic", "bearer"):
        start = named + " "
        return any(each.lower().startswith(start) for each in sent.get("authorization", ()))
    return scheme.kind != "http" or "authorization" in sent
