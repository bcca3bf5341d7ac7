"""Verification of a running provider against every pact that consumers have of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Protocol

from harness.adapters.instances import open_alone, open_observed
from harness.adapters.members import member
from harness.adapters.observations import Case, Observable, observation_of, seen_while_verified
from harness.adapters.pact_verifier_contracts import Contract, contracts_of
from harness.adapters.pact_verifier_engine import Engine
from harness.adapters.pact_verifier_messages import Messages
from harness.adapters.pact_verifier_relay import Relay
from harness.adapters.pact_verifier_session import Provider, ResetFailed, Session, label
from harness.adapters.schema_fuzzer_masking import Masker
from harness.domain.errors import ServiceLost
from harness.domain.evidence import Evidence, InteractionVerified, Unobserved
from harness.domain.pact import Interaction, InteractionKind
from harness.domain.service import Service
from harness.domain.steps import VerifyPacts
from harness.domain.traffic import ServiceCrashed
from harness.stages.asking import answers
from harness.stages.ports import StepContext


class RunningProvider(Provider, Observable, Protocol):
    """A provider that was started for one step."""

    @property
    def url(self) -> str: ...


Open = Callable[[str, StepContext], AbstractContextManager[RunningProvider]]


class PactVerifier:
    """Replays each interaction of each pact against one fresh instance of the provider."""

    def __init__(self, open_provider: Open = open_observed, open_silent: Open = open_alone) -> None:
        self._open = open_provider
        self._open_silent = open_silent  # what answers no request calls nobody, and shows no types

    def __call__(self, step: VerifyPacts, context: StepContext) -> Iterator[Evidence]:
        """Do the step."""
        service = member(step.service, context.config)
        contracts, refused = contracts_of(step, context)
        yield from refused
        if not contracts:
            yield Unobserved(
                step.id,
                f"there is no pact of which {service.name} is the provider",
                hint="run its consumers' contract tests, or name the directory of their pacts",
            )
            return
        cases: list[Case] = []
        for contract in contracts:
            yield from _unread(contract, service)
            asked = (one for one in contract.pact.interactions if _is_asked(one, service))
            cases += [(contract, one) for one in asked]
        if cases:
            open_provider = self._open if service.serves else self._open_silent
            with open_provider(step.service, context) as running, Relay() as relay:
                session = _session(running, relay, context)
                yield from _verified(cases, running, session)
                masker = Masker.of(session.let_in, running.secrets())
                for one in session.shown:
                    yield replace(one, text=masker.text(one.text))
                if not service.serves:
                    return
                yield observation_of(service.name, step.id, running)
                yield from seen_while_verified(service, running, session.replayed, masker)


def _session(running: RunningProvider, relay: Relay, context: StepContext) -> Session:
    service, directory = running.service, context.directory
    engine = Engine(service.participant, running.url + service.base_path, directory)
    judge = Engine(service.participant, relay.url, directory, of_messages=True)
    return Session(running, engine, Messages(running, judge, relay))


def _is_http(interaction: Interaction) -> bool:
    return interaction.kind is InteractionKind.HTTP


def _is_asked(interaction: Interaction, service: Service) -> bool:
    """Whether there is anybody to ask: who answers requests, or functions that make messages."""
    return service.serves if _is_http(interaction) else service.messages is not None


def _is_for_worker(interaction: Interaction, service: Service) -> bool:
    """Whether another step asks the service's own worker."""
    return interaction.kind is InteractionKind.SYNC and answers(service)


def _unread(contract: Contract, service: Service) -> Iterator[Unobserved]:
    """What a pact holds, or should hold, that is not going to be verified."""
    pact = contract.pact
    for note in pact.notes:
        if note.lost:
            what = f"{contract.pair}: {note.path}"
            yield Unobserved(what, f"the interaction could not be read: {note.message}")
    unasked = [
        one
        for one in pact.interactions
        if not (_is_asked(one, service) or _is_for_worker(one, service))
    ]
    messages = sum(1 for one in unasked if not _is_http(one))
    if messages:
        yield Unobserved(
            f"{contract.pair}: {messages} of {len(pact.interactions)} interactions",
            f"nobody says what makes the messages of {service.name}",
            hint='name the module of functions that make them: messages = "package.messages"',
        )
    if len(unasked) > messages:
        yield Unobserved(
            f"{contract.pair}: {len(unasked) - messages} of {len(pact.interactions)} interactions",
            f"{service.name} answers no requests",
            hint="give its table an `app`, a `command` or a `url`",
        )
    if not pact.interactions:
        yield Unobserved(
            str(contract.pair),
            "the pact holds no interaction, so nothing of it was verified",
            hint="a test that never calls its provider writes such a pact",
        )


def _verified(cases: list[Case], running: Provider, session: Session) -> Iterator[Evidence]:
    for at, (contract, interaction) in enumerate(cases):
        if not running.alive():
            reason, output = running.exit_reason(), running.output()
            yield ServiceCrashed(contract.pair.provider, reason, output=output)
            yield from _given_up(cases[at:], f"the provider {reason}", output)
            return
        try:
            seen = session.verify(contract, interaction)
        except (ResetFailed, ServiceLost) as error:
            yield from _given_up(cases[at:], error.message, error.detail, error.hint)
            return
        yield seen
        if isinstance(seen, InteractionVerified) and not running.alive():
            reason, output = running.exit_reason(), running.output()
            yield from _given_up(cases[at + 1 :], f"the provider {reason}", output)
            return


def _given_up(cases: list[Case], reason: str, detail: str, hint: str = "") -> Iterator[Unobserved]:
    for contract, interaction in cases:
        yield Unobserved(label(contract, interaction), f"not verified: {reason}", hint, detail)
