"""Sets of replies of small documents, and a second judge of what is in them."""

from __future__ import annotations

import json
from typing import Any

from harness.compat.possible.contents import ReplySet
from harness.compat.possible.replies import PossibleReplies
from harness.domain.document import Document
from harness.domain.possible import Origin, PossibleReply
from tests.compat.drawing import Second
from tests.compat.samples import interaction, replying


def made(schema: Any, body: Any, *, examples: int = 50, seed: int = 1, **more: Any) -> ReplySet:
    """What may come by a document of one schema where a contract shows a body."""
    return PossibleReplies(replying(schema, **more), examples, seed).of(interaction(body))


def varied(found: ReplySet) -> list[PossibleReply]:
    """The replies with another body under the status that the contract shows."""
    return [r for r in found.replies if r.origin is Origin.DOCUMENT and not r.status]


def plain(found: ReplySet) -> list[PossibleReply]:
    """The same without those by chance."""
    return [reply for reply in varied(found) if "by chance" not in reply.what]


def bodies(found: ReplySet) -> list[Any]:
    """What the bodies hold that nobody drew by chance."""
    return [json.loads(reply.body or "") for reply in plain(found)]


def whats(found: ReplySet) -> list[str]:
    """The changes in words."""
    return [reply.what for reply in plain(found)]


def judge_of(document: Document) -> Second:
    """Another's judge of the document's first reply."""
    content = document.operations[0].responses["200"].content["application/json"]
    return Second(document.closed(content.schema))
