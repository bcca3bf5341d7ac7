"""One interaction against a running provider: state, request, judgement, and what was raised."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from harness.adapters.pact_verifier_contracts import Contract
from harness.adapters.pact_verifier_engine import Engine, Reply
from harness.adapters.pact_verifier_messages import Messages, Producer
from harness.adapters.pact_verifier_mismatches import mismatches_of
from harness.adapters.pact_verifier_request import (
    credentials_for,
    may_be_authenticated,
    prepared,
)
from harness.domain.crash import Crash
from harness.domain.errors import HarnessError, ServiceLost, StateFailed, StateMissing
from harness.domain.evidence import InteractionVerified, Mismatch, Outcome, Unobserved
from harness.domain.pact import HttpRequest, HttpResponse, Interaction, State
from harness.domain.produced import MessageShown
from harness.domain.service import Service

REQUEST_HEADER = "X-Contract-Harness-Request"
_DEATH_WAIT_S = 0.5
_SHORTEST_SECRET = 3


class Provider(Producer, Protocol):
    """A running provider, as far as verification asks anything of it."""

    @property
    def service(self) -> Service: ...
    def set_up_state(self, name: str, params: Mapping[str, object]) -> Mapping[str, object]: ...
    def tear_down_state(self, name: str, params: Mapping[str, object]) -> None: ...
    def reset(self) -> None: ...
    def crashes(self, since: int = 0, request_id: str | None = None) -> Sequence[Crash]: ...
    def credentials(self) -> Mapping[str, Mapping[str, str]]: ...
    def alive(self) -> bool: ...
    def exit_reason(self) -> str: ...
    def output(self) -> str: ...
    def secrets(self) -> frozenset[str]: ...


class ResetFailed(HarnessError):
    """The provider could not be put back to its beginning, so no interaction means anything."""


@dataclass(frozen=True, slots=True)
class _Http:
    """An interaction known to be a request and its response."""

    contract: Contract
    interaction: Interaction
    request: HttpRequest
    response: HttpResponse


class Session:
    """Verifies interactions in turn against one instance of a provider."""

    def __init__(self, provider: Provider, engine: Engine, messages: Messages) -> None:
        self._provider = provider
        self._engine = engine
        self._messages = messages
        self._count = 0
        self.replayed: dict[str, tuple[Contract, Interaction]] = {}
        self._credentials: Mapping[str, Mapping[str, str]] | StateFailed | None = None

    def verify(
        self, contract: Contract, interaction: Interaction
    ) -> InteractionVerified | Unobserved:
        """
        Replay one interaction from a clean beginning, or have its message made.

        Raises: ResetFailed, ServiceLost.
        """
        self._reset()
        started = time.monotonic()
        seen = self._verified(contract, interaction)
        if isinstance(seen, Unobserved):
            return seen
        return replace(seen, elapsed_ms=round((time.monotonic() - started) * 1000))

    def _reset(self) -> None:
        if self._provider.service.reset == "restart":
            return
        try:
            self._provider.reset()
            self._credentials = None
        except StateFailed as error:
            raise ResetFailed(error.message, hint=error.hint, detail=error.detail) from error

    def _verified(
        self, contract: Contract, interaction: Interaction
    ) -> InteractionVerified | Unobserved:
        done: list[State] = []
        try:
            returned = [self._set_up(state, done) for state in interaction.states]
            if interaction.request is None or interaction.response is None:
                seen = self._made(contract, interaction, returned)
            else:
                one = _Http(contract, interaction, interaction.request, interaction.response)
                seen = self._judged(one, self._replay(one, returned))
        except StateFailed as error:
            seen = self._without_state(contract, interaction, error)
        return self._torn_down(seen, done)

    def _made(
        self,
        contract: Contract,
        interaction: Interaction,
        returned: Sequence[Mapping[str, object]],
    ) -> InteractionVerified | Unobserved:
        judged = self._messages.judged(contract, interaction, returned)
        if judged.unjudged is not None:
            return self._unjudged(contract, interaction, judged.unjudged)
        if judged.is_replyless:
            return _replyless(contract, interaction)
        told = told_of(
            contract,
            interaction,
            judged.outcome,
            mismatches=tuple(self._without_secrets(each) for each in judged.mismatches),
            crash=judged.crash,
            detail=self._masked(judged.detail),
        )
        return replace(told, function=judged.function, lacking=judged.lacking)

    def _unjudged(self, contract: Contract, interaction: Interaction, said: str) -> Unobserved:
        return Unobserved(
            label(contract, interaction),
            "pact's verifier did not replay it",
            "look at what it said; a pact written by a plugin needs that plugin",
            self._masked(said),
        )

    def _set_up(self, state: State, done: list[State]) -> Mapping[str, object]:
        returned = self._provider.set_up_state(state.name, state.params)
        done.append(state)
        return returned

    def _torn_down(
        self, seen: InteractionVerified | Unobserved, done: list[State]
    ) -> InteractionVerified | Unobserved:
        """Tear down what was set up; a failure there is told unless there is more to tell."""
        for state in reversed(done):
            try:
                self._provider.tear_down_state(state.name, state.params)
            except StateFailed as error:
                if isinstance(seen, InteractionVerified) and seen.outcome is Outcome.PASSED:
                    detail = error.detail or error.message
                    seen = replace(seen, outcome=Outcome.STATE_FAILED, detail=detail)
            except ServiceLost:  # what was seen is kept; the next interaction meets the loss itself
                return seen
        return seen

    def _without_state(
        self, contract: Contract, interaction: Interaction, error: StateFailed
    ) -> InteractionVerified:
        nobody_handles = interaction.states and self._provider.service.states is None
        if isinstance(error, StateMissing) or nobody_handles:
            return told_of(contract, interaction, Outcome.STATE_MISSING, detail=error.message)
        detail = error.detail or error.message
        return told_of(contract, interaction, Outcome.STATE_FAILED, detail=detail)

    def _replay(self, one: _Http, returned: list[Mapping[str, object]]) -> Reply:
        self._count += 1
        self.replayed[self._request_id] = (one.contract, one.interaction)
        headers: Mapping[str, str] = {}
        if may_be_authenticated(one.request, one.response):
            headers = credentials_for(one.request, self._known_credentials())
        pact = prepared(one.contract.alone(one.interaction), returned, headers)
        return self._engine.replay(pact, {**headers, REQUEST_HEADER: self._request_id})

    @property
    def shown(self) -> Sequence[MessageShown]:
        """The messages that were made."""
        return self._messages.shown

    @property
    def let_in(self) -> Mapping[str, Mapping[str, str]]:
        """The provider's own credentials, as far as they were asked for."""
        return self._credentials if isinstance(self._credentials, Mapping) else {}

    @property
    def _request_id(self) -> str:
        return f"interaction-{self._count}"

    def _known_credentials(self) -> Mapping[str, Mapping[str, str]]:
        """The provider's own headers since it was reset; a failure is told for each in need."""
        if self._credentials is None:
            try:
                self._credentials = self._provider.credentials()
            except StateFailed as error:
                self._credentials = error
        if isinstance(self._credentials, StateFailed):
            raise self._credentials
        return self._credentials

    def _judged(self, one: _Http, reply: Reply) -> InteractionVerified | Unobserved:
        if not reply.judged:
            return self._unjudged(one.contract, one.interaction, reply.error)
        whose = one.contract, one.interaction
        if reply.passed:
            return told_of(*whose, Outcome.PASSED)
        if reply.error:
            return told_of(
                *whose,
                Outcome.ERROR,
                detail=self._masked(self._no_reply(reply.error)),
                crash=self._crash(),
            )
        mismatches = mismatches_of(reply.mismatches, one.response)
        told = told_of(
            *whose, Outcome.FAILED, mismatches=tuple(self._without_secrets(m) for m in mismatches)
        )
        return replace(told, crash=self._crash()) if _is_server_error(mismatches) else told

    def _no_reply(self, error: str) -> str:
        """Why nothing came back: its end may be noticed a moment after its silence."""
        until = time.monotonic() + _DEATH_WAIT_S
        while self._provider.alive() and time.monotonic() < until:
            time.sleep(0.02)
        if self._provider.alive():
            return error
        return f"the provider {self._provider.exit_reason()}\n{self._provider.output()}\n{error}"

    def _crash(self) -> Crash | None:
        if not self._provider.alive():
            return None
        crashes = self._provider.crashes(request_id=self._request_id)
        return crashes[-1] if crashes else None

    def _without_secrets(self, mismatch: Mismatch) -> Mismatch:
        return replace(
            mismatch,
            expected=self._masked(mismatch.expected),
            actual=self._masked(mismatch.actual),
            message=self._masked(mismatch.message),
        )

    def _masked(self, text: str) -> str:
        secrets = set(self._provider.secrets())
        if isinstance(self._credentials, Mapping):
            for headers in self._credentials.values():
                for value in headers.values():
                    secrets |= {value, value.rpartition(" ")[2]}
        for secret in sorted(secrets, key=len, reverse=True):
            if len(secret) >= _SHORTEST_SECRET:
                text = text.replace(secret, "***")
        return text


def _replyless(contract: Contract, interaction: Interaction) -> Unobserved:
    return Unobserved(
        label(contract, interaction),
        "its contract shows no reply, so that what came back was held against nothing",
        "let the contract show what the consumer reads, or a message of its own where the consumer "
        "waits for none",
    )


def label(contract: Contract, interaction: Interaction) -> str:
    """Name an interaction for a reader."""
    return f"{contract.pair}: “{interaction.description}”"


def _is_server_error(mismatches: Sequence[Mismatch]) -> bool:
    return any(one.where == "status" and one.actual.startswith("5") for one in mismatches)


def told_of(
    contract: Contract,
    interaction: Interaction,
    outcome: Outcome,
    *,
    mismatches: tuple[Mismatch, ...] = (),
    detail: str = "",
    crash: Crash | None = None,
) -> InteractionVerified:
    """Say how an interaction of a contract went."""
    request = interaction.request
    return InteractionVerified(
        consumer=contract.pair.consumer,
        provider=contract.pair.provider,
        interaction=interaction.key,
        description=interaction.description,
        outcome=outcome,
        method=request.method if request else "",
        path=request.path if request else "",
        states=tuple(state.name for state in interaction.states),
        mismatches=mismatches,
        crash=crash,
        detail=detail,
        pending=interaction.pending,
        contract=contract.pact.digest,
        of_message=request is None,
    )
