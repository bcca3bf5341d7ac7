"""Which message broker a step needs that this run has to start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from harness.domain.config import Config
from harness.domain.service import Service, variable_of
from harness.domain.steps import AskWorker, DriveWorker, Fuzz, Replay, Step, VerifyPacts
from harness.messaging.inboxes import LOCAL, can_be_heard
from harness.messaging.local.recipes import RECIPES
from harness.messaging.local.shared import SharedBrokers


class RunBrokers:
    """The brokers that a run starts: each once, beside its steps, as soon as one will need it."""

    def __init__(self, directory: Path, outside: Mapping[str, str] = os.environ) -> None:
        self._outside = outside
        self._shared = SharedBrokers(directory)

    def make_ready(self, step: Step, config: Config) -> None:
        """Begin to start what a step needs."""
        kind = needed_by(step, config)
        if kind in RECIPES and self._outside.get(variable_of(kind), LOCAL) in ("", LOCAL):
            self._shared.begin(kind)

    def environment(self) -> dict[str, str]:
        """What surrounds a step: as it is here, and where those are that have begun."""
        return {**self._outside, **self._shared.variables()}

    def close(self) -> None:
        """End them."""
        self._shared.close()


def needed_by(step: Step, config: Config) -> str:
    """Name the kind of broker that a step uses; empty where it uses none."""
    service = config.service(step.service)
    if service is None or service.broker is None or not _uses(step, service):
        return ""
    return service.broker.kind


def _uses(step: Step, service: Service) -> bool:
    assert service.broker is not None
    if isinstance(step, (DriveWorker, AskWorker)):
        return True
    is_heard = service.publisher is not None and service.publisher.sends
    observes = isinstance(step, (VerifyPacts, Fuzz, Replay))
    return observes and is_heard and can_be_heard(service.broker)
