"""A broker that asks everybody who they are, as a service that the gate starts."""

from __future__ import annotations

import base64
import os

from harness.broker.semantics.scopes import Caller, Scope
from harness.broker.server.access import create_user
from harness.broker.server.application import Application
from harness.broker.server.asgi import Served
from harness.broker.server.routes import ROUTES
from harness.broker.server.routing import Router
from harness.broker.store.database import opened
from harness.broker.store.migrating import upgrade

# Each instance has a database of its own, and is shown the same.
NAME, PASSWORD = "anna", "correct horse battery"

store = opened(os.environ["BROKER_DATABASE"])
upgrade(store)
create_user(store, NAME, PASSWORD, Caller("", frozenset({Scope.ADMIN})))
app = Served(Application(store, Router(ROUTES)))


def credentials() -> dict[str, dict[str, str]]:
    """What is shown, by the kind of credentials."""
    shown = base64.b64encode(f"{NAME}:{PASSWORD}".encode()).decode()
    return {"password": {"Authorization": f"Basic {shown}"}}
