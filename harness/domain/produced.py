"""A message as its producer makes it, and what its function is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.domain.json import Json
from harness.domain.message import Message
from harness.domain.pact import State


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    An interaction of messages, as the function that makes its message is asked for it.

    Shape: `names` are what may name the function, in the order of looking: what kind of name it is
    (`description`, `operation`, `message`, `channel`), and the name; `returned` is what its states
    gave; `request` is the message that asks, where it is answered, and `metadata` what is beside
    it under the contract's own names.
    """

    description: str
    names: tuple[tuple[str, str], ...] = ()
    states: tuple[State, ...] = ()
    returned: Mapping[str, object] = field(default_factory=dict)
    request: Message | None = None
    metadata: Mapping[str, Json] = field(default_factory=dict)

    @property
    def given(self) -> dict[str, object]:
        """Every value that its states name or gave, by name."""
        named = {name: value for state in self.states for name, value in state.params.items()}
        return {**named, **self.returned}


@dataclass(frozen=True, slots=True)
class Produced:
    """
    A message that a function of the service made.

    Shape: `channel` is empty where it was not told; `properties` are what a broker knows beside
    headers (a type, a priority); `metadata` is set where all that is beside the body was named in
    one mapping, `headers` being empty then; `is_bare` says that nothing was told but the body.
    """

    message: Message
    channel: str = ""
    properties: Mapping[str, Json] = field(default_factory=dict)
    metadata: Mapping[str, Json] | None = None
    is_bare: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """
    What a function made, in its wanted.

    Shape: `function` is its qualified name; `by` is the kind of name by which it was found.
    """

    function: str
    by: str
    messages: tuple[Produced, ...] = ()
