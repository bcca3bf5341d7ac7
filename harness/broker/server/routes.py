"""Every route of the broker, in one place."""

from __future__ import annotations

from typing import Final

from harness.broker.server import (
    badges,
    cross_contracts,
    environments,
    index,
    integrations,
    matrix,
    pact_lists,
    pacticipants,
    pacts,
    provider_contracts,
    publishing,
    results,
    triggered,
    verifying,
    versions,
    webhooks,
)
from harness.broker.server.describing import described
from harness.broker.server.pages.routes import PAGES
from harness.broker.server.routing import Route

API: Final[tuple[Route, ...]] = described(
    (
        *index.ROUTES,
        *publishing.ROUTES,
        *provider_contracts.ROUTES,
        *cross_contracts.ROUTES,
        *pacts.ROUTES,
        *pact_lists.ROUTES,
        *verifying.ROUTES,
        *results.ROUTES,
        *pacticipants.ROUTES,
        *versions.ROUTES,
        *environments.ROUTES,
        *matrix.ROUTES,
        *integrations.ROUTES,
        *webhooks.ROUTES,
        *triggered.ROUTES,
        *badges.ROUTES,
    )
)
"""What programs are answered, with the document that describes it."""

ROUTES: Final[tuple[Route, ...]] = (*API, *PAGES)
