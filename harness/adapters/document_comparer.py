"""Compare what consumers rely on with what a provider's documents say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeGuard

from harness.compat.http.interactions import Provider
from harness.compat.schemas.bounds import Bounds
from harness.domain.document import Document
from harness.domain.evidence import DocumentRefused, Evidence, InteractionCompared
from harness.domain.fit import Code, Gap, InteractionCompat
from harness.domain.pact import HttpRequest, Interaction, Pact
from harness.domain.steps import Compare
from harness.stages.ports import StepContext
from harness.stages.reading import pacts_in_force, read_documents

# A model that takes one witness may refuse another: several of them are put to it.
_OTHER_WITNESSES = 8


@dataclass(frozen=True, slots=True)
class DocumentComparer:
    """Does `Compare` steps; a provider without a document gives no evidence."""

    def __call__(self, step: Compare, context: StepContext) -> Iterator[Evidence]:
        """Compare every HTTP interaction with the provider's documents."""
        taken = tuple(context.taken.values())
        documents, refused = read_documents(taken)
        lost = [*refused, *(one for seen in taken for one in seen.evidence)]
        described = _Described.by(
            documents.get(step.service, ()),
            [one.location for one in lost if _is_refused(one, step.service)],
        )
        if described is None:
            return
        name_of = context.config.name_of
        fresh, found = pacts_in_force(context.system, taken)
        for pact in (*fresh, *found):
            consumer = name_of(pact.consumer)
            wanted = not step.consumers or consumer in step.consumers
            if wanted and name_of(pact.provider) == step.service:
                for interaction, compat in described.compared(pact):
                    yield InteractionCompared(consumer, step.service, interaction.key, compat)


@dataclass(frozen=True, slots=True)
class _Described:
    """
    A provider's documents, each ready to be compared; there is at least one.

    Shape: `unread` are the places of further documents, which may hold any operation.
    """

    parts: tuple[Provider, ...]
    unread: tuple[str, ...]

    @classmethod
    def by(cls, documents: tuple[Document, ...], unread: Iterable[str]) -> _Described | None:
        bounds = Bounds(others=_OTHER_WITNESSES)
        parts = tuple(Provider(one, bounds) for one in documents)
        return cls(parts, tuple(dict.fromkeys(unread))) if parts else None

    def compared(self, pact: Pact) -> Iterator[tuple[Interaction, InteractionCompat]]:
        for interaction in pact.interactions:
            if interaction.request is not None and interaction.response is not None:
                provider = self._that_answers(interaction.request)
                if provider is None and self.unread:
                    reason = f"{', '.join(self.unread)} could not be read, and may hold it"
                    gap = Gap(Code.OPERATION_UNKNOWN, reason)
                    yield interaction, InteractionCompat("", gaps=(gap,))
                else:
                    # The first part says what is near where none answers.
                    yield interaction, (provider or self.parts[0]).compared(interaction)

    def _that_answers(self, request: HttpRequest) -> Provider | None:
        return next((one for one in self.parts if one.answers(request)), None)


def _is_refused(one: Evidence, service: str) -> TypeGuard[DocumentRefused]:
    return isinstance(one, DocumentRefused) and one.service == service
