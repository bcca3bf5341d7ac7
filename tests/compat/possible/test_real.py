"""Real documents: each of their operations has its set, and all that it names is allowed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from harness.compat.possible.replies import PossibleReplies
from harness.compat.schemas.directions import Directed, Direction
from harness.compat.schemas.rendering import with_definitions
from harness.documents.openapi import read_document
from harness.domain.document import Document, Operation
from harness.domain.errors import DocumentUnreadable
from harness.domain.json import is_json_media_type
from harness.domain.pact import Interaction
from harness.domain.possible import Origin, PossibleReply
from tests.compat.conformance import cases
from tests.compat.drawing import Second
from tests.compat.effort import within
from tests.compat.samples import interaction

MOST_CALLS = 4_000_000
FEWEST_SETS = 500


def documents() -> Iterator[Document]:
    """The documents that can be read."""
    for path in sorted(cases("openapi").iterdir()):
        try:
            yield read_document(path.read_bytes(), path.name)
        except DocumentUnreadable:
            continue


def shown_by(asked: PossibleReplies) -> Iterator[tuple[Operation, Interaction, PossibleReply]]:
    """For each operation that answers with a body, a contract that shows the plainest."""
    for operation in asked.document.operations:
        path = operation.base_paths[0] + re.sub(r"\{[^}]*\}", "1", operation.path)
        plainest = asked.answer(operation.method, path)
        if plainest is None or not plainest.body or not plainest.media_type:
            continue
        is_json = is_json_media_type(plainest.media_type)
        shown = interaction(
            json.loads(plainest.body) if is_json else plainest.body,
            status=plainest.status,
            media_type=plainest.media_type,
            request={"method": operation.method, "path": path},
        )
        yield operation, shown, plainest


@dataclass(slots=True)
class Judges:
    """Another's judges of what one document lets its provider send."""

    document: Document
    _known: dict[tuple[str, int, str], Second] = field(default_factory=dict)

    def accept(self, operation: Operation, status: int, media_type: str, body: str) -> bool:
        """Whether a body of JSON is allowed."""
        key = (operation.label, status, media_type)
        if key not in self._known:
            response = operation.response_for(status)
            content = response.content_for(media_type) if response else None
            assert content is not None, key
            part = Directed(self.document, Direction.REPLY).side(content.schema).part
            self._known[key] = Second(with_definitions(part.schema, part.world))
        return self._known[key].accepts(json.loads(body))


def test_every_operation_of_real_documents_has_its_set() -> None:
    """Each set is made within bounded work, and every body is valid by another's judge."""
    made = 0
    for document in documents():
        asked, judges = PossibleReplies(document, 10, 1), Judges(document)
        for operation, shown, plainest in shown_by(asked):
            found = within(MOST_CALLS, partial(asked.of, shown))
            made += 1
            assert found.operation
            for reply in found.replies:
                media_type = reply.media_type or plainest.media_type or ""
                is_judged = reply.body and is_json_media_type(media_type)
                if is_judged and reply.origin is not Origin.NETWORK:
                    where = (operation, reply.status or plainest.status, media_type)
                    assert judges.accept(*where, reply.body or ""), (operation.label, reply)
    assert made > FEWEST_SETS
