"""What the environment says."""

import os
from pathlib import Path


def database_url() -> str:
    """Where the inventory is kept."""
    return os.environ.get("DATABASE_URL", f"sqlite:///{Path.cwd() / 'inventory.db'}")


def catalog_url() -> str:
    """Where the catalogue answers."""
    return os.environ.get("CATALOG_URL", "http://127.0.0.1:8001")
