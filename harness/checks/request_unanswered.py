"""Find requests that a provider's own worker does not answer, or answers as another's."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.domain.carried import Asked, RequestCarried
from harness.domain.edge import Leg, Pair
from harness.domain.finding import Confirmation, Flaw
from harness.domain.policy import Severity

_AFTER = {
    Asked.AGREED: "",
    Asked.BEHIND_POISON: "after a request that nobody can read ",
    Asked.BEHIND_GONE: "after a client that went away without its reply ",
}
_HINTS = {
    Asked.AGREED: "start the worker by hand and send it the request of the contract",
    Asked.BEHIND_POISON: "refuse in the reply what cannot be read, or drop it and take the next: a "
    "REP socket that has taken a request takes no other before it has replied",
    Asked.BEHIND_GONE: "let a reply that nobody waits for be lost, and take the next request",
}
_CAUSES = {
    Asked.AGREED: "unanswered",
    Asked.BEHIND_POISON: "unanswered behind an unreadable one",
    Asked.BEHIND_GONE: "unanswered behind one whose sender went away",
}


def _judge(facts: Facts) -> Iterator[Flaw]:
    for one in facts.of(RequestCarried):
        if one.pending:
            continue
        if not one.is_answered:
            yield _unanswered(facts, one)
        elif one.is_anothers:
            yield _of_another(facts, one)


def _unanswered(facts: Facts, one: RequestCarried) -> Flaw:
    how = f"the worker of {one.provider} {one.ended}" if one.ended else _waited(one)
    message = f"{_AFTER[one.asked]}“{one.description}” is not answered: {how}"
    expected = "each request that can be read is answered"
    return _flaw(facts, one, message, _HINTS[one.asked], _CAUSES[one.asked], expected)


def _waited(one: RequestCarried) -> str:
    return f"the worker of {one.provider} still runs, and no reply came within {one.waited_s:g} s"


def _of_another(facts: Facts, one: RequestCarried) -> Flaw:
    message = (
        f"the reply to “{one.description}” carries the correlation id of another request: it was "
        f"asked under {one.correlation!r}, and answered under {one.replied_to!r}"
    )
    hint = "copy the correlation id of the request into its reply, request by request"
    expected = "a reply carries the correlation id of its request"
    return _flaw(facts, one, message, hint, "another's correlation id", expected)


def _flaw(
    facts: Facts, one: RequestCarried, message: str, hint: str, cause: str, expected: str
) -> Flaw:
    """Tell it of the edge; no broker, time or generated id is part of its identity."""
    edge = facts.edge_of(Pair(one.consumer, one.provider), one.interaction)
    return Flaw(
        service=one.provider,
        consumer=one.consumer,
        operation=edge.operation if edge else one.address,
        message=f"{message} ({one.broker})",
        hint=hint,
        cause=cause,
        expected=expected,
        seen="no reply" if not one.is_answered else "a reply to another request",
        detail=one.detail,
        confirmation=Confirmation.BY_CODE,
        contract=one.contract,
    )


REQUEST_UNANSWERED = Check(
    id="request-unanswered",
    title="a provider's worker does not answer a request, or answers it as another's",
    severity=Severity.ERROR,
    leg=Leg.PROVIDER,
    needs=frozenset({"answers"}),
    judge=_judge,
)
