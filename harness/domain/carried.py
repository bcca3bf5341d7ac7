"""What became of messages and requests that were carried to a service's worker: evidence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from harness.domain.message import UsedBroker


class Trial(Enum):
    """What was done to a worker while it consumed."""

    GOOD = "messages that it agreed to"
    POISON = "a message that nobody can read, between two that it agreed to"
    KILLED = "killed while a handler was at work, and started again"


@dataclass(frozen=True, slots=True)
class MessagesCarried:
    """
    Messages of one interaction were sent to a consumer over a broker, and it was waited for them.

    Shape: `interaction` is its key, `address` the channel's; `sent` counts the messages that the
    consumer agreed to. At the end `waiting` were not settled, and `refused` lay in the dead-letter
    place, of which `poison` are the message that nobody can read. `begun`, `returned` and `raised`
    count calls of handlers, `is_watched` says whether these are seen at all; `error` is what the
    last one raised. Of a worker that was killed `began` and `waited` are `unfinished` calls at the
    kill, and what the broker still had then. `deliveries` of the poison are None where nobody
    counts them, `tries` of a broker that puts nothing away by itself; `ended` says how the worker
    ended by itself, `is_deaf` that it still runs and consumes no more. Where the broker keeps
    nothing (not `is_kept`) `waiting` are those that were not handled.
    Units: `waited_s` is for how long it was waited.
    """

    consumer: str
    provider: str
    interaction: str
    address: str
    broker: UsedBroker
    trial: Trial
    sent: int
    waiting: int = 0
    refused: int = 0
    poison: int = 0
    begun: int = 0
    returned: int = 0
    raised: int = 0
    unfinished: int = 0
    kept: int = 0
    deliveries: int | None = None
    tries: int | None = None
    is_watched: bool = False
    error: str = ""
    ended: str = ""
    is_deaf: bool = False
    is_kept: bool = True
    waited_s: float = 0.0
    detail: str = ""


class Asked(Enum):
    """What a worker was asked, and behind what."""

    AGREED = "a request that its contract shows"
    BEHIND_POISON = "a request behind one that nobody can read"
    BEHIND_GONE = "a request behind one whose sender went away"


@dataclass(frozen=True, slots=True)
class RequestCarried:
    """
    A request of one interaction was sent to a provider's worker, and it was waited for its reply.

    Shape: `interaction` is its key, `address` the channel's; `correlation` is the id that was sent,
    and `replied_to` the one that the reply has, both empty where there was none; `ended` says how
    the worker ended by itself; `contract` is the digest of the pact.
    Units: `waited_s` is for how long it was waited.
    """

    consumer: str
    provider: str
    interaction: str
    description: str
    address: str
    broker: UsedBroker
    asked: Asked
    is_answered: bool
    correlation: str = ""
    replied_to: str = ""
    ended: str = ""
    waited_s: float = 0.0
    detail: str = ""
    contract: str = ""
    pending: bool = False

    @property
    def is_anothers(self) -> bool:
        """Whether the reply says that it is one to another request."""
        return bool(self.correlation and self.replied_to) and self.correlation != self.replied_to
