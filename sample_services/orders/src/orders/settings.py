"""What the environment decides."""

import os
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Settings:
    """The service's settings, read once."""

    database_url: str
    catalog_url: str
    inventory_url: str
    admin_token: str
    rabbitmq_url: str
    channel_prefix: str


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Read the settings from the environment; the defaults suit a local run."""
    return Settings(
        database_url=os.environ.get("DATABASE_URL", "sqlite:///orders.db"),
        catalog_url=os.environ.get("CATALOG_URL", "http://127.0.0.1:8001"),
        inventory_url=os.environ.get("INVENTORY_URL", "http://127.0.0.1:8002"),
        admin_token=os.environ.get("ORDERS_ADMIN_TOKEN", "local-admin-token"),
        rabbitmq_url=os.environ.get("RABBITMQ_URL", ""),
        channel_prefix=os.environ.get("CHANNEL_PREFIX", ""),
    )
