"""The bodies worth trying in the place of one, as many as a budget allows."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from harness.compat.possible.forms import is_told
from harness.compat.possible.gathering import gathered
from harness.compat.possible.variations import Variation, Variations
from harness.compat.schemas.bounds import Exhausted
from harness.compat.schemas.places import MISSING, Missing
from harness.compat.schemas.sampling import NoValue
from harness.compat.schemas.shrinking import is_small
from harness.domain.json import Json, canonical
from harness.domain.possible import Origin, PossibleReply

_MOST_FOR_EACH_EXAMPLE: Final = 3
_MOST_BY_CHANCE: Final = 5
_MOST_TEXT: Final = 16_000_000


@dataclass(slots=True)
class Bodies:
    """
    Gathers bodies that differ from one and are allowed like it.

    Units: `examples` is how many bodies are tried, or up to three times as many where there are
    more plain changes than that; of what is left then, a dozen changes are tried at once in as many
    bodies as there are examples; `left_out` counts the changes that found no place in these either.
    Beside that, no more bodies are looked at than hold 16 million characters.
    """

    variations: Variations
    base: Json
    examples: int
    replies: list[PossibleReply] = field(default_factory=list)
    left_out: int = 0
    _seen: set[str] = field(default_factory=set)
    _told: list[Variation] = field(default_factory=list)
    _size: int = 0
    _text: int = 0

    def gather(self, chance: random.Random | None) -> None:
        """Gather them; without chance there are none but the plain changes."""
        text = canonical(self.base)
        self._seen.add(text)
        self._size = len(text)
        found = self.variations.of(self.base)
        tried = self._one_by_one(found)
        self._by_the_dozen(found[tried:])
        if chance is not None:
            self._by_chance(chance)

    def _one_by_one(self, found: list[Variation]) -> int:
        """How many of the changes were looked at until the budget was spent."""
        most = max(1, self.examples) * _MOST_FOR_EACH_EXAMPLE
        for at, one in enumerate(found):
            if len(self.replies) >= most or not self._may_go_on():
                return at
            if self._add(one.applied(self.base), one.sentence, one.path):
                self._told.append(one)
        return len(found)

    def _by_the_dozen(self, found: list[Variation]) -> None:
        self.left_out = len(found)
        groups = gathered(self.base, found, self.variations.side.judge, self._may_go_on)
        for _ in range(max(1, self.examples)):
            if not self.left_out:
                return
            group = next(groups, None)
            if group is None:
                return
            self.left_out = group.left
            self._add(group.body, group.sentence)

    def _by_chance(self, chance: random.Random) -> None:
        """Bodies by chance: several changes at once, and whole bodies that nobody chose."""
        self.variations.refresh()
        for at in range(max(0, self.examples - len(self.replies))):
            if not self._may_go_on():
                return
            body = MISSING if at % 2 else self._random(chance)
            if isinstance(body, Missing):
                body = self._mixed(chance)
            self._add(body, f"body {at + 1} by chance")

    def _may_go_on(self) -> bool:
        """Whether one more body of the size of the first may be looked at."""
        self._text += self._size
        return self._text <= _MOST_TEXT

    def _add(self, body: Json | Missing, what: str, place: str = "") -> bool:
        if isinstance(body, Missing) or self.variations.side.judge.accepts(body) is not True:
            return False
        text = canonical(body)
        if text in self._seen:
            return False
        self._seen.add(text)
        # Its own size was not known before.
        self._text += max(0, len(text) - self._size)
        self.replies.append(PossibleReply(what, Origin.DOCUMENT, body=text, place=place))
        return True

    def _mixed(self, chance: random.Random) -> Json | Missing:
        count = min(len(self._told), chance.randint(2, _MOST_BY_CHANCE))
        return _applied(self.base, chance.sample(self._told, count))

    def _random(self, chance: random.Random) -> Json | Missing:
        sampler, node = self.variations.sampler, self.variations.node
        try:
            body = sampler.random(node, chance)
            is_small_enough = is_small(body, self.variations.bounds.parts)
            return body if is_small_enough and is_told(sampler.expander, node, body) else MISSING
        except (Exhausted, NoValue, RecursionError):
            return MISSING


def _applied(base: Json, changes: Iterable[Variation]) -> Json:
    """A body with changes, those left out that an earlier one took the place of."""
    body = base
    for one in changes:
        changed = one.applied(body)
        body = body if isinstance(changed, Missing) else changed
    return body


def plainest(variations: Variations) -> Json | Missing:
    """The smallest body that is allowed."""
    variations.refresh()
    node, sampler, bounds = variations.node, variations.sampler, variations.bounds
    try:
        tried = itertools.islice(sampler.variants(node), bounds.tries)
        for made in itertools.chain([sampler.smallest(node)], tried):
            if is_small(made, bounds.parts) and variations.side.judge.accepts(made) is True:
                return made
    except (Exhausted, NoValue, RecursionError):
        # What no bounded search finds cannot be shown.
        return MISSING
    return MISSING
