"""Every reply worth trying that may come for one interaction."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace

from harness.compat.http.replies import media_type_of
from harness.compat.pacts.media import negotiated
from harness.compat.possible.contents import Contents, ReplySet, named_apart, shown_body
from harness.compat.possible.network import network_replies
from harness.compat.possible.statuses import Statuses
from harness.compat.schemas.bounds import Bounds
from harness.compat.schemas.directions import Directed, Direction
from harness.documents.routing import Router
from harness.domain.document import Document, Response
from harness.domain.json import is_json_media_type
from harness.domain.pact import (
    Body,
    HttpRequest,
    HttpResponse,
    Interaction,
    InteractionKind,
    Presence,
)
from harness.domain.possible import PossibleReply


@dataclass(slots=True)
class PossibleReplies:
    """
    What one document lets its provider answer.

    Shape: keeps what it made of schemas, so one for each document is best kept; what it answers
    does not depend on what it was asked before.
    Units: `examples` is how many bodies are tried for each interaction, or more where its document
    allows more plain changes; `seed` is where chance begins.
    """

    document: Document
    examples: int
    seed: int
    bounds: Bounds = field(default_factory=Bounds)
    _contents: Contents = field(init=False)
    _router: Router = field(init=False)
    _statuses: Statuses = field(init=False)

    def __post_init__(self) -> None:
        directed = Directed(self.document, Direction.REPLY)
        self._contents = Contents(directed, self.examples, self.seed, self.bounds)
        self._router = Router(self.document)
        self._statuses = Statuses(self._contents.variations)

    def of(self, interaction: Interaction) -> ReplySet:
        """What may come for an interaction over HTTP; nothing for any other."""
        request, response = interaction.request, interaction.response
        if request is None or response is None:
            return ReplySet("", unknown="it is not an interaction over HTTP")
        match = self._router.find(request.method, request.path)
        shown = shown_body(response.body)
        network = network_replies(shown, is_json=response.body.is_json)
        if match is None:
            unknown = "its document has no such operation"
            return ReplySet("", replies=tuple(network), unknown=unknown)
        operation = match.operation
        offered = operation.response_for(response.status)
        made = self._bodies(offered, response.body, interaction.key)
        others = self._statuses.beside(operation, offered, response.status)
        replies = tuple(named_apart((*made.replies, *others, *network)))
        return replace(made, operation=operation.label, replies=replies)

    def simpler(self, interaction: Interaction, body: str) -> tuple[str, ...]:
        """
        Bodies between the one of the contract and another, the nearest to the contract first.

        Shape: JSON texts, all of them allowed by the document.
        """
        request, response = interaction.request, interaction.response
        match = self._router.find(request.method, request.path) if request else None
        offered = match.operation.response_for(response.status) if match and response else None
        if response is None or offered is None or not response.body.is_json:
            return ()
        content = negotiated(offered.content, media_type_of(response.body))
        return self._contents.simpler(content, response.body, body)

    def answer(self, method: str, path: str) -> PossibleReply | None:
        """The plainest success of the operation that answers a request, or none."""
        match = self._router.find(method, path)
        return None if match is None else self._statuses.first_success(match.operation)

    def shown(self, method: str, path: str) -> Interaction | None:
        """
        What the document alone shows of the operation that answers a request, as a contract would.

        Shape: its key and description are the operation's label.
        """
        found = self.answer(method, path)
        match = self._router.find(method, path)
        if found is None or match is None:
            return None
        body = _body_of(found)
        typed = {"Content-Type": (body.content_type,)} if body.content_type else {}
        label = match.operation.label
        return Interaction(
            label,
            InteractionKind.HTTP,
            label,
            request=HttpRequest(method.upper(), path),
            response=HttpResponse(found.status, typed, body),
        )

    def _bodies(self, offered: Response | None, body: Body, key: str) -> ReplySet:
        if offered is None:
            return ReplySet("", unknown="its document does not declare the status")
        if body.presence in (Presence.ABSENT, Presence.EMPTY):
            return ReplySet("")
        return self._contents.of(negotiated(offered.content, media_type_of(body)), body, key)


def _body_of(found: PossibleReply) -> Body:
    media_type, text = found.media_type or "", found.body or ""
    if not text:
        return Body()
    is_json = is_json_media_type(media_type)
    return Body(Presence.PRESENT, json.loads(text) if is_json else text, media_type, is_json)
