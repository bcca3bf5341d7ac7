"""What answers in a provider's place, from the contracts that its consumers have with it."""

from __future__ import annotations

from harness.standin.answers import Answers, Near, Reply, Unmatched, reply_of
from harness.standin.possible import given
from harness.standin.requests import Received
from harness.standin.server import StandIn, answers_from

__all__ = [
    "Answers",
    "Near",
    "Received",
    "Reply",
    "StandIn",
    "Unmatched",
    "answers_from",
    "given",
    "reply_of",
]
