"""Every reply worth trying that may come for one interaction."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from harness.compat.http.replies import media_type_of
from harness.compat.pacts.media import negotiated
from harness.compat.possible.network import network_replies
from harness.compat.possible.ordering import by_plainness
from harness.compat.possible.simpler import differences, simpler
from harness.compat.possible.variations import Variation, Variations
from harness.compat.schemas.bounds import Bounds, Exhausted
from harness.compat.schemas.directions import Directed, Direction
from harness.compat.schemas.grafting import completed
from harness.compat.schemas.places import MISSING, Missing
from harness.compat.schemas.sampling import NoValue
from harness.documents.routing import Router
from harness.domain.document import Document, Operation, Response
from harness.domain.json import Json, canonical, is_json_media_type
from harness.domain.pact import Body, Interaction, Presence
from harness.domain.possible import Origin, PossibleReply

_MOST_FOR_EACH_EXAMPLE: Final = 4
_MOST_REFUSALS: Final = 4
_MOST_TOLD: Final = 3
_FIRST_REDIRECT: Final = 300
_CLASSES: Final = {"1XX": 0, "2XX": 202, "3XX": 307, "4XX": 418, "5XX": 503, "default": 500}
_WITHOUT_BODY: Final = frozenset({204, 205, 304})


@dataclass(frozen=True, slots=True)
class ReplySet:
    """
    What may come for one interaction.

    Shape: `operation` is a label, empty where the document has none for it; `base` is the JSON text
    of the body from which all bodies differ, empty where there is none; `replies` holds them with
    the plainest first; `unknown` says why bodies are not varied, empty where they are.
    Units: `left_out` counts what the budget did not allow.
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

    Shape: keeps what it made of schemas, so one for each document is best kept.
    Units: `examples` is how many bodies are tried for each interaction, or more where its document
    allows more plain changes; `seed` is where chance begins.
    """

    document: Document
    examples: int
    seed: int
    bounds: Bounds = field(default_factory=Bounds)
    _directed: Directed = field(init=False)
    _router: Router = field(init=False)
    _known: dict[int, tuple[Json, Variations]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._directed = Directed(self.document, Direction.REPLY)
        self._router = Router(self.document)

    def of(self, interaction: Interaction) -> ReplySet:
        """What may come for an interaction over HTTP; nothing for any other."""
        request, response = interaction.request, interaction.response
        if request is None or response is None:
            return ReplySet("", unknown="it is not an interaction over HTTP")
        match = self._router.find(request.method, request.path)
        shown = shown_body(response.body)
        network = tuple(network_replies(shown, is_json=response.body.is_json))
        if match is None:
            return ReplySet("", replies=network, unknown="its document has no such operation")
        operation = match.operation
        offered = operation.response_for(response.status)
        bodies = self._bodies(offered, response.body, interaction.key)
        others = tuple(self._others(operation, offered, response.status))
        replies = (*bodies.replies, *others, *network)
        return ReplySet(operation.label, bodies.base, replies, bodies.left_out, bodies.unknown)

    def simpler(self, interaction: Interaction, body: str) -> tuple[str, ...]:
        """
        Bodies between the one of the contract and another, the nearest to the contract first.

        Shape: JSON texts, all of them allowed by the document.
        """
        found = self._base(interaction)
        if found is None:
            return ()
        variations, base = found
        return tuple(simpler(variations.side, base, body))

    @staticmethod
    def told(base: str, reply: PossibleReply) -> PossibleReply:
        """A reply by what its body differs in, where that is little."""
        if reply.place or reply.body is None or not base or reply.status:
            return reply
        apart = differences(base, reply.body)
        if not 0 < len(apart) <= _MOST_TOLD:
            return reply
        what = ", ".join(one.sentence for one in apart)
        return replace(reply, what=what, place=apart[0].path if len(apart) == 1 else "")

    def answer(self, method: str, path: str) -> PossibleReply | None:
        """The plainest success of the operation that answers a request, or none."""
        match = self._router.find(method, path)
        if match is None:
            return None
        for response in match.operation.responses.values():
            status = _status_of(response.status, match.operation)
            if 200 <= status < _FIRST_REDIRECT:
                media_type, body = self._plainest(response, status)
                return PossibleReply(
                    match.operation.label, Origin.DOCUMENT, status, media_type, body
                )
        return None

    def _base(self, interaction: Interaction) -> tuple[Variations, Json] | None:
        """The contract's example made whole, with the changes that its schema allows."""
        request, response = interaction.request, interaction.response
        match = self._router.find(request.method, request.path) if request else None
        offered = match.operation.response_for(response.status) if match and response else None
        if response is None or offered is None or not response.body.is_json:
            return None
        content = negotiated(offered.content, media_type_of(response.body))
        if content is None or content.schema in (None, True, {}) or content.streamed:
            return None
        variations = self._variations(content.schema)
        base = _whole(variations, response.body)
        return None if isinstance(base, Missing) else (variations, base)

    def _bodies(self, offered: Response | None, body: Body, key: str) -> ReplySet:
        if offered is None:
            return ReplySet("", unknown="its document does not declare the status")
        if body.presence in (Presence.ABSENT, Presence.EMPTY):
            return ReplySet("")
        content = negotiated(offered.content, media_type_of(body))
        if content is None or not body.is_json or content.streamed:
            return ReplySet("", unknown=f"a body of {media_type_of(body)} is not varied")
        if content.schema in (None, True, {}):
            return ReplySet("", unknown=content.unknown or "its document has no schema of the body")
        variations = self._variations(content.schema)
        base = _whole(variations, body)
        if isinstance(base, Missing):
            return ReplySet("", unknown="its document does not allow the body of the contract")
        told = by_plainness(variations.allowed(base))
        most = max(1, self.examples) * _MOST_FOR_EACH_EXAMPLE
        chance = random.Random(f"{self.seed} {key}")
        drawn = self._drawn(variations, base, told, self.examples - len(told), chance)
        plain = [_reply(one.sentence, made, one) for one, made in told[:most]]
        first = PossibleReply(
            "the contract's example made whole", Origin.DOCUMENT, body=canonical(base)
        )
        wholly = () if canonical(base) == shown_body(body) else (first,)
        return ReplySet("", canonical(base), (*wholly, *plain, *drawn), max(0, len(told) - most))

    def _drawn(
        self,
        variations: Variations,
        base: Json,
        told: Sequence[tuple[Variation, Json]],
        count: int,
        chance: random.Random,
    ) -> Iterator[PossibleReply]:
        """Bodies by chance: several changes at once, and whole bodies that nobody chose."""
        seen = {canonical(base), *(canonical(made) for _, made in told)}
        variations.refresh()
        for at in range(max(0, count)):
            body = _mixed(base, told, chance) if at % 2 and told else _random(variations, chance)
            if isinstance(body, Missing) or variations.side.judge.accepts(body) is not True:
                continue
            text = canonical(body)
            if text not in seen:
                seen.add(text)
                yield PossibleReply(f"body {at + 1} by chance", Origin.DOCUMENT, body=text)

    def _others(
        self, operation: Operation, offered: Response | None, shown: int
    ) -> Iterator[PossibleReply]:
        """One reply for every other status that the operation declares."""
        known = {shown}
        for response in operation.responses.values():
            status = _status_of(response.status, operation)
            if status < 200 or status in known or (response is offered and status < 300):
                continue
            known.add(status)
            media_type, body = self._plainest(response, status)
            origin = Origin.REFUSAL if status >= _FIRST_REDIRECT else Origin.DOCUMENT
            named = f"a {status}, which the document declares"
            yield PossibleReply(named, origin, status, media_type, body)
            if body and is_json_media_type(media_type):
                yield from self._refused(response, status, media_type, body)

    def _refused(
        self, response: Response, status: int, media_type: str, body: str
    ) -> Iterator[PossibleReply]:
        """Refusals whose bodies take the choices that their schema leaves."""
        content = response.content[media_type]
        variations = self._variations(content.schema)
        variations.refresh()
        found = variations.sampler.variants(variations.node, 1)
        try:
            for made in itertools.islice(found, _MOST_REFUSALS):
                text = canonical(made)
                if text != body and variations.side.judge.accepts(made) is True:
                    what = f"a {status} with the body {text[:60]}"
                    origin = Origin.REFUSAL if status >= _FIRST_REDIRECT else Origin.DOCUMENT
                    yield PossibleReply(what, origin, status, media_type, text)
        except (Exhausted, NoValue, RecursionError):
            return

    def _plainest(self, response: Response, status: int) -> tuple[str, str]:
        """The media type and the smallest body of a response, both empty for none."""
        if status in _WITHOUT_BODY:
            return "", ""
        for media_type, content in response.content.items():
            if not is_json_media_type(media_type):
                continue
            if content.schema in (None, True):
                return media_type, "{}"
            variations = self._variations(content.schema)
            variations.refresh()
            try:
                return media_type, canonical(variations.sampler.smallest(variations.node))
            except (Exhausted, NoValue, RecursionError):
                continue
        other = next(iter(response.content), "")
        is_text = other.startswith("text/") and "*" not in other
        return (other, "text") if is_text else ("", "")

    def _variations(self, schema: Json) -> Variations:
        known = self._known.get(id(schema))
        if known is None:
            known = (schema, Variations(self._directed.side(schema), self.bounds))
            self._known[id(schema)] = known
        known[1].refresh()
        return known[1]


def _whole(variations: Variations, body: Body) -> Json | Missing:
    """The example of a contract with what it leaves out of a whole body."""
    example = None if isinstance(body.value, bytes) else body.value
    accepts = variations.side.judge.accepts
    if accepts(example) is True:
        return example
    try:
        made = completed(example, variations.sampler.smallest(variations.node))
    except (Exhausted, NoValue, RecursionError):
        return MISSING
    return made if accepts(made) is True else MISSING


def _reply(what: str, body: Json, one: Variation) -> PossibleReply:
    return PossibleReply(what, Origin.DOCUMENT, body=canonical(body), place=one.path)


def _mixed(
    base: Json, told: Sequence[tuple[Variation, Json]], chance: random.Random
) -> Json | Missing:
    body: Json | Missing = base
    for one, _ in chance.sample(told, min(len(told), chance.randint(2, 4))):
        changed = MISSING if isinstance(body, Missing) else one.applied(body)
        body = body if isinstance(changed, Missing) else changed
    return body


def _random(variations: Variations, chance: random.Random) -> Json | Missing:
    try:
        return variations.sampler.random(variations.node, chance)
    except (Exhausted, NoValue, RecursionError):
        return MISSING


def _status_of(name: str, operation: Operation) -> int:
    """A status that falls under a name, and under no plainer one that is declared as well."""
    if name.isdigit():
        return int(name)
    wanted = _CLASSES.get(name.upper() if name != "default" else name, 0)
    is_taken = str(wanted) in operation.responses
    return wanted + 1 if wanted and is_taken else wanted


def shown_body(body: Body) -> str:
    """The body of a contract as text, empty for none and for one that is held as bytes."""
    if body.presence in (Presence.ABSENT, Presence.EMPTY) or isinstance(body.value, bytes):
        return ""
    if body.is_json or not isinstance(body.value, str):
        return canonical(body.value)
    return body.value
