"""The index, where every client begins, and what says that the broker is well."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text as sql

from harness.broker import wire
from harness.broker.server import answers
from harness.broker.server.answers import Answer
from harness.broker.server.asking import Call
from harness.broker.server.links import link
from harness.broker.server.needs import HEARTBEAT
from harness.broker.server.routing import Route, get

_PACTS: Final = "/pacts/provider/{provider}"
_OF_ONE: Final = "/pacticipants/{pacticipant}"

RELATIONS: Final = {
    "pb:publish-contracts": "/contracts/publish",
    "pb:latest-pact-versions": "/pacts/latest",
    "pb:tagged-pact-versions": "/pacts/provider/{provider}/consumer/{consumer}/tag/{tag}",
    "pb:pacticipants": "/pacticipants",
    "pb:pacticipant": _OF_ONE,
    "pb:latest-version": f"{_OF_ONE}/latest-version",
    "pb:latest-tagged-version": f"{_OF_ONE}/latest-version/{{tag}}",
    "pb:pacticipant-version": f"{_OF_ONE}/versions/{{version}}",
    "pb:pacticipant-version-tag": f"{_OF_ONE}/versions/{{version}}/tags/{{tag}}",
    "pb:pacticipant-branch": f"{_OF_ONE}/branches/{{branch}}",
    "pb:pacticipant-branch-version": f"{_OF_ONE}/branches/{{branch}}/versions/{{version}}",
    "pb:latest-provider-pacts": f"{_PACTS}/latest",
    "pb:latest-provider-pacts-with-tag": f"{_PACTS}/latest/{{tag}}",
    "pb:provider-pacts-with-tag": f"{_PACTS}/tag/{{tag}}",
    "pb:provider-pacts": _PACTS,
    "pb:latest-provider-pacts-with-branch": f"{_PACTS}/branch/{{branch}}/latest",
    "pb:latest-provider-pacts-with-main-branch": f"{_PACTS}/branch/latest",
    "pb:provider-pacts-with-branch": f"{_PACTS}/branch/{{branch}}",
    "pb:provider-pacts-with-main-branch": f"{_PACTS}/branch",
    "pb:latest-branch-pact-versions": f"{_PACTS}/branch/{{branch}}/latest",
    "pb:latest-main-branch-pact-versions": f"{_PACTS}/branch/latest",
    "pb:branch-pact-versions": f"{_PACTS}/branch/{{branch}}",
    "pb:main-branch-pact-versions": f"{_PACTS}/branch",
    "pb:provider-pacts-for-verification": f"{_PACTS}/for-verification",
    "beta:provider-pacts-for-verification": f"{_PACTS}/for-verification",
    "pb:can-i-deploy-pacticipant-version-to-tag": f"{_OF_ONE}/versions/{{version}}/can-i-deploy"
    "/to/{tag}",
    "pb:can-i-deploy-pacticipant-version-to-environment": f"{_OF_ONE}/versions/{{version}}"
    "/can-i-deploy/to-environment/{environment}",
    "pb:webhooks": "/webhooks",
    "pb:webhook": "/webhooks/{uuid}",
    "pb:integrations": "/integrations",
    "pb:labels": "/labels",
    "pb:environments": "/environments",
    "pb:environment": "/environments/{uuid}",
    "pb:metrics": "/metrics",
    wire.PUBLISH_PROVIDER_CONTRACT: wire.PUBLISHED_DOCUMENT,
    wire.PROVIDER_CONTRACT: wire.PROVIDER_DOCUMENT,
}


# Where sentences about a host that webhooks may not tell lead to.
_WHITELIST: Final = """
whitelist
Webhooks tell public hosts over https. Who runs the broker allows other hosts by name, by address or
by network with --webhook-host, and then no others are told; --webhook-scheme http allows http. What
a host answers is shown only where --webhook-host allows it.
"""


def index(call: Call) -> Answer:
    """All relations."""
    found = {name: call.links.template(path) for name, path in RELATIONS.items()}
    self_link = link(call.asked.base + "/", title="Index", templated=False)
    return answers.hal({"_links": {"self": self_link, **found, "curies": call.links.curies()}})


def heartbeat(call: Call) -> Answer:
    """That the broker answers."""
    return answers.hal({"ok": True, "_links": {"self": link(call.url)}})


def dependencies(call: Call) -> Answer:
    """That its database answers."""
    call.db.execute(sql("SELECT 1"))
    return answers.hal({"database": {"ok": True}, "_links": {"self": link(call.url)}})


def explained(call: Call) -> Answer:
    """A relation in a sentence, which is where its short name leads."""
    name = call.names["relation"]
    full = next((each for each in RELATIONS if each.partition(":")[2] == name), f"pb:{name}")
    path = RELATIONS.get(full)
    where = f"The index leads there: {call.asked.base}{path}" if path else "See docs.pact.io."
    more = _WHITELIST if name == "webhooks" else ""
    return answers.text(f"pb:{name}\n{where}\n{more}")


ROUTES: Final[tuple[Route, ...]] = (
    get("/", index),
    get("/diagnostic/status/heartbeat", heartbeat, needs=HEARTBEAT),
    get("/diagnostic/status/dependencies", dependencies),
    get("/doc/{relation}", explained, "text/plain"),
)
