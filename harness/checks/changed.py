"""Which known consumers the changes of a service's documents reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.checks.facts import Facts
from harness.checks.misfits import Seen, Standing, seen
from harness.compat.versions.affected import Affected, Reach, Use, reached_by
from harness.documents.routing import Router
from harness.domain.evidence import DocumentChanged, InteractionCompared
from harness.domain.fit import Misfit
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

    def what_broke(self, reach: Reach) -> Seen | None:
        """The misfit that a reach rests on, with what its consumer answered."""
        key = (reach.consumer, self.service, reach.interaction.key)
        found = (one for one in self._misfits.get(key, ()) if one.misfit == reach.misfit)
        return next(found, None)


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
        uses = list(_uses(facts, service, compared, misfits))
        known = {consumer for consumer, provider, _ in compared if provider == service}
        uncompared = frozenset(use.consumer for use in uses) - known
        yield Versions(service, reached_by(changes, uses).changes, uncompared, misfits)


def _uses(
    facts: Facts,
    service: str,
    compared: Mapping[Key, InteractionCompared],
    misfits: Mapping[Key, tuple[Seen, ...]],
) -> Iterator[Use]:
    found = (*facts.documents.get(service, ()), *facts.accepted.get(service, ()))
    routers = tuple(map(Router, found))
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
