"""How long an interaction takes on real documents, in processor time."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Iterator

from harness.compat.bounds import Bounds, Exhausted, Work
from harness.compat.directions import Directed, Direction
from harness.compat.expanding import Expander
from harness.compat.interactions import Provider
from harness.compat.sampling import NoValue, Sampler
from harness.documents.openapi import read_document
from harness.domain.document import Document, Operation
from harness.domain.errors import DocumentUnreadable
from harness.domain.json import is_json_media_type
from harness.domain.pact import (
    Body,
    HttpRequest,
    HttpResponse,
    Interaction,
    InteractionKind,
    Presence,
    Rule,
)
from tests.compat.conformance import cases

COLD_MS = 10
WARM_MS = 1
LEAST_INTERACTIONS = 500
LIKE = {"body": {"$": Rule(({"match": "type"},))}}


def test_an_interaction_takes_a_millisecond_when_warm() -> None:
    """On real documents the mean is at most 10 ms cold and 1 ms with schemas that are known."""
    cold: list[float] = []
    warm: list[float] = []
    for path in sorted(cases("openapi").iterdir()):
        try:
            document = read_document(path.read_bytes(), path.name)
        except DocumentUnreadable:
            continue
        interactions = list(_interactions(document))
        provider = Provider(document)
        for taken in (cold, warm):
            for interaction in interactions:
                start = time.process_time()
                provider.compared(interaction)
                taken.append(1000 * (time.process_time() - start))

    assert len(cold) >= LEAST_INTERACTIONS
    assert statistics.mean(cold) <= COLD_MS
    assert statistics.mean(warm) <= WARM_MS


def _interactions(document: Document) -> Iterator[Interaction]:
    """For each operation that replies with JSON, a contract made of a small reply."""
    directed = Directed(document, Direction.REPLY)
    for operation in document.operations:
        reply = _reply(directed, operation)
        if reply is not None:
            request = HttpRequest(operation.method, re.sub(r"\{[^}]*\}", "1", operation.path))
            kind = InteractionKind.HTTP
            yield Interaction("a reply", kind, operation.label, request=request, response=reply)


def _reply(directed: Directed, operation: Operation) -> HttpResponse | None:
    for status, response in operation.responses.items():
        for media_type, content in response.content.items():
            if not status.isdigit() or not is_json_media_type(media_type) or not content.schema:
                continue
            try:
                sampler = Sampler(Expander(Work(Bounds())))
                value = sampler.smallest((directed.side(content.schema).part,))
            except (NoValue, Exhausted):
                continue
            body = Body(Presence.PRESENT, value, media_type, is_json=True)
            return HttpResponse(int(status), body=body, rules=LIKE)
    return None
