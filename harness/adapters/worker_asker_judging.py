"""Hold what a worker replied against the contract that it was asked by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from harness.adapters.pact_verifier_contracts import Contract
from harness.adapters.pact_verifier_engine import Engine
from harness.adapters.pact_verifier_messages import Judged, Messages
from harness.adapters.pact_verifier_relay import Relay
from harness.adapters.pact_verifier_session import label, told_of
from harness.domain.evidence import InteractionVerified, Mismatch, Outcome, Unobserved
from harness.domain.message import Message, UsedBroker
from harness.domain.pact import Interaction
from harness.domain.produced import Made, MessageShown, Produced
from harness.domain.produced import Wanted as AskedFor
from harness.domain.service import Service
from harness.services.environment import masked, secrets_of


@dataclass(frozen=True, slots=True)
class _Came:
    """A reply that has come, in the place of a function that makes it."""

    function: str
    reply: Message

    def produce(self, wanted: AskedFor) -> Made:
        """Give the reply, whatever it is wanted for: it was asked by the same interaction."""
        one = self.reply
        is_bare = not (one.headers or one.content_type or one.correlation_id)
        return Made(self.function, "description", (Produced(one, is_bare=is_bare),))


@dataclass(frozen=True, slots=True)
class ReplyJudge:
    """Judges replies as those of functions are judged, and says what carried them."""

    service: Service
    engine: Engine
    relay: Relay
    broker: UsedBroker
    secrets: frozenset[str]

    def judged(
        self, contract: Contract, interaction: Interaction, reply: Message
    ) -> Iterator[InteractionVerified | MessageShown | Unobserved]:
        """Tell how a reply fits its contract, and show it to whoever knows the document."""
        function = f"the worker of {self.service.name} on {self.broker.name}"
        messages = Messages(_Came(function, reply), self.engine, self.relay)
        judged = messages.judged(contract, interaction, ())
        for one in messages.shown:
            yield replace(one, text=self._masked(one.text))
        yield self._told(contract, interaction, judged)

    def _told(
        self, contract: Contract, interaction: Interaction, judged: Judged
    ) -> InteractionVerified | Unobserved:
        what = f"{label(contract, interaction)}, over {self.broker.name}"
        if judged.is_replyless:
            return Unobserved(
                what,
                "its contract shows no reply, so that what came was held against nothing",
                "let the contract show what the consumer reads",
            )
        if judged.unjudged is not None:
            said = self._masked(judged.unjudged)
            return Unobserved(what, "pact's verifier did not judge the reply", detail=said)
        if judged.outcome is not Outcome.PASSED and interaction.states:
            said = judged.mismatches[0].message if judged.mismatches else judged.detail
            return self.unset(contract, interaction, said)
        told = told_of(
            contract,
            interaction,
            judged.outcome,
            mismatches=tuple(map(self._without_secrets, judged.mismatches)),
            detail=self._masked(judged.detail),
        )
        return replace(told, function=judged.function, lacking=judged.lacking, over=self.broker)

    def unset(self, contract: Contract, interaction: Interaction, said: str) -> Unobserved:
        """Say that a reply, or none, tells nothing: it needs a state that nobody sets up there."""
        states = ", ".join(f"“{one.name}”" for one in interaction.states)
        return Unobserved(
            f"{label(contract, interaction)}, over {self.broker.name}",
            f"the reply is not as agreed, and nobody sets up {states} for the worker: "
            + self._masked(said),
            f"let `prepare` or `env` of {self.service.name} give its worker what the state says",
        )

    def _without_secrets(self, one: Mismatch) -> Mismatch:
        return replace(
            one,
            expected=self._masked(one.expected),
            actual=self._masked(one.actual),
            message=self._masked(one.message),
        )

    def _masked(self, text: str) -> str:
        return masked(text, self.secrets | secrets_of(self.service))
