"""What answers in a provider's place: its contracts first, then its documents, then a refusal."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from harness.documents.pacts import read_pact
from harness.domain.errors import DocumentUnreadable
from harness.domain.evidence import DocumentRead, Observed, PactGathered
from harness.domain.pact import Interaction, Pact
from harness.domain.possible import PossibleReply
from harness.domain.service import Service
from harness.stages.ports import StepContext
from harness.stages.reading import is_over_http, read_documents
from harness.standin import Answers, Received, Reply, answers_from, reply_of

if TYPE_CHECKING:
    from harness.compat.possible.contents import ReplySet
    from harness.compat.possible.replies import PossibleReplies

_MOST_KNOWN: Final = 1000


@dataclass(slots=True)
class Shown:
    """
    What the documents of one provider show, for requests that no contract answers.

    Shape: `mounts` are what consumers put before the paths of documents, without a slash at the
    end; `examples` and `seed` are for whoever asks what else may come. Documents are parsed when
    they are first asked: most neighbours are posed by their contracts alone.
    """

    read: tuple[DocumentRead, ...]
    mounts: tuple[str, ...] = ()
    examples: int = 0
    seed: int = 0
    _parsed: tuple[PossibleReplies, ...] | None = None
    _known: dict[tuple[str, str], Interaction | None] = field(default_factory=dict)
    # A stand-in asks from a thread for each connection.
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def interaction(self, method: str, path: str) -> Interaction | None:
        """The plainest success of the operation that a request means, as a contract would hold."""
        with self._lock:
            if len(self._known) > _MOST_KNOWN:
                self._known.clear()
            if (method, path) not in self._known:
                self._known[method, path] = self._found(method, path)
            return self._known[method, path]

    def instead(self, received: Received, reply: Reply) -> Reply:
        """Leave what a contract gives, and answer for the document where none gives anything."""
        if reply.interaction:
            return reply
        found = self.interaction(received.method, received.path)
        if found is None or found.response is None:
            return reply
        return replace(reply_of(found.response), interaction=found.key)

    def replies(self, interaction: Interaction) -> ReplySet | None:
        """What may come for an interaction, by the first document that has its operation."""
        with self._lock:
            told = [one.of(interaction) for one in self._documents()]
            return next((one for one in told if one.operation), told[0] if told else None)

    def told(self, base: str, reply: PossibleReply) -> PossibleReply:
        """A reply by what its body differs in, where that is little."""
        # Loading the judge of schemas takes longer than most neighbours are ever asked.
        from harness.compat.possible.contents import named_by_differences

        return named_by_differences(base, reply)

    def simpler(self, interaction: Interaction, body: str) -> tuple[str, ...]:
        """Bodies between the one of an interaction and another, the nearest to its own first."""
        with self._lock:
            told = (one.simpler(interaction, body) for one in self._documents())
            return next((one for one in told if one), ())

    def _found(self, method: str, path: str) -> Interaction | None:
        for each in paths_below(path, self.mounts):
            for document in self._documents():
                found = document.shown(method, each)
                if found is not None:
                    return found
        return None

    def _documents(self) -> tuple[PossibleReplies, ...]:
        """Each document that can be read; one that cannot is told by the step that read it."""
        if self._parsed is None:
            # Loading the judge of schemas takes longer than most neighbours are ever asked.
            from harness.compat.possible.replies import PossibleReplies

            found = read_documents([Observed("", self.read)]).over_http
            self._parsed = tuple(
                PossibleReplies(one, self.examples, self.seed)
                for documents in found.values()
                for one in documents
            )
        return self._parsed


@dataclass(frozen=True, slots=True)
class Posing:
    """
    What is known of a provider that is to be posed.

    Shape: `pacts` are those of everyone who calls it.
    """

    name: str
    pacts: tuple[Pact, ...]
    shown: Shown

    @property
    def is_bare(self) -> bool:
        """Whether there is nothing to answer from."""
        return not self.pacts and not self.shown.read

    def answers(self) -> Answers:
        """
        What the contracts answer.

        Raises: HarnessError where they hold no request, and no document stands behind them.
        """
        make = Answers.of if self.shown.read else answers_from
        return make(self.name, self.pacts, self.shown.mounts)


def posing_of(
    provider: str,
    callers: Iterable[Service],
    context: StepContext,
    *,
    examples: int = 0,
    seed: int = 0,
) -> Posing:
    """Gather what a provider is posed from, for these who call it."""
    callers = tuple(callers)
    suffixes = (
        one.suffix for caller in callers for one in caller.consumes if one.provider == provider
    )
    shown = Shown(
        tuple(_documents_of(provider, context)),
        tuple(one.rstrip("/") for one in suffixes if one.rstrip("/")),
        examples,
        seed,
    )
    return Posing(provider, tuple(_pacts_with(provider, callers, context)), shown)


def paths_below(path: str, mounts: Iterable[str]) -> tuple[str, ...]:
    """A path as it is, and without what consumers put before the paths of a provider."""
    found = {one: None for one in mounts if path.startswith(f"{one}/")}
    return (path, *(path.removeprefix(one) for one in found))


def _documents_of(provider: str, context: StepContext) -> Iterator[DocumentRead]:
    name = context.config.name_of(provider)
    for observed in context.taken.values():
        for one in observed.evidence:
            if is_over_http(one) and one.service == name:
                yield one


def _pacts_with(provider: str, callers: Iterable[Service], context: StepContext) -> Iterator[Pact]:
    """Find the callers' contracts with a provider; fresh ones go before those in files."""
    neighbour = context.config.service(provider)
    names = {neighbour.name, neighbour.participant} if neighbour else {provider}
    consumers = {name for caller in callers for name in (caller.name, caller.participant)}
    filed = (found.pact for found in context.system.pacts if found.pact is not None)
    seen: set[str] = set()
    for pacts in (_fresh_pacts(context), filed):
        found = [one for one in pacts if one.consumer in consumers - seen and one.provider in names]
        seen.update(one.consumer for one in found)
        yield from found


def _fresh_pacts(context: StepContext) -> Iterator[Pact]:
    for observed in context.taken.values():
        for gathered in observed.evidence:
            if isinstance(gathered, PactGathered) and gathered.complete:
                # One that cannot be read is told by the step that verifies it.
                with suppress(DocumentUnreadable):
                    yield read_pact(gathered.text, gathered.path or "a fresh pact")
