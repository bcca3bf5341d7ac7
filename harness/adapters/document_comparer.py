"""Compare what consumers rely on with what a provider's documents say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeGuard

from harness.compat.http.interactions import Provider
from harness.compat.messages.messages import Channels
from harness.compat.schemas.bounds import Bounds
from harness.domain.evidence import DocumentRefused, Evidence, InteractionCompared, Observed
from harness.domain.fit import Code, Gap, InteractionCompat
from harness.domain.pact import Interaction, InteractionKind, Pact
from harness.domain.steps import Compare
from harness.stages.ports import StepContext
from harness.stages.reading import pacts_in_force, read_documents

# A model that takes one witness may refuse another: several of them are put to it.
_OTHER_WITNESSES = 8


@dataclass(frozen=True, slots=True)
class DocumentComparer:
    """Does `Compare` steps; a provider without a document gives no evidence."""

    def __call__(self, step: Compare, context: StepContext) -> Iterator[Evidence]:
        """Compare every interaction with the provider's documents of its kind."""
        taken = tuple(context.taken.values())
        described = _Described.by(step.service, taken)
        name_of = context.config.name_of
        fresh, found = pacts_in_force(context.system, taken)
        for pact in (*fresh, *found):
            consumer = name_of(pact.consumer)
            wanted = not step.consumers or consumer in step.consumers
            if wanted and name_of(pact.provider) == step.service:
                for interaction, compat in described.compared(pact):
                    yield InteractionCompared(
                        consumer, step.service, interaction.key, compat, pact.digest
                    )


@dataclass(frozen=True, slots=True)
class _Described:
    """
    A provider's documents, each ready to be compared.

    Shape: `unread` are the places of further documents, which may hold any operation.
    """

    over_http: tuple[Provider, ...]
    of_messages: tuple[Channels, ...]
    unread: tuple[str, ...]

    @classmethod
    def by(cls, service: str, taken: tuple[Observed, ...]) -> _Described:
        bounds = Bounds(others=_OTHER_WITNESSES)
        documents = read_documents(taken)
        lost = [*documents.refused, *(one for seen in taken for one in seen.evidence)]
        unread = (one.location for one in lost if _is_refused(one, service))
        return cls(
            tuple(Provider(one, bounds) for one in documents.over_http.get(service, ())),
            tuple(Channels(one, bounds) for one in documents.of_messages.get(service, ())),
            tuple(dict.fromkeys(unread)),
        )

    def compared(self, pact: Pact) -> Iterator[tuple[Interaction, InteractionCompat]]:
        for interaction in pact.interactions:
            is_http = interaction.kind is InteractionKind.HTTP
            parts = self.over_http if is_http else self.of_messages
            if parts:
                yield interaction, self._with(parts, interaction)

    def _with(
        self, parts: tuple[Provider, ...] | tuple[Channels, ...], interaction: Interaction
    ) -> InteractionCompat:
        answering = next((one for one in parts if one.answers(interaction)), None)
        if answering is None and self.unread:
            reason = f"{', '.join(self.unread)} could not be read, and may hold it"
            return InteractionCompat("", gaps=(Gap(Code.OPERATION_UNKNOWN, reason),))
        # The first part says what is near where none answers.
        return (answering or parts[0]).compared(interaction)


def _is_refused(one: Evidence, service: str) -> TypeGuard[DocumentRefused]:
    return isinstance(one, DocumentRefused) and one.service == service
