"""What a broker tells other hosts of, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.domain.json import Json


@dataclass(frozen=True, slots=True)
class Webhook:
    """
    A webhook as it is kept; secrets in it are masked.

    Shape: `definition` is what the protocol lets be set: description, enabled, consumer, provider,
    events and request; `link` is its address at the broker.
    """

    uuid: str
    definition: Mapping[str, Json]
    link: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """
    What a webhook had to tell.

    Shape: `tries_left` is none where the broker does not say; `log` is what was logged of each try.
    """

    webhook: str
    event: str
    status: str
    at: str = ""
    tries: int = 0
    tries_left: int | None = None
    log: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """
    How trying a webhook out went.

    Shape: `success` is none where the broker does not say; `status` is what the other host
    answered, zero where that is not known; `log` holds secrets no more than the broker shows.
    """

    success: bool | None
    status: int = 0
    log: str = ""
