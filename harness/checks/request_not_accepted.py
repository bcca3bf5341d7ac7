"""Find requests, over HTTP or as messages, that a provider's document refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.checks.misfits import Seen, Standing, seen
from harness.checks.telling import flaw, told_of
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.fit import Code, Kind
from harness.domain.policy import Severity

_PARTS: Final = {
    Code.REQUEST_PATH: "the path",
    Code.REQUEST_QUERY: "the query",
    Code.REQUEST_QUERY_MISSING: "the query",
    Code.REQUEST_HEADER: "a header",
    Code.REQUEST_HEADER_MISSING: "a header",
    Code.REQUEST_COOKIE: "a cookie",
    Code.REQUEST_COOKIE_MISSING: "a cookie",
    Code.REQUEST_BODY: "the body",
    Code.REQUEST_BODY_MISSING: "the body",
    Code.REQUEST_MEDIA_TYPE: "the media type",
    Code.MESSAGE_REQUEST_PAYLOAD: "the message",
    Code.MESSAGE_REQUEST_HEADER: "the headers of the message",
    Code.MESSAGE_REQUEST_KEY: "the key of the message",
}

# What a validator says of an example is a sentence of its own.
_BY_VALIDATOR: Final = frozenset(
    {
        *(Code.REQUEST_BODY, Code.MESSAGE_REQUEST_PAYLOAD),
        *(Code.MESSAGE_REQUEST_HEADER, Code.MESSAGE_REQUEST_KEY),
    }
)

_MISSING: Final = frozenset(
    {
        Code.REQUEST_QUERY_MISSING,
        Code.REQUEST_HEADER_MISSING,
        Code.REQUEST_COOKIE_MISSING,
        Code.REQUEST_BODY_MISSING,
    }
)


def _judge(facts: Facts) -> Iterator[Flaw]:
    for one in seen(facts):
        if one.misfit.code in _PARTS and one.standing is Standing.CERTAIN:
            consumer, provider = one.compared.consumer, one.compared.provider
            yield flaw(
                facts,
                one,
                _message(one),
                f"{told_of(facts, consumer)} can send what the document asks, or "
                f"{told_of(facts, provider)} can ask for less",
            )


def _message(one: Seen) -> str:
    misfit = one.misfit
    sends = "sends" if misfit.kind is Kind.IMPOSSIBLE else "may send"
    at = f"at {misfit.path} " if misfit.path else ""
    part = f"{at}in {_PARTS[misfit.code]} {misfit.name or misfit.message}".rstrip()
    told = f"{one.compared.consumer} {sends} {misfit.sent} {part}, {one.compared.provider} "
    if misfit.code in _BY_VALIDATOR and misfit.kind is Kind.IMPOSSIBLE:
        return f"{told}refuses it: {misfit.accepted}"
    return f"{told}{'requires' if misfit.code in _MISSING else 'accepts'} {misfit.accepted}"


REQUEST_NOT_ACCEPTED = Check(
    id="request-not-accepted",
    title="a consumer sends what the provider's document refuses",
    severity=Severity.ERROR,
    leg=Leg.FIT,
    needs=frozenset({"compare"}),
    judge=_judge,
)
