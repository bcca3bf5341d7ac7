"""Find channels that a producer sends messages to, and that nobody in the system reads."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.compat.messages.channels import Spoken, spoken_of
from harness.documents.routing import path_shape
from harness.domain.channel import Action, Channel, MessagingDocument
from harness.domain.evidence import ContractTestRan, DocumentRead, PactGathered
from harness.domain.finding import Confirmation, Flaw
from harness.domain.policy import Severity


def _judge(facts: Facts) -> Iterator[Flaw]:
    if not _is_all_known(facts):
        return
    received = {
        _place(each)
        for documents in facts.messaging.values()
        for document in documents
        for each in _channels(document, Action.RECEIVE)
    }
    for producer, documents in facts.messaging.items():
        for document in documents:
            heard = _heard(facts, producer, document)
            for channel in dict.fromkeys(map(_place, _channels(document, Action.SEND))):
                if channel and channel not in received | heard:
                    yield _flaw(producer, channel, document)


def _is_all_known(facts: Facts) -> bool:
    """Whether every member was asked what it reads: a part of the system says nothing of others."""
    told = {one.consumer for one in facts.of(ContractTestRan)}
    told |= {one.consumer for one in facts.of(PactGathered)}
    read = {one.service for one in facts.of(DocumentRead)}
    members = facts.system.config.services
    return all(
        (not one.contract_tests or one.name in told) and (not one.documents or one.name in read)
        for one in members
    )


def _channels(document: MessagingDocument, action: Action) -> Iterator[Channel]:
    return (each.channel for each in document.operations if each.action is action)


def _place(channel: Channel) -> str:
    """Where a channel is, whatever its parameters are called; empty where that is not known."""
    return "" if channel.unknown or channel.address is None else path_shape(channel.address)


def _heard(facts: Facts, producer: str, document: MessagingDocument) -> set[str]:
    """The channels of a document that contracts read."""
    name_of = facts.system.config.name_of
    spoken = (
        spoken_of(document, interaction)
        for pact in facts.pacts
        if name_of(pact.provider) == producer
        for interaction in pact.interactions
        if interaction.request is None
    )
    return {_place(one.operation.channel) for one in spoken if isinstance(one, Spoken)}


def _flaw(producer: str, place: str, document: MessagingDocument) -> Flaw:
    channels = _channels(document, Action.SEND)
    label = next(each.label for each in channels if _place(each) == place)
    return Flaw(
        service=producer,
        operation=label,
        message=f"{producer} sends messages to {label}, and nobody who is known reads them: no "
        "contract is about them, and no member's document receives from there",
        hint="write a contract test of who reads them (@pair.receives), or send no more of them",
        cause="unread",
        confirmation=Confirmation.BY_SCHEMA,
    )


PRODUCER_WITHOUT_CONSUMER = Check(
    id="producer-without-consumer",
    title="a producer sends to a channel that nobody in the system reads",
    severity=Severity.INFORMATION,
    leg=None,
    needs=frozenset({"consumer-tests", "describe"}),
    judge=_judge,
)
