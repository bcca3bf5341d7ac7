"""Every reply worth trying that may come for one interaction."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from harness.compat.http.replies import media_type_of
from harness.compat.pacts.media import negotiated
from harness.compat.possible.bodies import Bodies
from harness.compat.possible.completing import whole
from harness.compat.possible.network import network_replies
from harness.compat.possible.simpler import differences, simpler
from harness.compat.possible.statuses import Statuses
from harness.compat.possible.variations import Variations
from harness.compat.schemas.bounds import Bounds
from harness.compat.schemas.directions import Directed, Direction
from harness.compat.schemas.places import Missing
from harness.documents.routing import Router
from harness.domain.document import Content, Document, Response
from harness.domain.json import Json, canonical, is_json_media_type
from harness.domain.pact import (
    Body,
    HttpRequest,
    HttpResponse,
    Interaction,
    InteractionKind,
    Presence,
)
from harness.domain.possible import Origin, PossibleReply

_MOST_TOLD: Final = 3
_NOT_ALLOWED: Final = "the body of the contract could not be made one that its document allows"


@dataclass(frozen=True, slots=True)
class ReplySet:
    """
    What may come for one interaction.

    Shape: `operation` is a label, empty where the document has none for it; `base` is the JSON text
    of the body from which all bodies differ, empty where there is none; `replies` holds them with
    the plainest first; `unknown` says why bodies are not varied, empty where they are.
    Units: `left_out` counts the changes of a body that the budget did not allow.
    """

    operation: str
    base: str = ""
    replies: tuple[PossibleReply, ...] = ()
    left_out: int = 0
    unknown: str = ""


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
    _directed: Directed = field(init=False)
    _router: Router = field(init=False)
    _statuses: Statuses = field(init=False)

    def __post_init__(self) -> None:
        self._directed = Directed(self.document, Direction.REPLY)
        self._router = Router(self.document)
        self._statuses = Statuses(self._variations)

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
        replies = tuple(_named_apart((*made.replies, *others, *network)))
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
        if content is None or _says_nothing(content):
            return ()
        variations = self._variations(content.schema)
        base = _whole(variations, response.body)
        return () if isinstance(base, Missing) else tuple(simpler(variations.side, base, body))

    @staticmethod
    def told(base: str, reply: PossibleReply) -> PossibleReply:
        """A reply by what its body differs in, where that is little."""
        if reply.place or not (base and reply.body) or reply.origin is not Origin.DOCUMENT:
            return reply
        apart = differences(base, reply.body)
        if not 0 < len(apart) <= _MOST_TOLD:
            return reply
        what = ", ".join(one.sentence for one in apart)
        return replace(reply, what=what, place=apart[0].path if len(apart) == 1 else "")

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
        media_type = media_type_of(body)
        content = negotiated(offered.content, media_type)
        if content is None or not body.is_json or content.streamed:
            return ReplySet("", unknown=f"a body of {media_type} is not varied")
        if _says_nothing(content):
            return ReplySet("", unknown=content.unknown or "its document has no schema of the body")
        variations = self._variations(content.schema)
        base = _whole(variations, body)
        if isinstance(base, Missing):
            why = variations.side.judge.fault
            said = f"its document's schema cannot be judged: {why}" if why else _NOT_ALLOWED
            return ReplySet("", unknown=said)
        return self._varied(variations, base, shown_body(body), key)

    def _varied(self, variations: Variations, base: Json, shown: str, key: str) -> ReplySet:
        found = Bodies(variations, base, self.examples)
        found.gather(random.Random(f"{self.seed} {key}"))
        text = canonical(base)
        named = "the contract's example made whole"
        first = () if text == shown else (PossibleReply(named, Origin.DOCUMENT, body=text),)
        unknown = "" if found.replies else variations.unknown
        return ReplySet("", text, (*first, *found.replies), found.left_out, unknown)

    def _variations(self, schema: Json) -> Variations:
        # Made anew, since what a search finds within its bounds depends on what it kept.
        return Variations(self._directed.side(schema), self.bounds)


def _says_nothing(content: Content) -> bool:
    return content.schema in (None, True, {}) or content.streamed


def _whole(variations: Variations, body: Body) -> Json | Missing:
    """The example of a contract with what it leaves out of a whole body."""
    example = None if isinstance(body.value, bytes) else body.value
    return whole(variations.side, variations.sampler, example)


def _named_apart(replies: Iterable[PossibleReply]) -> Iterator[PossibleReply]:
    """The replies, those with a name that another has by a number."""
    known: dict[str, int] = {}
    for one in replies:
        count = known[one.what] = known.get(one.what, 0) + 1
        yield one if count == 1 else replace(one, what=f"{one.what} ({count})")


def _body_of(found: PossibleReply) -> Body:
    media_type, text = found.media_type or "", found.body or ""
    if not text:
        return Body()
    is_json = is_json_media_type(media_type)
    return Body(Presence.PRESENT, json.loads(text) if is_json else text, media_type, is_json)


def shown_body(body: Body) -> str:
    """The body of a contract as text, empty for none and for one that is held as bytes."""
    if body.presence in (Presence.ABSENT, Presence.EMPTY) or isinstance(body.value, bytes):
        return ""
    if body.is_json or not isinstance(body.value, str):
        return canonical(body.value)
    return body.value
