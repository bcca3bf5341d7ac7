"""What the environment decides."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """The worker's settings."""

    rabbitmq_url: str
    channel_prefix: str
    database: str


def settings() -> Settings:
    """Read the settings from the environment; the defaults suit a local run."""
    return Settings(
        rabbitmq_url=os.environ.get("RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:5672/"),
        channel_prefix=os.environ.get("CHANNEL_PREFIX", ""),
        database=os.environ.get("NOTIFICATIONS_DATABASE", "notifications.db"),
    )
