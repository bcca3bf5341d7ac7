"""What the environment decides."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """The worker's settings."""

    kafka_url: str
    zeromq_url: str
    channel_prefix: str
    database: str


def settings() -> Settings:
    """Read the settings from the environment; the defaults suit a local run."""
    return Settings(
        kafka_url=os.environ.get("KAFKA_URL", "127.0.0.1:9092"),
        zeromq_url=os.environ.get("ZEROMQ_URL", ""),
        channel_prefix=os.environ.get("CHANNEL_PREFIX", ""),
        database=os.environ.get("SHIPPING_DATABASE", "shipping.db"),
    )
