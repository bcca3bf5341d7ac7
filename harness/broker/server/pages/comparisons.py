"""What a provider version's documents say of a consumer version's pact."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from harness.broker.server import cross_contracts
from harness.broker.server.answers import Answer
from harness.broker.server.asking import Call
from harness.broker.server.pages import frame, parts
from harness.broker.server.routing import Route, page
from harness.domain.json import Json
from harness.pages.markup import Markup, tag
from harness.pages.plain import clipped

_LONGEST: Final = 20_000
_WORDS: Final = {
    True: ("good", "✓", "it fits"),
    False: ("bad", "✕", "it does not fit"),
    None: ("open", "?", "the documents leave it open"),
}


def shown(call: Call) -> Answer:
    """The outcome, its reasons, and all that was found, document by document."""
    one, found, documents = cross_contracts.compared(call)
    links, outcome = call.links, cross_contracts.summary(found)
    reasons = tag("ul", [tag("li", each) for each in outcome["reasons"]])
    return frame.page(
        call,
        f"The pact of {one.consumer} and the document of {one.provider}",
        frame.section("Why", reasons) if outcome["reasons"] else None,
        [_document(each) for each in documents],
        lead=[
            tag("p", parts.signed(*_WORDS[found.success])),
            parts.terms(
                ("provider", parts.pacticipant(links, one.provider)),
                ("its version", parts.version(links, one.provider, found.version)),
                ("consumer", parts.pacticipant(links, one.consumer)),
                ("its version", parts.version(links, one.consumer, one.version)),
                ("pact", parts.to(links.pact(one), "read it")),
                ("compared", parts.moment(found.created_at)),
            ),
        ],
    )


def _document(one: Mapping[str, Json]) -> Markup:
    text = json.dumps(one["interactions"], indent=2, ensure_ascii=False)
    title = f"By the document ({one['specification']})"
    return frame.section(title, tag("pre", clipped(text, _LONGEST), tabindex=0))


ROUTES: Final[tuple[Route, ...]] = (page(cross_contracts.PATH, shown),)
