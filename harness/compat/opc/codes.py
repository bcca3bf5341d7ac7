"""The result codes that the field knows from openapi-pact-comparator, for what was found here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from harness.compat.http.interactions import Provider
from harness.compat.http.security import is_met
from harness.compat.opc.schemas import conditions_missed
from harness.domain.fit import Code, InteractionCompat, Kind
from harness.domain.pact import Interaction

CODES: Final[dict[Code, tuple[str, str]]] = {
    Code.OPERATION_UNKNOWN: ("request.path-or-method.unknown", "error"),
    Code.STATUS_UNDECLARED: ("response.status.unknown", "error"),
    Code.STATUS_BY_DEFAULT: ("response.status.default", "warning"),
    Code.REPLY_BODY: ("response.body.incompatible", "error"),
    Code.REPLY_BODY_UNDECLARED: ("response.body.unknown", "error"),
    Code.REPLY_MEDIA_TYPE: ("response.content-type.incompatible", "error"),
    Code.REPLY_MEDIA_TYPE_UNDECLARED: ("response.content-type.unknown", "warning"),
    Code.REPLY_HEADER: ("response.header.incompatible", "error"),
    Code.REPLY_HEADER_UNDECLARED: ("response.header.unknown", "error"),
    Code.REQUEST_PATH: ("request.path-or-method.unknown", "error"),
    Code.REQUEST_QUERY: ("request.query.incompatible", "error"),
    Code.REQUEST_QUERY_MISSING: ("request.query.incompatible", "error"),
    Code.REQUEST_QUERY_UNDECLARED: ("request.query.unknown", "warning"),
    Code.REQUEST_HEADER: ("request.header.incompatible", "error"),
    Code.REQUEST_HEADER_MISSING: ("request.header.incompatible", "error"),
    Code.REQUEST_HEADER_UNDECLARED: ("request.header.unknown", "warning"),
    Code.REQUEST_COOKIE: ("request.header.incompatible", "error"),
    Code.REQUEST_COOKIE_MISSING: ("request.header.incompatible", "error"),
    Code.REQUEST_BODY: ("request.body.incompatible", "error"),
    Code.REQUEST_BODY_MISSING: ("request.body.incompatible", "error"),
    Code.REQUEST_BODY_UNDECLARED: ("request.body.unknown", "warning"),
    Code.REQUEST_MEDIA_TYPE: ("request.content-type.incompatible", "error"),
    Code.REQUEST_MEDIA_TYPE_MISSING: ("request.content-type.missing", "warning"),
    Code.REQUEST_MEDIA_TYPE_UNDECLARED: ("request.content-type.unknown", "warning"),
    Code.REQUEST_ACCEPT: ("request.accept.incompatible", "error"),
    Code.REQUEST_ACCEPT_UNDECLARED: ("request.accept.unknown", "warning"),
    Code.SECURITY_MISSING: ("request.authorization.missing", "error"),
}
_OF_EXAMPLES: Final = frozenset(
    {
        *(Code.REPLY_BODY, Code.REPLY_BODY_UNDECLARED, Code.REPLY_HEADER, Code.REQUEST_BODY),
        *(Code.REPLY_HEADER_UNDECLARED, Code.REPLY_MEDIA_TYPE, Code.REPLY_MEDIA_TYPE_UNDECLARED),
    }
)


@dataclass(frozen=True, slots=True)
class Result:
    """
    A result code with its type: `error`, `warning` or `info`.

    Shape: `located` says that the tool names the interaction, which it does not for a match.
    """

    code: str
    type: str
    name: str = ""
    path: str = ""
    located: bool = True


def results_of_http(
    provider: Provider, interaction: Interaction, compared: InteractionCompat
) -> Iterator[Result]:
    """The results of one interaction over HTTP, with those of conditions in schemas."""
    yield from results(_as_asked(provider, interaction, compared))
    response = interaction.response
    if response is None or not response.body.is_json or isinstance(response.body.value, bytes):
        return
    schema = provider.reply_schema(interaction)
    for path in conditions_missed(schema, provider.document.definitions, response.body.value):
        yield Result("response.body.incompatible", "error", path=path)


def _as_asked(
    provider: Provider, interaction: Interaction, compared: InteractionCompat
) -> InteractionCompat:
    """The same without a token that is missing, which that tool does not ask for."""
    request, document = interaction.request, provider.document
    asks = (each.security for each in document.operations if each.label == compared.operation)
    if request is None or not is_met(
        next(asks, ()), document.security_schemes, request, tokens=False
    ):
        return compared
    left = tuple(each for each in compared.misfits if each.code is not Code.SECURITY_MISSING)
    return replace(compared, misfits=left)


def results(compared: InteractionCompat) -> Iterator[Result]:
    """
    The results of one interaction.

    Shape: what only may break has no code there, and so gives no result; for messages see
    `opc_messages`.
    """
    for misfit in compared.misfits:
        if misfit.code in _OF_EXAMPLES and misfit.kind is Kind.MAY_BREAK:
            continue
        if misfit.code is Code.REPLY_HEADER_UNDECLARED and misfit.name.lower() in _STANDARD:
            yield Result("response.header.undefined", "warning", misfit.name, misfit.path)
        elif misfit.code in CODES:
            code, kind = CODES[misfit.code]
            yield Result(code, kind, misfit.name, misfit.path)


_STANDARD: Final = frozenset(
    {
        *("accept-patch", "accept-ranges", "access-control-allow-origin", "age", "allow"),
        *("alt-svc", "cache-control", "connection", "content-disposition", "content-encoding"),
        *("content-language", "content-length", "content-location", "content-md5"),
        *("content-range", "content-type", "date", "etag", "expires", "last-modified", "link"),
        *("location", "p3p", "pragma", "proxy-authenticate", "public-key-pins", "refresh"),
        *("retry-after", "server", "set-cookie", "status", "strict-transport-security"),
        *("trailer", "transfer-encoding", "tsv", "upgrade", "vary", "via", "warning"),
        *("www-authenticate", "x-frame-options"),
    }
)
