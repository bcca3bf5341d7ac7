"""
The words of the Pact Broker's protocol.

Clients begin at the index and follow its relations; a template holds `{names}`, whose values are
encoded whole, a slash included.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

ACCEPTED: Final = "application/hal+json, application/json"

LATEST_PACTS: Final = "pb:latest-pact-versions"
LATEST_TAGGED_VERSION: Final = "pb:latest-tagged-version"
LATEST_VERSION: Final = "pb:latest-version"
PACTICIPANT: Final = "pb:pacticipant"
PACTICIPANT_BRANCH: Final = "pb:pacticipant-branch"
PACTS_OF_VERSION: Final = "pb:pact-versions"

HEAD_OF_BRANCH: Final = "/latest-version"
"""Below a branch: the version that was added to it last."""

# Not part of the open broker's protocol: PactFlow keeps a provider's document here.
PROVIDER_DOCUMENT: Final = "/contracts/provider/{provider}/version/{version}"


def expanded(template: str, **values: str) -> str:
    """A template with its values in place."""
    for name, value in values.items():
        template = template.replace("{" + name + "}", quote(value, safe=""))
    return template
