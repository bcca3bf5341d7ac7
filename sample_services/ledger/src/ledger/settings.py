"""What the environment decides."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """The worker's settings; without an address AWS itself is asked."""

    aws_url: str
    channel_prefix: str
    database: str


def settings() -> Settings:
    """Read the settings from the environment; the defaults suit a local run."""
    return Settings(
        aws_url=os.environ.get("AWS_URL", ""),
        channel_prefix=os.environ.get("CHANNEL_PREFIX", ""),
        database=os.environ.get("LEDGER_DATABASE", "ledger.db"),
    )
