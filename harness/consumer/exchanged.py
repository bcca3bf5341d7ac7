"""What pact-python tells of one request in messages, with replies that may be others."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from harness.domain.pact import Interaction
from harness.domain.possible import PossibleReply
from harness.standin import given_message


@dataclass(frozen=True, slots=True)
class Pair:
    """A member of metadata."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Contents:
    """A reply under the names that pact-python has for its parts."""

    contents: str | bytes | None
    metadata: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Exchanged:
    """
    Stands for a `SynchronousMessage` of pact-python.

    Shape: `whole` is what it stands for, `told` the same as the pact holds it; `instead` gives what
    comes in the place of the first reply, if anything.
    """

    whole: Any
    told: Interaction
    instead: Callable[[], PossibleReply | None]

    @property
    def response_contents(self) -> Iterator[Contents]:
        """The replies, as whoever waits for them reads them."""
        for at, reply in enumerate(self.told.replies):
            body, metadata = given_message(reply, self.instead() if at == 0 else None)
            pairs = tuple(Pair(name, _text(each)) for name, each in metadata.items())
            yield Contents(body, pairs)

    def __getattr__(self, name: str) -> Any:
        """All that is not said of replies."""
        return getattr(self.whole, name)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
