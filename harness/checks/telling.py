"""How a misfit is told: its words, its place, and who could change it."""

from __future__ import annotations

from harness.checks.facts import Facts
from harness.checks.misfits import Seen
from harness.domain.edge import Pair
from harness.domain.evidence import InteractionCompared, WitnessPut
from harness.domain.finding import Flaw
from harness.domain.fit import Code, Kind, Misfit, Reception


def flaw(facts: Facts, one: Seen, message: str, hint: str) -> Flaw:
    """
    Tell a misfit.

    Shape: its identity is edge, place and what does not fit; neither a value nor wording.
    """
    compared, misfit, put = one.compared, one.misfit, one.put
    refused = put is not None and put.reception is Reception.REFUSED
    return Flaw(
        service=compared.provider,
        consumer=compared.consumer,
        operation=operation_of(facts, compared),
        where=misfit.path or misfit.name,
        message=message,
        hint=hint,
        cause=misfit.code.value,
        expected=misfit.accepted,
        seen=misfit.sent,
        witness=put.witness if put and refused else next(iter(misfit.witnesses), ""),
        location=facts.raised_at(put.crash, compared.consumer) if put and put.crash else None,
        detail=_detail(put) if put and refused else "",
        confirmation=one.confirmation,
    )


def _detail(put: WitnessPut) -> str:
    return put.crash.traceback if put.crash else put.error


def operation_of(facts: Facts, compared: InteractionCompared) -> str:
    """Name the operation of an interaction, as its edge does."""
    pair = Pair(compared.consumer, compared.provider)
    edge = facts.edge_of(pair, compared.interaction)
    return edge.operation if edge else compared.compat.operation


def told_by(misfit: Misfit) -> str:
    """Name the check that tells a misfit which is certain."""
    if misfit.code is Code.OPERATION_UNKNOWN:
        return "operation-unknown"
    if misfit.code is Code.STATUS_UNDECLARED:
        return "reply-status-undeclared" if misfit.hypothesis else "reply-not-accepted"
    if misfit.code not in IN_REPLIES:
        return "request-not-accepted"
    unsaid = misfit.kind is Kind.UNDECLARED
    return "reply-field-undeclared" if unsaid else "reply-not-accepted"


def told_of(facts: Facts, name: str) -> str:
    """Name a member with its owner, who could change it."""
    service = facts.service(name)
    external = facts.system.config.external(name)
    owner = (service.owner if service else None) or (external.owner if external else None)
    return f"{name} ({owner})" if owner else name


HOW_MUCH = {
    Kind.MAY_BREAK: "some of what {provider} may send is refused",
    Kind.IMPOSSIBLE: "nothing that {provider} may send is accepted",
    Kind.UNDECLARED: "{provider}'s document never mentions it",
}

IN_REPLIES = frozenset(
    {Code.REPLY_BODY, Code.REPLY_MEDIA_TYPE, Code.REPLY_HEADER, Code.REPLY_BODY_UNDECLARED}
)
