"""Compares the interactions of a pact with a provider's document, each in both directions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from harness.compat.http.replies import Replies, media_type_of
from harness.compat.http.requests import Requests
from harness.compat.schemas.bounds import Bounds
from harness.compat.schemas.directions import Directed, Direction
from harness.documents.routing import Match, Router
from harness.domain.document import Document
from harness.domain.fit import PASSED_OVER, Code, Gap, InteractionCompat, Kind, Misfit
from harness.domain.json import Json
from harness.domain.pact import FIRST_REFUSAL, HttpRequest, HttpResponse, Interaction

_PARAMETER = re.compile(r"(\{[^{}]*\})")


@dataclass(slots=True)
class Provider:
    """
    A provider's document, ready to be compared with any number of interactions.

    Shape: keeps what it made of schemas, so one for each document is best kept; `ignore_case`
    finds operations whatever the case of their paths.
    """

    document: Document
    bounds: Bounds = field(default_factory=Bounds)
    ignore_case: bool = False
    _router: Router = field(init=False)
    _lowered: Router | None = field(init=False, default=None)
    _replies: Replies = field(init=False)
    _requests: Requests = field(init=False)

    def __post_init__(self) -> None:
        self._router = Router(self.document)
        self._replies = Replies(Directed(self.document, Direction.REPLY), self.bounds)
        self._requests = Requests(Directed(self.document, Direction.REQUEST), self.bounds)

    def answers(self, interaction: Interaction) -> bool:
        """Whether the document has an operation that an interaction's request meets."""
        return interaction.request is not None and self._match(interaction.request) is not None

    def compared(self, interaction: Interaction) -> InteractionCompat:
        """What an HTTP interaction and the document say of each other."""
        request, response = interaction.request, interaction.response
        if request is None or response is None:
            gap = Gap(Code.OPERATION_UNKNOWN, "not an interaction over HTTP")
            return InteractionCompat("", gaps=(gap,))
        match = self._match(request)
        if match is None:
            return InteractionCompat("", (self._unrouted(request),))
        told = [*self._replies.compared(match.operation, interaction)]
        if _is_taken(response):
            told += self._requests.compared(match, request, interaction.writer)
            told += self._requests.varied_path(
                match.operation, request, lambda path: self._match(replace(request, path=path))
            )
        misfits = tuple(each for each in told if isinstance(each, Misfit))
        gaps = tuple(each for each in told if isinstance(each, Gap))
        declared = interaction.reader is not None
        fits = not gaps and all(each.code in PASSED_OVER for each in misfits)
        return InteractionCompat(match.operation.label, misfits, gaps, declared, proven=fits)

    def reply_schema(self, interaction: Interaction) -> Json:
        """The schema of the body that an interaction expects, or none."""
        request, response = interaction.request, interaction.response
        if request is None or response is None:
            return None
        match = self._match(request)
        offered = match.operation.response_for(response.status) if match is not None else None
        found = offered.content_for(media_type_of(response.body)) if offered is not None else None
        return found.schema if found is not None else None

    def _match(self, request: HttpRequest) -> Match | None:
        found = self._router.find(request.method, request.path)
        if found is not None or not self.ignore_case:
            return found
        if self._lowered is None:
            self._lowered = Router(_lowered(self.document))
        return self._lowered.find(request.method, request.path.lower())

    def _unrouted(self, request: HttpRequest) -> Misfit:
        sent = f"{request.method} {request.path}"
        near = self._router.nearest(request.method, request.path)
        offered = ", ".join(each.label for each in near)
        return Misfit(Code.OPERATION_UNKNOWN, Kind.UNDECLARED, sent=sent, accepted=offered)


def _lowered(document: Document) -> Document:
    """A document whose fixed path segments are in lower case; parameters keep their names."""
    operations = tuple(replace(each, path=_lowered_path(each.path)) for each in document.operations)
    return replace(document, operations=operations)


def _lowered_path(path: str) -> str:
    fixed_and_named = enumerate(_PARAMETER.split(path))
    return "".join(piece if at % 2 else piece.lower() for at, piece in fixed_and_named)


def _is_taken(response: HttpResponse) -> bool:
    """Whether the provider takes the request: what it refuses may be anything."""
    return response.status < FIRST_REFUSAL
