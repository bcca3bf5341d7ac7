"""Which values of the environment must never be written."""

from __future__ import annotations

import os

from harness.domain.config import Config


def secrets_of(config: Config) -> frozenset[str]:
    """Gather the values that must never be written."""
    names = {"PACT_BROKER_TOKEN", "PACT_BROKER_PASSWORD"}
    for service in config.services:
        names |= {one.secret_from for one in service.env.values() if one.secret_from}
    return frozenset(os.environ[name] for name in names if os.environ.get(name))
