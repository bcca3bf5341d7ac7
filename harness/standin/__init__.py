"""What answers in a provider's place, from the contracts that its consumers have with it."""

from __future__ import annotations

from harness.standin.answers import Near, Reply, Unmatched
from harness.standin.possible import given
from harness.standin.requests import Received
from harness.standin.server import StandIn, answers_from, contract_stand_in

__all__ = [
    "Near",
    "Received",
    "Reply",
    "StandIn",
    "Unmatched",
    "answers_from",
    "contract_stand_in",
    "given",
]
