"""What answers in a provider's place, from the contracts that its consumers have with it."""

from __future__ import annotations

from harness.standin.answers import Answers, Near, Reply, Unmatched, reply_of
from harness.standin.crew import Crew
from harness.standin.possible import PAGE_ELSEWHERE, as_text, given, given_message
from harness.standin.requests import Received
from harness.standin.server import StandIn, answers_from

__all__ = [
    "PAGE_ELSEWHERE",
    "Answers",
    "Crew",
    "Near",
    "Received",
    "Reply",
    "StandIn",
    "Unmatched",
    "answers_from",
    "as_text",
    "given",
    "given_message",
    "reply_of",
]
