"""What became of replies that were put to a consumer: evidence, which checks judge."""

from __future__ import annotations

from dataclasses import dataclass

from harness.domain.crash import Crash
from harness.domain.fit import Asked, Code, Reception
from harness.domain.possible import Origin


@dataclass(frozen=True, slots=True)
class WitnessPut:
    """
    Witnesses of one misfit were put to the consumer that they are about.

    Shape: `interaction`, `code`, `name` and `path` name the misfit; `witness` is the JSON text that
    was refused, else the last that was put; `error` is the consumer's own; `crash` tells where its
    code raised; `detail` says why nobody was asked; `tried` counts the replies that it was asked
    about.
    """

    consumer: str
    provider: str
    interaction: str
    code: Code
    name: str
    path: str
    asked: Asked
    reception: Reception
    witness: str = ""
    error: str = ""
    crash: Crash | None = None
    detail: str = ""
    tried: int = 0


@dataclass(frozen=True, slots=True)
class RepliesPut:
    """
    Replies that may come for one interaction were put to the consumer that asks for it.

    Shape: `interaction` is the interaction's key, or the label of the provider's operation where no
    contract holds one; `by` is the operation of the consumer that was called meanwhile, empty where
    its contract test was run; `reason` says why some were left out.
    """

    consumer: str
    provider: str
    interaction: str
    by: str = ""
    tried: int = 0
    left_out: int = 0
    reason: str = ""


COPED = "the same reply was coped with"
"""What became of a reply that was not coped with before."""


@dataclass(frozen=True, slots=True)
class ReplyRefused:
    """
    A reply or a message that may come, and that a consumer's code did not cope with.

    Shape: `interaction` as in `RepliesPut`; `what` says in what it differs from the contract's own,
    `place` where in the body, and `reply` is the whole of it as text; `by` is the operation of the
    consumer that was called, with its request in `asked`, both empty where its contract test `test`
    was run; `crash` is None where the code did not raise but went on for `waited_s`, or where its
    process ended, as `error` says; `came_back` is whether it showed again in a fresh process (None:
    not tried), and `again` says what became of the reply there where it did not. One of these
    stands for all that raise at one place, the smallest of them; `occurrences` counts them.
    `of_message` says that it came through a channel, and `by_test` that no code raised but an
    assertion of the test, which holds when the message comes once; `version` is the place of the
    earlier version of the producer's document that allows it, empty where today's does.
    """

    consumer: str
    provider: str
    interaction: str
    origin: Origin
    what: str
    reply: str
    place: str = ""
    by: str = ""
    asked: str = ""
    test: str = ""
    error: str = ""
    crash: Crash | None = None
    waited_s: float = 0.0
    came_back: bool | None = None
    occurrences: int = 1
    again: str = ""
    of_message: bool = False
    by_test: bool = False
    version: str = ""


@dataclass(frozen=True, slots=True)
class AddressRefused:
    """
    A consumer called an address that neither its table nor a stand-in accounts for; it was refused.

    Shape: `address` is host and port; `by` as in `ReplyRefused`; `crash` tells where it called.
    """

    consumer: str
    address: str
    by: str = ""
    crash: Crash | None = None
