"""What the warehouse tells of its parcels."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from json import dumps


@dataclass(frozen=True)
class Sent:
    """A parcel that left."""

    id: str
    weight_g: int
    carrier: str


@dataclass(frozen=True)
class Returned:
    """A parcel that came back."""

    id: str
    reason: str


def message(told: Sent | Returned) -> bytes:
    """Write what a channel carries."""
    return dumps(asdict(told)).encode()
