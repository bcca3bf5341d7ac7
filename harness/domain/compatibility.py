"""Which versions of a channel's messages must be read by which, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from harness.domain.channel import Action


class Way(Enum):
    """Who reads: `backward` the later version what the earlier wrote, `forward` the other way."""

    BACKWARD = "backward"
    FORWARD = "forward"


class Fits(Enum):
    """
    What one version makes of the other's messages.

    Shape: `if-producer-is-known` when a producer that sends what its schema names, and nothing
    else, is read, and one that sends whatever else the schema lets pass is not.
    """

    YES = "yes"
    IF_PRODUCER_IS_KNOWN = "if-producer-is-known"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Compatibility:
    """
    What comes of one way for one message of a channel.

    Shape: `action` is what the application of the document does with it; `counterexample` is the
    JSON text of a whole message that is written and not read, for what is not a plain yes; empty
    where the message itself is gone, as `reason` then says; `of_headers` tells that it is about the
    headers, of which the counterexample then is, and not about the payload.
    """

    channel: str
    action: Action
    message: str
    way: Way
    fits: Fits
    counterexample: str = ""
    reason: str = ""
    of_headers: bool = False


class ChannelPolicy(Enum):
    """What is asked of the versions of a channel, in the words of schema registries."""

    BACKWARD = "BACKWARD"
    FORWARD = "FORWARD"
    FULL = "FULL"
    BACKWARD_TRANSITIVE = "BACKWARD_TRANSITIVE"
    FORWARD_TRANSITIVE = "FORWARD_TRANSITIVE"
    FULL_TRANSITIVE = "FULL_TRANSITIVE"
    NONE = "NONE"

    @property
    def is_transitive(self) -> bool:
        """Whether it holds against every earlier version, and not against the last one alone."""
        return self.value.endswith("_TRANSITIVE")

    @property
    def ways(self) -> tuple[Way, ...]:
        """The ways that are asked for."""
        word = self.value.removesuffix("_TRANSITIVE")
        return tuple(way for way in Way if word in (way.name, "FULL"))

    @property
    def transitive(self) -> ChannelPolicy:
        """The same against every earlier version."""
        named = self is ChannelPolicy.NONE or self.is_transitive
        return self if named else ChannelPolicy(f"{self.value}_TRANSITIVE")
