"""Run a consumer whole, and vary what its providers reply while its own operations are called."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from harness.adapters.instances import open_between
from harness.adapters.members import member
from harness.adapters.pact_verifier_contracts import contracts_of
from harness.adapters.posing import Posing, posing_of
from harness.adapters.schema_fuzzer_masking import Masker
from harness.adapters.schema_fuzzer_traffic import Instance
from harness.adapters.service_driver_bench import Bench
from harness.adapters.service_driver_calls import Call, accepted_calls, contract_calls
from harness.adapters.service_driver_judging import Judge
from harness.adapters.service_driver_pairs import Budget, Pair, Pairs, pairs_of
from harness.adapters.service_driver_refusals import Refusals
from harness.adapters.service_driver_upstream import Upstream, Upstreams
from harness.documents.routing import Router
from harness.domain.document import Document
from harness.domain.evidence import Evidence, RepliesPut, RequestAccepted, Unobserved
from harness.domain.service import Service
from harness.domain.steps import DriveService, VerifyPacts
from harness.stages.ports import StepContext
from harness.stages.reading import read_documents

_SHARE_FOR_PUTTING = 0.75
PATIENCE_S = 10.0


class OpenBetween(Protocol):
    """Starts an instance of a service whose providers answer at given addresses."""

    def __call__(
        self, service_name: str, context: StepContext, posed: Mapping[str, str], /
    ) -> AbstractContextManager[Instance]:
        """Open it; leaving the context stops it."""
        ...


@dataclass(frozen=True, slots=True)
class ServiceDriver:
    """
    Does `DriveService` steps.

    Shape: `open_between` starts the step's own instances; `patience_s` is how long the consumer may
    take for one answer.
    """

    open_between: OpenBetween = open_between
    clock: Callable[[], float] = time.monotonic
    patience_s: float = PATIENCE_S

    def __call__(self, step: DriveService, context: StepContext) -> Iterator[Evidence]:
        """Put replies to one consumer; what was seen is yielded however it ends."""
        service = member(step.service, context.config)
        upstreams = Upstreams(list(_posings(service, step, context)))
        open_one = partial(self.open_between, service.name, context)
        bench = Bench(service, open_one, upstreams, self.patience_s)
        with upstreams.opened(), bench.started():
            yield from _Drive(step, context, service, upstreams, bench, self.clock)()


class _Drive:
    """One step being done."""

    def __init__(
        self,
        step: DriveService,
        context: StepContext,
        service: Service,
        upstreams: Upstreams,
        bench: Bench,
        clock: Callable[[], float],
    ) -> None:
        self._step = step
        self._context = context
        self._service = service
        self._upstreams = upstreams
        self._bench = bench
        documents, _ = read_documents(context.taken.values())
        self._documents: tuple[Document, ...] = documents.get(service.name, ())
        cap_s = min(context.config.time_cap_s, step.limit_s * 0.9)
        end = clock() + cap_s
        self._may_go_on = lambda: clock() < end
        self._budget = Budget(step.examples, clock, clock() + cap_s * _SHARE_FOR_PUTTING)
        self._credentials = bench.instance.credentials()
        masker = Masker.of(self._credentials, bench.instance.secrets())
        judge = Judge(service, self._documents)
        name_of = context.config.name_of
        self._refusals = Refusals(service.name, name_of, bench, upstreams, judge, masker)
        self._pairs = Pairs(bench, upstreams, self._refusals, self._budget)

    def __call__(self) -> Iterator[Evidence]:
        calls = list(self._calls())
        if not calls:
            yield Unobserved(
                self._step.id,
                f"nothing is there to call {self._service.name} with: no contract of a consumer "
                "holds a request, and the fuzzer got none accepted",
                hint="give its consumers contract tests, or let it serve an API document",
            )
            return
        try:
            yield from self._put(calls)
        except SystemExit:  # the supervisor's word that the step's time is up
            yield from self._refusals.unconfirmed()
            raise
        if self._budget.is_late:
            yield Unobserved(
                self._step.id,
                "the time cap was hit before all replies were put",
                "raise `time_cap_s`, or lower `examples`",
            )

    def _put(self, calls: Sequence[Call]) -> Iterator[Evidence]:
        worked: list[tuple[Call, tuple[Upstream, ...]]] = []
        for call in calls:
            asked, why = self._pairs.baseline(call)
            if why:
                yield RepliesPut(
                    self._service.name, "", "", call.operation, reason=f"{call.text}: {why}"
                )
            else:
                worked.append((call, asked))
        if not worked:
            yield Unobserved(
                self._step.id,
                f"no request to {self._service.name} was answered as it should be while stand-ins "
                "answered in its providers' place, so no reply was varied",
                hint=f"harness gate --service {self._service.name} shows which contract fails",
            )
        pairs = pairs_of(worked, self._varied())
        for provider in sorted(self._varied() - {one.upstream.provider for one in pairs}):
            yield self._told(provider, reason="no request led to a call of it")
        for pair in pairs:
            put = self._pairs.vary(pair)
            yield self._told(pair.upstream.provider, pair, put.tried, put.left_out, put.reason)
        yield from self._refusals.confirmed(self._may_go_on)

    def _told(
        self,
        provider: str,
        pair: Pair | None = None,
        tried: int = 0,
        left_out: int = 0,
        reason: str = "",
    ) -> RepliesPut:
        return RepliesPut(
            self._service.name,
            self._context.config.name_of(provider),
            pair.upstream.key if pair else "",
            pair.call.operation if pair else "",
            tried,
            left_out,
            reason,
        )

    def _varied(self) -> frozenset[str]:
        """The providers, as the consumer's table names them, whose replies are varied."""
        wanted, config = self._step.providers, self._context.config
        return frozenset(
            one for one in self._upstreams.urls if not wanted or config.name_of(one) in wanted
        )

    def _calls(self) -> Iterator[Call]:
        contracts, _ = contracts_of(VerifyPacts(self._service.name), self._context)
        routers = [Router(document) for document in self._documents]
        found = list(contract_calls(contracts, self._service, routers, self._credentials))
        yield from found
        accepted = (
            one
            for seen in self._context.taken.values()
            for one in seen.evidence
            if isinstance(one, RequestAccepted) and one.service == self._service.name
        )
        covered = frozenset(call.operation for call in found)
        yield from accepted_calls(accepted, covered, self._credentials)


def _posings(service: Service, step: DriveService, context: StepContext) -> Iterator[Posing]:
    """Everyone whom the service consumes and of whom anything is known."""
    for name in dict.fromkeys(one.provider for one in service.consumes):
        posing = posing_of(name, (service,), context, examples=step.examples, seed=step.seed)
        if not posing.is_bare:
            yield posing
