"""Run a consumer whole, and vary what its providers reply while its own operations are called."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from harness.adapters.instances import open_between
from harness.adapters.members import member
from harness.adapters.pact_verifier_contracts import contracts_of
from harness.adapters.posing import Posing, posing_of
from harness.adapters.schema_fuzzer_traffic import Instance
from harness.adapters.service_driver_addresses import Addresses
from harness.adapters.service_driver_bench import Bench
from harness.adapters.service_driver_calls import accepted_calls, contract_calls, job_calls
from harness.adapters.service_driver_judging import Judge
from harness.adapters.service_driver_pairs import Baseline, Budget, Pair, Pairs, pairs_of
from harness.adapters.service_driver_refusals import Refusals
from harness.adapters.service_driver_upstream import Upstreams
from harness.documents.routing import Router
from harness.domain.coping import RepliesPut
from harness.domain.document import Document
from harness.domain.errors import HarnessError
from harness.domain.evidence import Evidence, Unobserved
from harness.domain.service import Service
from harness.domain.steps import DriveService, VerifyPacts
from harness.domain.traffic import RequestAccepted
from harness.stages.ports import StepContext
from harness.stages.reading import read_documents

_SHARE_FOR_PUTTING = 0.75


class OpenBetween(Protocol):
    """Starts an instance whose providers answer at given addresses; a file is told of others."""

    def __call__(
        self, service_name: str, context: StepContext, posed: Mapping[str, str], refusals: Path, /
    ) -> AbstractContextManager[Instance]:
        """Open it; leaving the context stops it."""
        ...


@dataclass(frozen=True, slots=True)
class ServiceDriver:
    """
    Does `DriveService` steps.

    Shape: `open_between` starts the step's own instances.
    """

    open_between: OpenBetween = open_between
    clock: Callable[[], float] = time.monotonic

    def __call__(self, step: DriveService, context: StepContext) -> Iterator[Evidence]:
        """Put replies to one consumer; what was seen is yielded however it ends."""
        service = member(step.service, context.config)
        upstreams = Upstreams(list(_posings(service, step, context)))
        refusals = context.directory / "refused.jsonl"
        addresses = Addresses(service, context.config, refusals)

        def open_one(posed: Mapping[str, str]) -> AbstractContextManager[Instance]:
            return self.open_between(service.name, context, posed, refusals)

        bench = Bench(service, open_one, upstreams, addresses, context.config.patience_s)
        try:
            with upstreams.opened(), bench.started():
                yield from _Drive(step, context, service, upstreams, bench, self.clock)()
        except (HarnessError, SystemExit):  # it may be such a call that it does not start for
            yield from addresses.told()
            raise
        yield from addresses.told()


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
        documents = read_documents(context.taken.values()).over_http
        self._documents: tuple[Document, ...] = documents.get(service.name, ())
        cap_s = min(context.config.time_cap_s, step.limit_s * 0.9)
        end = clock() + cap_s
        self._may_go_on = lambda: clock() < end
        self._budget = Budget(step.examples, clock, clock() + cap_s * _SHARE_FOR_PUTTING)
        self._credentials = bench.credentials
        judge = Judge(service, self._documents)
        name_of = context.config.name_of
        self._refusals = Refusals(service.name, name_of, bench, upstreams, judge)
        self._pairs = Pairs(bench, upstreams, self._refusals, self._budget)

    def __call__(self) -> Iterator[Evidence]:
        try:
            yield from self._put()
        except SystemExit:  # the supervisor's word that the step's time is up
            yield from self._refusals.unconfirmed()
            raise
        except HarnessError as error:  # it does not start any more, say
            yield from self._refusals.unconfirmed()
            yield Unobserved(self._step.id, error.message, error.hint, error.detail)
        if self._budget.is_late:
            yield Unobserved(
                self._step.id,
                "the time cap was hit before all replies were put",
                "raise `time_cap_s`, or lower `examples`",
            )

    def _put(self) -> Iterator[Evidence]:
        tried = list(self._baselines())
        for one in tried:
            if one.why:
                yield self._told("", by=one.call.operation, reason=f"{one.call.line}: {one.why}")
        worked = [one for one in tried if not one.why]
        if not worked:
            yield self._nothing_worked(tried)
            yield from self._refusals.confirmed(self._may_go_on)
            return
        pairs = pairs_of(worked, self._varied())
        for provider in sorted(self._varied() - {one.upstream.provider for one in pairs}):
            yield self._told(provider, reason="no request led to a call of it")
        for pair in pairs:
            yield self._varied_reply(pair)
        yield from self._refusals.confirmed(self._may_go_on)

    def _baselines(self) -> Iterator[Baseline]:
        """Make each call once; what the fuzzer got accepted where no contract leads anywhere."""
        contracts, _ = contracts_of(VerifyPacts(self._service.name), self._context)
        routers = [Router(document) for document in self._documents]
        covered: set[str] = set()
        asked = contract_calls(contracts, self._service, routers, self._credentials)
        for call in (*job_calls(self._service), *asked):
            found = self._pairs.baseline(call)
            if found.asked:
                covered.add(call.operation)
            yield found
        accepted = (
            one
            for seen in self._context.taken.values()
            for one in seen.evidence
            if isinstance(one, RequestAccepted) and one.service == self._service.name
        )
        for call in accepted_calls(accepted, frozenset(covered), self._credentials):
            yield self._pairs.baseline(call)

    def _nothing_worked(self, tried: Sequence[Baseline]) -> Unobserved:
        name = self._service.name
        if not tried:
            return Unobserved(
                self._step.id,
                f"nothing is there to call {name} with: no contract of a consumer holds a request, "
                "and the fuzzer got none accepted",
                hint="give its consumers contract tests, or let it serve an API document",
            )
        return Unobserved(
            self._step.id,
            f"no request to {name} was answered as it should be while stand-ins answered in its "
            "providers' place, so no reply was varied",
            hint=f"harness gate --service {name} shows which contract fails",
            detail="\n".join(f"{one.call.line}: {one.why}" for one in tried),
        )

    def _varied_reply(self, pair: Pair) -> RepliesPut:
        put = self._pairs.vary(pair)
        told = self._told(pair.upstream.provider, pair.upstream.key, pair.call.operation)
        return replace(told, tried=put.tried, left_out=put.left_out, reason="; ".join(put.reasons))

    def _told(
        self, provider: str, interaction: str = "", by: str = "", reason: str = ""
    ) -> RepliesPut:
        name = self._context.config.name_of(provider)
        return RepliesPut(self._service.name, name, interaction, by, reason=reason)

    def _varied(self) -> frozenset[str]:
        """The providers, as the consumer's table names them, whose replies are varied."""
        wanted, config = self._step.providers, self._context.config
        return frozenset(
            one for one in self._upstreams.urls if not wanted or config.name_of(one) in wanted
        )


def _posings(service: Service, step: DriveService, context: StepContext) -> Iterator[Posing]:
    """Everyone whom the service consumes and of whom anything is known."""
    for name in dict.fromkeys(one.provider for one in service.consumes):
        posing = posing_of(name, (service,), context, examples=step.examples, seed=step.seed)
        if not posing.is_bare:
            yield posing
