"""How a misfit is told: its words, its place, and who could change it."""

from __future__ import annotations

from harness.checks.examples import of_misfit
from harness.checks.facts import Facts
from harness.checks.misfits import Seen
from harness.domain.coping import WitnessPut
from harness.domain.edge import Pair
from harness.domain.evidence import InteractionCompared
from harness.domain.finding import Flaw
from harness.domain.fit import Code, Kind, Misfit, Reception
from harness.domain.service import RUN


def flaw(facts: Facts, one: Seen, message: str, hint: str) -> Flaw:
    """
    Tell a misfit.

    Shape: its identity is edge, place and what does not fit; neither a value nor wording.
    """
    compared, misfit, put = one.compared, one.misfit, one.put
    refused = put is not None and put.reception is Reception.REFUSED
    pair = Pair(compared.consumer, compared.provider)
    return Flaw(
        service=compared.provider,
        consumer=compared.consumer,
        operation=operation_of(facts, compared),
        where=misfit.path or misfit.name,
        message=message,
        hint=hint,
        # Messages of one channel may go wrong at places of one name.
        cause=f"{misfit.code.value} {misfit.message}".rstrip(),
        expected=misfit.accepted,
        seen=misfit.sent,
        witness=put.witness if put and refused else next(iter(misfit.witnesses), ""),
        example=of_misfit(facts, pair, compared.interaction, misfit),
        location=facts.raised_at(put.crash, compared.consumer) if put and put.crash else None,
        detail=_detail(put) if put and refused else "",
        confirmation=one.confirmation,
        contract=compared.contract,
    )


def _detail(put: WitnessPut) -> str:
    return put.crash.traceback if put.crash else put.error


def meanwhile(by: str) -> str:
    """Say what a consumer did when it was run whole, as the end of a sentence."""
    method, _, name = by.partition(" ")
    if method == RUN:
        return f" while its job {name} runs"
    return f" while it serves {by}" if by else ""


def operation_of(facts: Facts, compared: InteractionCompared) -> str:
    """Name the operation of an interaction, as its edge does."""
    pair = Pair(compared.consumer, compared.provider)
    edge = facts.edge_of(pair, compared.interaction)
    return edge.operation if edge else compared.compat.operation


def told_by(misfit: Misfit) -> str:
    """Name the check that tells a misfit which is certain."""
    if misfit.code in UNKNOWN:
        return "operation-unknown"
    if misfit.code is Code.MESSAGE_CHANNEL_UNKNOWN:
        return "channel-unknown"
    if misfit.code is Code.STATUS_UNDECLARED:
        return "reply-status-undeclared" if misfit.hypothesis else "reply-not-accepted"
    if misfit.code not in RECEIVED:
        return "request-not-accepted"
    unsaid = misfit.kind is Kind.UNDECLARED
    return "reply-field-undeclared" if unsaid else "reply-not-accepted"


def place_of(misfit: Misfit) -> str:
    """Name the part of a reply or of a message that does not fit, or the whole."""
    at = misfit.path or misfit.name
    if misfit.code not in OF_MESSAGES:
        return at or "the reply"
    message = f"the message {misfit.message}".rstrip()
    if misfit.code in _HEADERS_OF_MESSAGES:
        return f"{at} in the headers of {message}"
    return f"{at} of {message}" if at else message


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

OF_MESSAGES = frozenset(code for code in Code if code.value.startswith("message-"))

UNKNOWN = frozenset({Code.OPERATION_UNKNOWN, Code.MESSAGE_OPERATION_UNKNOWN})

RECEIVED = frozenset(
    {
        Code.REPLY_BODY,
        Code.REPLY_MEDIA_TYPE,
        Code.REPLY_HEADER,
        Code.REPLY_BODY_UNDECLARED,
        Code.MESSAGE_UNDECLARED,
        Code.MESSAGE_PAYLOAD,
        Code.MESSAGE_HEADER,
        Code.MESSAGE_KEY,
        Code.MESSAGE_REPLY_UNDECLARED,
    }
)

_HEADERS_OF_MESSAGES = frozenset({Code.MESSAGE_HEADER, Code.MESSAGE_HEADER_UNDECLARED})
