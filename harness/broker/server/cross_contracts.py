"""What a provider version's documents say of a consumer version's pact, in full."""

from __future__ import annotations

from typing import Any, Final

from harness.broker.semantics.fitting import Fit, fit
from harness.broker.semantics.rows import Publication
from harness.broker.server import answers, bodies, finding
from harness.broker.server.answers import Answer
from harness.broker.server.asking import Call
from harness.broker.server.links import Links, link
from harness.broker.server.routing import Route, get
from harness.broker.store import comparisons, contracts, provider_contracts, versions

PATH: Final = (
    "/contracts/bi-directional/provider/{provider}/version/{version}"
    "/consumer/{consumer}/version/{other}/cross-contract-verification-results"
)


def compared(call: Call) -> tuple[Publication, Fit, list[dict[str, Any]]]:
    """A pact, what the provider's documents say of it, and each document with what was found."""
    provider, consumer = (finding.pacticipant(call, side) for side in ("provider", "consumer"))
    promising = versions.find(call.db, provider.id, call.names["version"]) or finding.nothing(call)
    using = versions.find(call.db, consumer.id, call.names["other"]) or finding.nothing(call)
    published = contracts.of_version(call.db, [using.id], provider.id)
    promised = provider_contracts.of_versions(call.db, [promising.id])
    if not published or not promised:
        finding.nothing(call)
    one = published[0]
    pairs = [(one.content_id, each.document_id) for each in promised]
    known = comparisons.required(call.db, pairs)
    found = fit(one.content_id, (promising.id, promising.number), promised, known)
    assert found is not None
    documents = [
        {
            "specification": each.specification,
            "interactions": comparisons.details(call.db, pair),
            "_links": {"pf:provider-contract": call.links.document(promising, each.specification)},
        }
        for each, pair in zip(promised, pairs, strict=True)
    ]
    return one, found, documents


def results(call: Call) -> Answer:
    """All that was found when a pact was compared with the provider's documents."""
    one, found, documents = compared(call)
    links = {
        "self": link(address(call.links, one, found), title="Comparison of contracts"),
        "pb:pact-version": link(call.links.pact(one)),
        "curies": call.links.curies(),
    }
    compared_at = bodies.shown(found.created_at)
    told = {**summary(found), "comparedAt": compared_at, "documents": documents}
    return answers.hal({**told, "_links": links})


def summary(found: Fit) -> dict[str, Any]:
    """What a comparison came to."""
    return {
        "success": found.success,
        "selfVerification": found.self_success,
        "unconfirmed": found.unconfirmed,
        "reasons": list(found.reasons),
    }


def address(links: Links, one: Publication, found: Fit) -> str:
    """Where a comparison is shown in full."""
    return place(links, one, found.version)


def place(links: Links, one: Publication, number: str) -> str:
    """Where the comparison with the documents of a provider version is shown in full."""
    return links.to(
        *("contracts", "bi-directional", "provider", one.provider, "version", number),
        *("consumer", one.consumer, "version", one.version),
        "cross-contract-verification-results",
    )


ROUTES: Final[tuple[Route, ...]] = (get(PATH, results),)
