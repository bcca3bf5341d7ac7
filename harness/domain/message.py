"""A message as it travels, whatever broker carries it, and the broker that really did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from harness.domain.json import Json

Header: TypeAlias = Json | bytes


@dataclass(frozen=True, slots=True)
class Message:
    """
    What a producer sends and a consumer gets.

    Shape: a `payload` of None is a tombstone, which is not an empty one; `key` decides what keeps
    its order; `message_id` is the producer's own; `reply_to` is an address as the broker knows it.
    """

    payload: bytes | None
    headers: Mapping[str, Header] = field(default_factory=dict)
    key: str | None = None
    content_type: str = ""
    correlation_id: str = ""
    message_id: str = ""
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class UsedBroker:
    """
    The broker that carried messages, by what it says of itself.

    Shape: `version` is empty where neither the protocol nor who started it tells one; `stands_for`
    names the product in whose place another one answered.
    """

    kind: str
    address: str
    product: str
    version: str = ""
    stands_for: str = ""

    @property
    def name(self) -> str:
        """The product with its version, and what it stands for."""
        told = f"{self.product} {self.version}".rstrip()
        return f"{told} in place of {self.stands_for}" if self.stands_for else told

    def __str__(self) -> str:
        told = f"{self.product} {self.version}".rstrip()
        place = f", in place of {self.stands_for}" if self.stands_for else ""
        return f"{told} at {self.address}{place}"
