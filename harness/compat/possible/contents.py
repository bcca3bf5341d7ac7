"""The bodies that may come where a contract shows one, by what a document says of them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from harness.compat.http.replies import media_type_of
from harness.compat.possible.bodies import Bodies
from harness.compat.possible.completing import conformed, whole
from harness.compat.possible.simpler import differences, simpler
from harness.compat.possible.variations import Variations
from harness.compat.schemas.bounds import Bounds
from harness.compat.schemas.directions import Directed
from harness.compat.schemas.places import Missing
from harness.domain.document import Content
from harness.domain.json import Json, canonical
from harness.domain.pact import Body, Presence
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
class Contents:
    """
    Varies bodies as schemas allow.

    Units: `examples` is how many bodies are tried for each, or more where its schema allows more
    plain changes; `seed` is where chance begins.
    Shape: `is_earlier` says that the schemas are of an earlier version than the examples, so that
    what they do not allow in these is replaced.
    """

    directed: Directed
    examples: int
    seed: int
    bounds: Bounds = field(default_factory=Bounds)
    is_earlier: bool = False

    def of(self, content: Content | None, body: Body, key: str) -> ReplySet:
        """What may come instead of a body, by its content; chance begins anew for each key."""
        if content is None or not body.is_json or content.streamed:
            return ReplySet("", unknown=f"a body of {media_type_of(body)} is not varied")
        if says_nothing(content):
            return ReplySet("", unknown=content.unknown or "its document has no schema of the body")
        variations = self.variations(content.schema)
        base = self._whole(variations, body)
        if isinstance(base, Missing):
            why = variations.side.judge.fault
            said = f"its document's schema cannot be judged: {why}" if why else _NOT_ALLOWED
            return ReplySet("", unknown=said)
        return self._varied(variations, base, shown_body(body), key)

    def simpler(self, content: Content | None, shown: Body, other: str) -> tuple[str, ...]:
        """
        Bodies between the one of the contract and another, the nearest to the contract first.

        Shape: JSON texts, all of them allowed by the document.
        """
        if content is None or not shown.is_json or says_nothing(content):
            return ()
        variations = self.variations(content.schema)
        base = self._whole(variations, shown)
        return () if isinstance(base, Missing) else tuple(simpler(variations.side, base, other))

    def variations(self, schema: Json) -> Variations:
        """What varies values of a schema, made anew: what is found depends on what was kept."""
        return Variations(self.directed.side(schema), self.bounds)

    def _whole(self, variations: Variations, body: Body) -> Json | Missing:
        """The example of a contract with what it leaves out of a whole body."""
        example = None if isinstance(body.value, bytes) else body.value
        make = conformed if self.is_earlier else whole
        return make(variations.side, variations.sampler, example)

    def _varied(self, variations: Variations, base: Json, shown: str, key: str) -> ReplySet:
        found = Bodies(variations, base, self.examples)
        found.gather(random.Random(f"{self.seed} {key}"))
        text = canonical(base)
        named = "the contract's example made whole"
        first = () if text == shown else (PossibleReply(named, Origin.DOCUMENT, body=text),)
        unknown = "" if found.replies else variations.unknown
        return ReplySet("", text, (*first, *found.replies), found.left_out, unknown)


def named_by_differences(base: str, reply: PossibleReply) -> PossibleReply:
    """A reply by what its body differs in, where that is little."""
    if reply.place or not (base and reply.body) or reply.origin is not Origin.DOCUMENT:
        return reply
    apart = differences(base, reply.body)
    if not 0 < len(apart) <= _MOST_TOLD:
        return reply
    what = ", ".join(one.sentence for one in apart)
    return replace(reply, what=what, place=apart[0].path if len(apart) == 1 else "")


def named_apart(replies: Iterable[PossibleReply]) -> Iterator[PossibleReply]:
    """The replies, those with a name that another has by a number."""
    known: dict[str, int] = {}
    for one in replies:
        count = known[one.what] = known.get(one.what, 0) + 1
        yield one if count == 1 else replace(one, what=f"{one.what} ({count})")


def shown_body(body: Body) -> str:
    """The body of a contract as text, empty for none and for one that is held as bytes."""
    if body.presence in (Presence.ABSENT, Presence.EMPTY) or isinstance(body.value, bytes):
        return ""
    if body.is_json or not isinstance(body.value, str):
        return canonical(body.value)
    return body.value


def says_nothing(content: Content) -> bool:
    """Whether nothing can be varied, since a document does not say what a body holds."""
    return content.schema in (None, True, {}) or content.streamed
