"""
Verify the plain pacts of the harbour with pact-python's own verifier, as its terminal would.

    python verify.py RESULTS PACT ...

Each message is made by the terminal's own code. RESULTS gets the interactions that fail, as JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

from pact import Verifier
from pact.types import Message
from terminal.events import Event
from terminal.messages import MESSAGES


def handler_of(make: Callable[[], Event]) -> Callable[..., Message]:
    """A message as the verifier takes it."""

    def handle() -> Message:
        event = make()
        return Message(
            contents=event.body,
            metadata={**event.headers, "key": event.key},
            content_type=event.content_type,
        )

    return handle


def failing(pacts: list[Path]) -> list[str]:
    """The interactions that are not as their consumers want them."""
    verifier = Verifier("terminal").message_handler(
        {channel: handler_of(make) for channel, make in MESSAGES.items()}
    )
    for pact in pacts:
        verifier.add_source(pact)
    try:
        verifier.verify()
    except RuntimeError:
        return sorted({str(error["interaction"]) for error in verifier.results["errors"]})
    return []


if __name__ == "__main__":
    found = failing([Path(name) for name in sys.argv[2:]])
    Path(sys.argv[1]).write_text(json.dumps(found), encoding="utf-8")
