"""Every page of the broker, in one place."""

from __future__ import annotations

from typing import Final

from harness.broker.server.pages import (
    comparisons,
    deploying,
    environments,
    integrations,
    matrix,
    network,
    pacticipants,
    pacts,
    results,
    versions,
    webhooks,
)
from harness.broker.server.routing import Route

PAGES: Final[tuple[Route, ...]] = (
    *integrations.ROUTES,
    *network.ROUTES,
    *pacts.ROUTES,
    *results.ROUTES,
    *pacticipants.ROUTES,
    *versions.ROUTES,
    *environments.ROUTES,
    *matrix.ROUTES,
    *deploying.ROUTES,
    *comparisons.ROUTES,
    *webhooks.ROUTES,
)
