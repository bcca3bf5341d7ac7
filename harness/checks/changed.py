"""Which known consumers the changes of a service's documents reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.checks.facts import Facts
from harness.compat.affected import Affected, Use, reached_by
from harness.documents.routing import Router
from harness.domain.edge import Edge, Pair
from harness.domain.evidence import DocumentChanged, InteractionCompared, WitnessPut
from harness.domain.finding import Confirmation
from harness.domain.fit import Asked, Code, InteractionCompat, Misfit, Reception
from harness.domain.pact import Interaction, Pact

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Versions:
    """
    One service's changes, each with whom it reaches.

    Shape: `uncompared` are the consumers whose words could not be compared with the document.
    """

    service: str
    changes: tuple[Affected, ...]
    uncompared: frozenset[str]


def versions(facts: Facts) -> Iterator[Versions]:
    """Lay what does not fit, as far as it is confirmed, at the changes since the last version."""
    compared = {_key(facts, one): one.compat for one in facts.of(InteractionCompared)}
    put: dict[Key, list[WitnessPut]] = {}
    for one in facts.of(WitnessPut):
        put.setdefault(_key(facts, one), []).append(one)
    for service in dict.fromkeys(one.service for one in facts.of(DocumentChanged)):
        changes = [one.change for one in facts.of(DocumentChanged) if one.service == service]
        uses = list(_uses(facts, service, compared, put))
        reached = reached_by(changes, (use for use, _ in uses))
        uncompared = frozenset(use.consumer for use, compat in uses if compat is None)
        yield Versions(service, reached.changes, uncompared)


def edge_of(facts: Facts, service: str, consumer: str, interaction: Interaction) -> Edge:
    """The edge that an interaction lies on, whether or not it was asked for."""
    pair = Pair(consumer, service)
    found = facts.edge_of(pair, interaction.key)
    return found or Edge(pair, _sent(interaction))


def confirmed_by(facts: Facts, service: str, consumer: str, misfit: Misfit) -> Confirmation:
    """Whose judgement a misfit rests on: whoever refused a witness of it, else the schemas'."""
    for one in facts.of(WitnessPut):
        whose = (_name(facts, one.consumer), _name(facts, one.provider))
        is_it = whose == (consumer, service) and (one.code, one.name, one.path) == _spot(misfit)
        if is_it and one.reception is Reception.REFUSED:
            by_model = one.asked is Asked.MODEL
            return Confirmation.BY_MODEL if by_model else Confirmation.BY_CODE
    return Confirmation.BY_SCHEMA


def _uses(
    facts: Facts,
    service: str,
    compared: Mapping[Key, InteractionCompat],
    put: Mapping[Key, list[WitnessPut]],
) -> Iterator[tuple[Use, InteractionCompat | None]]:
    found = (*facts.documents.get(service, ()), *facts.accepted.get(service, ()))
    routers = tuple(map(Router, found))
    for pact in facts.pacts:
        if _name(facts, pact.provider) != service:
            continue
        consumer = _name(facts, pact.consumer)
        for interaction in _over_http(pact):
            key = (consumer, service, interaction.key)
            compat = compared.get(key)
            labels = _labels(interaction, routers)
            yield _use(consumer, interaction, labels, compat, put.get(key, [])), compat


def _use(
    consumer: str,
    interaction: Interaction,
    operations: tuple[str, ...],
    compat: InteractionCompat | None,
    put: list[WitnessPut],
) -> Use:
    if compat is None:
        return Use(consumer, interaction, operations)
    received = {(one.code, one.name, one.path): one.reception for one in put}
    heard = [(each, received.get(_spot(each), Reception.UNASKED)) for each in compat.misfits]
    return Use(
        consumer,
        interaction,
        operations,
        tuple(each for each, heard_of in heard if _is_confirmed(each, heard_of)),
        tuple(m for m, heard_of in heard if m.hypothesis and heard_of is Reception.UNASKED),
        compat.gaps,
    )


def _is_confirmed(misfit: Misfit, reception: Reception) -> bool:
    if misfit.hypothesis:
        return reception is Reception.REFUSED
    return reception is not Reception.TAKEN


def _labels(interaction: Interaction, routers: tuple[Router, ...]) -> tuple[str, ...]:
    request = interaction.request
    if request is None:
        return ()
    found = (router.match(request.method, request.path) for router in routers)
    return tuple(dict.fromkeys(operation.label for operation in found if operation))


def _over_http(pact: Pact) -> Iterator[Interaction]:
    return (one for one in pact.interactions if one.request is not None and one.response)


def _sent(interaction: Interaction) -> str:
    request = interaction.request
    return f"{request.method} {request.path}" if request else interaction.description


def _spot(misfit: Misfit) -> tuple[Code, str, str]:
    return misfit.code, misfit.name, misfit.path


def _key(facts: Facts, one: InteractionCompared | WitnessPut) -> Key:
    return _name(facts, one.consumer), _name(facts, one.provider), one.interaction


def _name(facts: Facts, participant: str) -> str:
    service = facts.service(participant)
    return service.name if service else participant
