"""Names that nobody else has, and addresses without what is secret in them."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import SplitResult
from uuid import uuid4


def fresh_namespace() -> str:
    """A prefix that every broker here takes in a name, and that no other run has."""
    return f"harness-{uuid4().hex[:10]}-"


def shown(url: SplitResult, default_port: int = 0) -> str:
    """Give the place of a broker, without credentials and options."""
    host = f"[{url.hostname}]" if url.hostname and ":" in url.hostname else url.hostname or ""
    port = url.port or default_port
    return f"{host}:{port}" if port else host


def told_product(options: Mapping[str, str], otherwise: str) -> tuple[str, str]:
    """Give product and version as who started the broker says, where the protocol does not."""
    name, _, version = options.get("broker", otherwise).partition("/")
    return name, version
