"""Who uses whom, through what, and which claims make that safe."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Leg(Enum):
    """One of the three claims that make an edge safe."""

    PROVIDER = "provider-keeps-its-word"
    FIT = "words-fit"
    CONSUMER = "consumer-copes"


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """One consumer and one provider."""

    consumer: str
    provider: str

    def __str__(self) -> str:
        """Write the pair as reports do."""
        return f"{self.consumer} → {self.provider}"


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """
    One consumer using one provider through one operation or one channel.

    Shape: `operation` is a method and path template (`GET /stock/{sku}`) or the address of a
    channel (`orders.created`) where the provider's document has one, else the method and the
    concrete path of the contract, or the description of its message.
    """

    pair: Pair
    operation: str

    def __str__(self) -> str:
        """Write the edge as reports do."""
        return f"{self.pair} {self.operation}"


class LegStatus(Enum):
    """What is known of one leg of one edge."""

    PROVEN = "proven"
    TESTED = "tested"
    FAILED = "failed"
    MISSING = "missing"
    NOT_LOOKED_AT = "not looked at"


@dataclass(frozen=True, slots=True)
class LegReport:
    """
    One leg of one edge, with the evidence counted.

    Shape: `typed` says that a static type checker read the code concerned; `brokers` name the
    products, with their versions, that carried messages.
    Units: `interactions` are named examples of contracts, `proven` those of them that need no test,
    `cases` generated requests or replies, `waived` findings that somebody answers for.
    """

    leg: Leg
    status: LegStatus
    interactions: int = 0
    cases: int = 0
    findings: int = 0
    reason: str = ""
    typed: bool = False
    proven: int = 0
    waived: int = 0
    brokers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EdgeReport:
    """An edge and its three legs."""

    edge: Edge
    legs: tuple[LegReport, ...]
