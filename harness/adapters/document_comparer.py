"""Compare what consumers rely on with what a provider's documents say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.compat.bounds import Bounds
from harness.compat.interactions import Provider
from harness.domain.document import Document
from harness.domain.evidence import Evidence, InteractionCompared
from harness.domain.fit import InteractionCompat
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
        documents, _ = read_documents(taken)
        described = _Described.by(documents.get(step.service, ()))
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
    """A provider's documents, each ready to be compared; there is at least one."""

    parts: tuple[Provider, ...]

    @classmethod
    def by(cls, documents: tuple[Document, ...]) -> _Described | None:
        bounds = Bounds(others=_OTHER_WITNESSES)
        parts = tuple(Provider(one, bounds) for one in documents)
        return cls(parts) if parts else None

    def compared(self, pact: Pact) -> Iterator[tuple[Interaction, InteractionCompat]]:
        for interaction in pact.interactions:
            if interaction.request is not None and interaction.response is not None:
                provider = self._that_answers(interaction.request)
                yield interaction, provider.compared(interaction)

    def _that_answers(self, request: HttpRequest) -> Provider:
        """The part that has the operation, else the first, which then says what is near."""
        return next((one for one in self.parts if one.answers(request)), self.parts[0])
