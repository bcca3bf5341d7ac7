"""
The words of the Pact Broker's protocol.

Clients begin at the index and follow its relations; a template holds `{names}`, whose values are
encoded whole, a slash included.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import quote

ACCEPTED: Final = "application/hal+json, application/json"
JSON: Final = "application/json"
MERGE_PATCH: Final = "application/merge-patch+json"

ENVIRONMENTS: Final = "pb:environments"
LATEST_PACTS: Final = "pb:latest-pact-versions"
LATEST_TAGGED_VERSION: Final = "pb:latest-tagged-version"
LATEST_VERSION: Final = "pb:latest-version"
PACTICIPANT: Final = "pb:pacticipant"
PACTICIPANTS: Final = "pb:pacticipants"
PACTICIPANT_BRANCH: Final = "pb:pacticipant-branch"
PACTICIPANT_BRANCH_VERSION: Final = "pb:pacticipant-branch-version"
PACTICIPANT_VERSION: Final = "pb:pacticipant-version"
PACTS_OF_VERSION: Final = "pb:pact-versions"
PACTS_TO_VERIFY: Final = "pb:provider-pacts-for-verification"
PUBLISH: Final = "pb:publish-contracts"
PUBLISH_RESULTS: Final = "pb:publish-verification-results"
RECORD_DEPLOYMENT: Final = "pb:record-deployment"
RECORD_RELEASE: Final = "pb:record-release"
WEBHOOK: Final = "pb:webhook"
WEBHOOKS: Final = "pb:webhooks"

MATRIX: Final = "/matrix"
"""Where clients ask whether a version may be deployed; no relation leads there."""

HEAD_OF_BRANCH: Final = "/latest-version"
"""Below a branch: the version that was added to it last."""

# Not part of the open broker's protocol: PactFlow keeps a provider's document here.
PROVIDER_DOCUMENT: Final = "/contracts/provider/{provider}/version/{version}"
PUBLISHED_DOCUMENT: Final = "/provider-contracts/provider/{provider}/publish"
PROVIDER_CONTRACT: Final = "pf:provider-contract"
PUBLISH_PROVIDER_CONTRACT: Final = "pf:publish-provider-contract"


@dataclass(frozen=True, slots=True)
class Request:
    """
    What a broker is asked.

    Shape: `url` is absolute; `kind` is the media type of the body; `is_repeatable` promises that
    asking twice does no more than asking once, so that it may be asked again where an answer was
    lost.
    """

    method: str
    url: str
    accept: str = ACCEPTED
    body: bytes = b""
    kind: str = ""
    is_repeatable: bool = True


@dataclass(frozen=True, slots=True)
class Reply:
    """What it answered."""

    status: int
    body: bytes = b""


class Asking(Protocol):
    """A way to a broker: over HTTP, or in this process."""

    def ask(self, request: Request) -> Reply:
        """
        Ask, and ask again for a fault that may pass.

        Raises: BrokerFailed, where there is no answer; Misused, for what is no address.
        """
        ...


def expanded(template: str, **values: str) -> str:
    """A template with its values in place."""
    for name, value in values.items():
        template = template.replace("{" + name + "}", quote(value, safe=""))
    return template
