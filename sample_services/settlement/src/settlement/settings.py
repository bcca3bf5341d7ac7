"""What the environment decides."""

import os
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Settings:
    """The worker's settings; `certificates` is a file of those that are trusted."""

    mq_url: str
    queue_manager: str
    user: str
    password: str = field(repr=False)
    certificates: str
    channel_prefix: str
    database: str


def settings() -> Settings:
    """Read the settings from the environment; the defaults suit a local run."""
    return Settings(
        mq_url=os.environ.get("MQ_URL", "https://127.0.0.1:9443"),
        queue_manager=os.environ.get("MQ_QUEUE_MANAGER", "QM1"),
        user=os.environ.get("MQ_USER", "app"),
        password=os.environ.get("MQ_PASSWORD", ""),
        certificates=os.environ.get("MQ_CERTIFICATES", ""),
        channel_prefix=os.environ.get("CHANNEL_PREFIX", ""),
        database=os.environ.get("SETTLEMENT_DATABASE", "settlement.db"),
    )
