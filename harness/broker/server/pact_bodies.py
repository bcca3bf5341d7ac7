"""What is shown of pacts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from harness.broker.semantics.rows import Publication
from harness.broker.server import answers
from harness.broker.server.answers import Answer
from harness.broker.server.asking import Call
from harness.broker.server.bodies import shown
from harness.broker.server.links import Links, link
from harness.broker.store import contracts


def titled(one: Publication) -> str:
    """A pact in words."""
    return f"Pact between {one.consumer} ({one.version}) and {one.provider}"


def pact(call: Call, one: Publication, metadata: str = "", status: int = 200) -> Answer:
    """A pact as it was published, with what leads on from it."""
    text = json.loads(contracts.content(call.db, one.content_id))
    body = {**text, "createdAt": shown(one.created_at), "_links": _links(call, one, metadata)}
    return answers.hal(body, status, {"x-pact-consumer-version": _header(one.version)})


def listed(links: Links, found: Iterable[Publication]) -> list[dict[str, Any]]:
    """Links to pacts, as lists of a provider's pacts have them."""
    return [
        link(
            links.pact(each),
            name=each.consumer,
            title=f"Pact between {each.consumer} (v{each.version}) and {each.provider}",
        )
        for each in found
    ]


def _links(call: Call, one: Publication, metadata: str) -> dict[str, Any]:
    links = call.links
    pair = links.pair(one.provider, one.consumer)
    own, content = links.pact(one), links.content(one)
    consumer = links.pacticipant(one.consumer)
    word = ("metadata", metadata) if metadata else ()
    diff = f"{content}/diff/pact-version/{{pactVersion}}"
    return {
        "self": link(own, title="Pact", name=titled(one)),
        "pb:consumer": link(consumer, title="Consumer", name=one.consumer),
        "pb:consumer-version": link(
            links.pacticipant(one.consumer, "versions", one.version),
            title="Consumer version",
            name=one.version,
        ),
        "pb:consumer-versions": [
            link(
                links.pacticipant(each.consumer, "versions", each.version),
                title="Consumer version",
                name=each.version,
            )
            for each in contracts.of_content(call.db, one.content_id)
        ],
        "pb:provider": link(links.pacticipant(one.provider), title="Provider", name=one.provider),
        "pb:pact-version": link(content, title="Pact content version permalink", name=one.sha),
        "pb:latest-pact-version": link(f"{pair}/latest", title="Latest version of this pact"),
        "pb:all-pact-versions": link(f"{pair}/versions", title="All versions of this pact"),
        "pb:latest-untagged-pact-version": link(
            f"{pair}/latest-untagged", title="Latest untagged version of this pact"
        ),
        "pb:latest-tagged-pact-version": link(f"{pair}/latest/{{tag}}", templated=True),
        "pb:previous-distinct": link(f"{own}/previous-distinct"),
        "pb:diff-previous-distinct": link(f"{own}/diff/previous-distinct"),
        "pb:diff": link(diff, templated=True),
        "pb:pact-webhooks": link(f"{pair}/webhooks"),
        "pb:consumer-webhooks": link(links.to("webhooks", "consumer", one.consumer)),
        "pb:tag-prod-version": link(
            links.pacticipant(one.consumer, "versions", one.version, "tags", "prod"),
            title="PUT to this resource to tag this consumer version as 'production'",
        ),
        "pb:tag-version": link(
            f"{consumer}/versions/{links.to(one.version)[len(links.base) + 1 :]}/tags/{{tag}}",
            templated=True,
        ),
        "pb:publish-verification-results": link(
            links.content(one, *word, "verification-results"), title="Publish verification results"
        ),
        "pb:latest-verification-results": link(f"{content}/verification-results/latest"),
        "pb:triggered-webhooks": link(f"{own}/triggered-webhooks"),
        "pb:matrix-for-consumer-version": link(
            f"{links.base}/matrix?q[][pacticipant]={links.to(one.consumer)[len(links.base) + 1 :]}"
            f"&q[][version]={links.to(one.version)[len(links.base) + 1 :]}&latestby=cvpv"
        ),
        "curies": links.curies(),
    }


def _header(text: str) -> str:
    return text if text.isascii() and text.isprintable() else ""
