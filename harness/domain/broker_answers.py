"""What asking a broker came to, where it is more than pacts and documents."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BrokerUnreached:
    """
    Something of a service that lies beyond this repository, and could not be fetched.

    Shape: `what` is told to readers; `place` is the address that was asked.
    """

    service: str
    what: str
    place: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class NothingPublished:
    """A broker was asked for what a service has published, and holds nothing of it."""

    service: str
    what: str
    place: str


@dataclass(frozen=True, slots=True)
class DeployabilityTold:
    """
    What a broker says of deploying one version of a service.

    Shape: `deployable` is None where results are missing; `reasons` are the broker's sentences;
    `vacuous` says why its answer rests on nothing, empty where it does on something.
    """

    service: str
    version: str
    environment: str
    deployable: bool | None
    reasons: tuple[str, ...] = ()
    vacuous: str = ""


Answered = DeployabilityTold | NothingPublished | BrokerUnreached
"""What a question about deploying comes to."""
