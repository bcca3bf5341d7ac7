"""Send a service what its API document allows, and what it does not, and say what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from hypothesis.configuration import set_hypothesis_home_dir

from harness.adapters.describer import documents_of
from harness.adapters.instances import open_observed
from harness.adapters.observations import observation_of
from harness.adapters.publications import published_by_requests
from harness.adapters.schema_fuzzer_accepted import accepted
from harness.adapters.schema_fuzzer_documents import Surface, load
from harness.adapters.schema_fuzzer_engine import EnginePass, dictionaries_for, settings
from harness.adapters.schema_fuzzer_examples import (
    example_requests,
    known_values,
    neighbour_states,
)
from harness.adapters.schema_fuzzer_masking import Masker, without_credentials
from harness.adapters.schema_fuzzer_probes import Probes
from harness.adapters.schema_fuzzer_run import Crashes, Found, Run
from harness.adapters.schema_fuzzer_samples import Sampler
from harness.adapters.schema_fuzzer_sequences import OrderedPass
from harness.adapters.schema_fuzzer_shortening import Shortened, Shortener
from harness.adapters.schema_fuzzer_traffic import (
    REQUEST_TIMEOUT_S,
    Instance,
    Opener,
    Sender,
)
from harness.adapters.schema_fuzzer_values import harvest
from harness.documents.pacts import read_pact
from harness.domain.crash import RequestSeen
from harness.domain.errors import DocumentUnreadable, HarnessError, Misused
from harness.domain.evidence import (
    DocumentRead,
    DocumentRefused,
    Evidence,
    PactGathered,
    Unobserved,
)
from harness.domain.pact import Pact
from harness.domain.service import Service
from harness.domain.steps import Fuzz
from harness.domain.traffic import CaseFailed, Fault, ServiceCrashed
from harness.domain.typed import CodeContradicted
from harness.stages.ports import StepContext
from harness.stages.reading import is_over_http

_SHARE_FOR_SHORTENING = 0.25


@dataclass(frozen=True, slots=True)
class SchemaFuzzer:
    """
    Does `Fuzz` steps.

    Shape: `open_instance` starts the step's own instance; `timeout_s` limits one request.
    """

    open_instance: Opener = open_observed
    clock: Callable[[], float] = time.monotonic
    timeout_s: float = REQUEST_TIMEOUT_S

    def __call__(self, step: Fuzz, context: StepContext) -> Iterator[Evidence]:
        """Fuzz one service; what was seen is yielded however the service ends."""
        service = context.config.service(step.service)
        if service is None:
            raise Misused(f"no service is called {step.service!r}")
        # The engine writes beside the current directory otherwise.
        set_hypothesis_home_dir(context.directory / "hypothesis")
        with ExitStack() as stack:
            instance = stack.enter_context(self.open_instance(step.service, context))
            sender = stack.enter_context(Sender(instance, self.timeout_s))
            attempt = _Attempt(step, context, service, instance, sender, self.clock)
            yield from attempt(lambda: self._another(stack, step, context))

    def _another(self, stack: ExitStack, step: Fuzz, context: StepContext) -> Sender:
        """Start a second instance, where the first is gone."""
        instance = stack.enter_context(self.open_instance(step.service, context))
        return stack.enter_context(Sender(instance, self.timeout_s))


class _Attempt:
    """One step being done."""

    def __init__(
        self,
        step: Fuzz,
        context: StepContext,
        service: Service,
        instance: Instance,
        sender: Sender,
        clock: Callable[[], float],
    ) -> None:
        self._step = step
        self._service = service
        self._instance = instance
        self._sender = sender
        self._clock = clock
        self._context = context
        cap = min(context.config.time_cap_s, step.limit_s * 0.9)
        self._deadline = clock() + cap * (1 - _SHARE_FOR_SHORTENING)
        self._credentials = instance.credentials()
        self._masker = Masker.of(self._credentials, instance.secrets())
        self._literals = harvest(service)
        self._examples = example_requests(_pacts_with((service,), None, context))
        self._around = neighbour_states(_asked_of_neighbours(service, instance, context))
        self._stopped = ""

    def __call__(self, another: Callable[[], Sender]) -> Iterator[Evidence]:
        surfaces: list[Surface] = []
        for document in self._documents():
            try:
                surface = self._load(document)
            except DocumentUnreadable as error:
                yield Unobserved(self._step.id, error.message, error.hint, error.detail)
                continue
            yield from (one for one in surface.broken if self._wanted_text(one.what))
            surfaces.append(surface)
        if not any(surface.operations for surface in surfaces):
            return
        yield from self._fuzz(surfaces, another)

    def _documents(self) -> Sequence[DocumentRead]:
        taken = [
            one
            for observed in self._context.taken.values()
            for one in observed.evidence
            if is_over_http(one) and one.service == self._service.name
        ]
        if taken:
            return taken
        found = list(documents_of(self._service, self._instance))
        read = [one for one in found if is_over_http(one)]
        if not read:
            reasons = "; ".join(f"{one.location}: {one.message}" for one in found
                                if isinstance(one, DocumentRefused))  # fmt: skip
            raise HarnessError(
                f"no API document of {self._service.name} could be read"
                + (f": {reasons}" if reasons else ""),
                hint="name it in the service's table: documents = [...]",
            )
        return read

    def _load(self, document: DocumentRead) -> Surface:
        step, service = self._step, self._service
        plain = load(document, service.base_path, self._instance.url, {})
        dictionaries, bindings = dictionaries_for(plain.operations, self._literals)
        configured = settings(
            step.seed,
            step.examples,
            step.sequences,
            dictionaries,
            bindings,
            self._sender.timeout_s,
        )
        surface = load(document, service.base_path, self._instance.url, configured)
        wanted = tuple(one for one in surface.operations if self._wanted(one.label))
        return replace(surface, operations=wanted)

    def _wanted(self, label: str) -> bool:
        return not self._step.operations or label in self._step.operations

    def _wanted_text(self, text: str) -> bool:
        return not self._step.operations or any(one in text for one in self._step.operations)

    def _fuzz(
        self, surfaces: Sequence[Surface], another: Callable[[], Sender]
    ) -> Iterator[Evidence]:
        crashes = Crashes(self._instance)
        run = Run(
            self._service.name,
            self._instance,
            self._sender,
            surfaces,
            self._service.packages,
            self._credentials,
            crashes,
        )
        try:
            yield from self._passes(run)
        except SystemExit:  # the supervisor's word that the step's time is up
            run.look_into_the_code()
            yield from self._failures(run, None)
            yield from run.exercised()
            raise
        except HarnessError as error:
            self._stopped = "server"
            if self._instance.alive():
                yield Unobserved(self._step.id, error.message, error.hint, error.detail)
        yield observation_of(self._service.name, self._step.id, self._instance)
        alone = run.look_into_the_code()
        yield from (CodeContradicted(self._service.name, one) for one in alone)
        yield from published_by_requests(self._service, self._instance, run.history, self._masker)
        yield from self._how_it_ended(run)
        yield from run.exercised()
        yield from accepted(run, self._masker)
        sender = self._sender if self._instance.alive() or not run.found else another()
        shortener = Shortener(run, sender, replace(crashes, instance=sender.instance))
        yield from self._failures(run, shortener)

    def _passes(self, run: Run) -> Iterator[Evidence]:
        sampler = Sampler(known_values(self._examples))
        OrderedPass(run, sampler, self._examples, self._around)()
        Probes(run, sampler, self._literals)()
        for surface in run.surfaces:
            remaining_s = self._deadline - self._clock()
            if remaining_s <= 0 or not self._instance.alive():
                self._stopped = "time" if self._instance.alive() else "server"
                break
            engine = EnginePass(run, surface, self._wanted)
            for unobserved in engine(remaining_s):
                yield self._without_secrets(unobserved)
            self._stopped = engine.stopped_early or self._stopped
        run.look_behind_replies()

    def _how_it_ended(self, run: Run) -> Iterator[Evidence]:
        service = self._service.name
        for label, why in run.unjudged():
            yield Unobserved(f"{service} {label}", f"its replies could not be judged: {why}")
        for crash in run.crashes.outside:
            where = (
                f", while it answered {', '.join(map(_named, crash.in_flight))}"
                if crash.in_flight
                else ""
            )
            yield ServiceCrashed(service, f"{crash.type} outside of any request{where}", crash)
        if not self._instance.alive():
            last = run.history[-1] if run.history else None
            about = f"; the last request was {last.method} {last.path}" if last else ""
            message = f"{service} {self._instance.exit_reason() or 'ended'} while it was fuzzed"
            output = self._masker.text(self._instance.output())
            unanswered = last.operation if last and last.status == 0 else ""
            yield ServiceCrashed(
                service, self._masker.text(message + about), None, output, unanswered
            )
            self._stopped = "server"
        if self._stopped == "time":
            yield Unobserved(
                self._step.id,
                "the time cap was hit before all examples were sent",
                "raise `time_cap_s`, or lower `examples`",
            )
        elif self._stopped == "server":
            yield from self._never_reached(run)

    def _never_reached(self, run: Run) -> Iterator[Evidence]:
        for one in run.exercised():
            if one.cases == 0:
                yield Unobserved(
                    f"{one.service} {one.operation}", "the service was gone before it was reached"
                )
        yield Unobserved(self._step.id, "the service was gone before all examples were sent")

    def _failures(self, run: Run, shorten: Shortener | None) -> Iterator[Evidence]:
        for found in run.worth_telling():
            history = run.history[: found.index + 1]
            if found.seen.look.fault is Fault.AUTH_IGNORED:
                history = [*history[:-1], without_credentials(history[-1], self._credentials)]
            bare = Shortened((history[-1],), None, None)
            shortened = shorten(found.seen.look, history) if shorten else bare
            if shorten:
                self._masker = Masker.of(self._credentials, shorten.secrets())
            yield self._case(found, shortened)

    def _case(self, found: Found, shortened: Shortened) -> CaseFailed | CodeContradicted:
        look = found.seen.look
        both = (shortened.sequence, shortened.again)
        exchanges, again = (tuple(map(self._masker.exchange, each)) for each in both)
        seen, back = found.seen.contradiction, shortened.came_back
        if seen is not None:
            return CodeContradicted(
                self._service.name, seen, look.operation, "", exchanges, back, again
            )
        message = found.seen.message
        if found.like_it:
            message += f" (and {found.like_it} more of this kind on this operation)"
        return CaseFailed(
            self._service.name,
            look.operation,
            look.fault,
            self._masker.text(message),
            exchanges,
            look.where,
            look.cause,
            self._masker.crash(shortened.crash or found.seen.crash),
            back,
            found.occurrences,
            again,
        )

    def _without_secrets(self, one: Unobserved) -> Unobserved:
        text = self._masker.text
        return Unobserved(one.what, text(one.reason), text(one.hint), text(one.detail))


def _named(request: RequestSeen) -> str:
    return f"{request.method} {request.path}"


def _asked_of_neighbours(
    service: Service, instance: Instance, context: StepContext
) -> dict[str, list[Pact]]:
    """Map each real neighbour to the pacts that the service and its neighbours have with it."""
    members = context.config.by_name
    neighbours = [members[name] for name in instance.neighbours if name in members]
    callers = (service, *neighbours)
    return {one.name: _pacts_with((one,), callers, context) for one in neighbours}


def _pacts_with(
    providers: Sequence[Service], consumers: Sequence[Service] | None, context: StepContext
) -> list[Pact]:
    """Give the pacts between some providers and some consumers (None: all of them)."""
    asked = {name for one in providers for name in (one.name, one.participant)}
    asking = {name for one in consumers or () for name in (one.name, one.participant)}
    gathered = [
        read_pact(one.text, one.path)
        for observed in context.taken.values()
        for one in observed.evidence
        if isinstance(one, PactGathered)
    ]
    found = [one.pact for one in context.system.pacts if one.pact]
    return [
        pact
        for pact in (*gathered, *found)
        if pact.provider in asked and (consumers is None or pact.consumer in asking)
    ]
