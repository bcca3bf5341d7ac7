"""What clients and handlers are given by whose turn it is: the contract's own, or another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from harness.consumer.declaration import ExchangeDeclaration, MessageDeclaration
from harness.consumer.face import Delivery
from harness.consumer.handing import Handing
from harness.consumer.receiving import varied
from harness.consumer.repeating import Case
from harness.domain.possible import PossibleReply
from harness.standin import PAGE_ELSEWHERE, Received, Reply, given


@dataclass(slots=True)
class Turns:
    """
    Gives the reply or the message whose turn it is in the place of the contract's own.

    Shape: `active` is what is put to the test that runs, None where none is; `asked_by` names for
    each provider and interaction a test that was seen to ask for it.
    """

    active: Case | None = None
    asked_by: dict[tuple[str, str], str] = field(default_factory=dict)
    handing: Handing = field(default_factory=Handing)

    def answered(self, provider: str, received: Received, reply: Reply) -> Reply:
        """What is answered in a provider's place: the reply under test where it is its turn."""
        case = self.active
        if case is None:
            return reply
        if case.reply and case.reply.elsewhere and received.path == case.reply.elsewhere:
            return PAGE_ELSEWHERE
        if not reply.interaction:
            return reply
        asked = (provider, reply.interaction)
        self.asked_by.setdefault(asked, case.test)
        if case.ask is None or asked != (case.ask.provider, case.ask.interaction):
            return reply
        case.sent += 1
        return given(reply, case.reply) if case.reply is not None else reply

    def delivered(
        self, declared: Sequence[MessageDeclaration], handed: Sequence[Delivery]
    ) -> Sequence[Delivery]:
        """What is handed to a handler: the message under test where it is its turn."""
        case = self.active
        if case is None:
            return handed
        return self.handing.handed(case, declared, handed)

    def replied(self, declared: ExchangeDeclaration, reply: Delivery) -> Delivery:
        """What a client is answered in messages: the reply under test where it is its turn."""
        case = self.active
        if case is None or case.ask is None or not case.ask.is_of(declared):
            return reply
        return varied(reply, case.answered())

    def read(self, provider: str, interaction: str) -> PossibleReply | None:
        """What a plain test reads instead of a reply that its pact holds, if anything."""
        case = self.active
        if case is None:
            return None
        self.asked_by.setdefault((provider, interaction), case.test)
        asked = case.ask
        if asked is None or (asked.provider, asked.interaction) != (provider, interaction):
            return None
        return case.answered()

    def handed(
        self, provider: str, interactions: Sequence[str]
    ) -> Sequence[tuple[int, PossibleReply | None]]:
        """Which of its pact's messages a plain test's handler is given, and what instead."""
        if self.active is None:
            return [(at, None) for at in range(len(interactions))]
        for one in interactions:
            self.asked_by.setdefault((provider, one), self.active.test)
        return self.handing.verified(self.active, provider, interactions)
