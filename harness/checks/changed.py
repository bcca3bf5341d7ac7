"""Which known consumers the changes of a service's documents reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.checks.facts import Facts
from harness.checks.misfits import Seen, Standing, seen
from harness.compat.messages.channels import Spoken, spoken_of
from harness.compat.messages.messages import Channels
from harness.compat.versions.affected import Affected, Reach, Use, lost_channel, reached_by
from harness.documents.routing import Router
from harness.domain.channel import MessagingDocument
from harness.domain.document import Document
from harness.domain.evidence import DocumentChanged, InteractionCompared
from harness.domain.fit import Code, Misfit
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
    _misfits: Mapping[Key, tuple[Seen, ...]]
    _compared: Mapping[Key, InteractionCompared]

    def what_broke(self, reach: Reach) -> Seen | None:
        """The misfit that a reach rests on, with what its consumer answered."""
        key = (reach.consumer, self.service, reach.interaction.key)
        found = (one for one in self._misfits.get(key, ()) if one.misfit == reach.misfit)
        told = next(found, None)
        if told is None and reach.misfit and reach.misfit.code is Code.MESSAGE_CHANNEL_UNKNOWN:
            # A channel that is gone leaves nothing that could have been compared.
            compared = self._compared.get(key)
            return Seen(compared, reach.misfit, None) if compared else None
        return told


def versions(facts: Facts) -> Iterator[Versions]:
    """Lay what does not fit, as far as it is confirmed, at the changes since the last version."""
    changed = list(facts.of(DocumentChanged))
    if not changed:
        return
    misfits: dict[Key, tuple[Seen, ...]] = {}
    for one in seen(facts):
        misfits[_key(one.compared)] = (*misfits.get(_key(one.compared), ()), one)
    compared = {_key(one): one for one in facts.of(InteractionCompared)}
    for service in dict.fromkeys(one.service for one in changed):
        changes = [one.change for one in changed if one.service == service]
        uses = [
            *_uses(facts, service, compared, misfits),
            *_uses_of_messages(facts, service, compared, misfits),
        ]
        known = {consumer for consumer, provider, _ in compared if provider == service}
        uncompared = frozenset(use.consumer for use in uses) - known
        yield Versions(service, reached_by(changes, uses).changes, uncompared, misfits, compared)


def _uses(
    facts: Facts,
    service: str,
    compared: Mapping[Key, InteractionCompared],
    misfits: Mapping[Key, tuple[Seen, ...]],
) -> Iterator[Use]:
    before = (one for one in facts.accepted.get(service, ()) if isinstance(one, Document))
    routers = tuple(map(Router, (*facts.documents.get(service, ()), *before)))
    name_of = facts.system.config.name_of
    for pact in facts.pacts:
        if name_of(pact.provider) == service:
            consumer = name_of(pact.consumer)
            for interaction in _over_http(pact):
                key = (consumer, service, interaction.key)
                labels = _labels(interaction, routers)
                gaps = compared[key].compat.gaps if key in compared else ()
                yield Use(
                    consumer,
                    interaction,
                    labels,
                    _of(misfits.get(key, ()), Standing.CERTAIN),
                    _of(misfits.get(key, ()), Standing.UNCONFIRMED),
                    gaps,
                )


def _uses_of_messages(
    facts: Facts,
    service: str,
    compared: Mapping[Key, InteractionCompared],
    misfits: Mapping[Key, tuple[Seen, ...]],
) -> Iterator[Use]:
    """The same of messages, each with those of both versions that it is taken for."""
    before = [
        Channels(one)
        for one in facts.accepted.get(service, ())
        if isinstance(one, MessagingDocument)
    ]
    now = facts.messaging.get(service, ())
    name_of = facts.system.config.name_of
    for pact in facts.pacts:
        if name_of(pact.provider) != service or not before:
            continue
        for interaction in (one for one in pact.interactions if one.request is None):
            key = (name_of(pact.consumer), service, interaction.key)
            was = next((one for one in before if one.answers(interaction)), None)
            compat = compared[key].compat if key in compared else None
            old = was.channel(interaction) if was else ""
            new = next((label for one in now if (label := _channel(one, interaction))), "")
            known = was.compared(interaction).messages if was else ()
            use = Use(
                key[0],
                interaction,
                tuple(each for each in (old, new) if each),
                _of(misfits.get(key, ()), Standing.CERTAIN),
                _of(misfits.get(key, ()), Standing.UNCONFIRMED),
                compat.gaps if compat else (),
                frozenset((*known, *(compat.messages if compat else ()))),
            )
            yield lost_channel(use, old, new)


def _channel(document: MessagingDocument, interaction: Interaction) -> str:
    spoken = spoken_of(document, interaction)
    return spoken.operation.channel.label if isinstance(spoken, Spoken) else ""


def _of(misfits: tuple[Seen, ...], standing: Standing) -> tuple[Misfit, ...]:
    return tuple(one.misfit for one in misfits if one.standing is standing)


def _labels(interaction: Interaction, routers: tuple[Router, ...]) -> tuple[str, ...]:
    request = interaction.request
    if request is None:
        return ()
    found = (router.match(request.method, request.path) for router in routers)
    return tuple(dict.fromkeys(operation.label for operation in found if operation))


def _over_http(pact: Pact) -> Iterator[Interaction]:
    return (one for one in pact.interactions if one.request is not None and one.response)


def _key(one: InteractionCompared) -> Key:
    return one.consumer, one.provider, one.interaction
