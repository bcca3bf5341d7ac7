"""The changes of one schema between two versions, wherever it stands."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from harness.compat.schemas.outcome import Broken, Comparison, Unknown, path_text
from harness.compat.versions.catalogue import known, rule, rule_id
from harness.compat.versions.judging import Judgement, uncovered
from harness.compat.versions.pairs import Pair, Versions
from harness.compat.versions.rule import Effect, Place, Rule
from harness.compat.versions.steps import meet, steps_of
from harness.compat.versions.views import Seen, Views
from harness.compat.versions.walk import Fact, Walked, Walker
from harness.domain.change import Breaks
from harness.domain.document import Document
from harness.domain.json import Json, canonical

_UNSENT = "unsent-"
_HEADER_RULES = frozenset({"required-added", "became-required", "became-enum"})


@dataclass(frozen=True, slots=True)
class Told:
    """One change of a schema, before it is known whose schema it is."""

    rule: Rule
    breaks: Breaks
    path: str
    before: str = ""
    after: str = ""
    also: tuple[str, ...] = ()
    witness: str = ""


@dataclass(frozen=True, slots=True)
class Container:
    """
    What holds a schema.

    Shape: `loose` says that its values travel as text; `whole` that a value is compared whole, so
    that what no rule names is told as well; `header` that it is a header of a request.
    """

    place: Place
    loose: bool = False
    whole: bool = False
    header: bool = False

    @property
    def request(self) -> bool:
        """Whether the consumer sends it."""
        return not self.place.is_output


class Comparing:
    """Compares schemas of two documents; the same two are compared once."""

    def __init__(self, base: Document, head: Document, today: date | None) -> None:
        self.old, self.new = Views(base), Views(head)
        self.judgement = Judgement(base, head)
        self._walker = Walker(today)
        self._told: dict[tuple[int, int, Container], tuple[Seen, Seen, tuple[Told, ...]]] = {}

    def told(self, old: Json, new: Json, container: Container) -> tuple[Told, ...]:
        """Every change from one schema to another."""
        was, now = self.old.of(old), self.new.of(new)
        key = (id(was), id(now), container)
        if key not in self._told:
            self._told[key] = (was, now, self._compared(was, now, container))
        return self._told[key][2]

    def keys(self, old: Json, new: Json, *, request: bool) -> Comparison:
        """What becomes of the values of a schema that is no part of a body."""
        return self.judgement.compared(old, new, request=request)

    def _compared(self, was: Seen, now: Seen, container: Container) -> tuple[Told, ...]:
        versions = Versions(
            self.old,
            self.new,
            request=container.request,
            loose=container.loose,
            single=container.place in (Place.PARAMETER, Place.REPLY_HEADER),
        )
        walked = self._walker.walked(Pair(was, now), versions)
        if not walked.facts:
            return ()
        whole = self._whole(was, now, container)
        named = _Naming(self.judgement, container, whole)
        found = [named.told(fact, walked) for fact in walked.facts]
        decided = not isinstance(whole, Unknown) or _decided(found, walked.facts)
        found += _general(found, whole, container)
        if container.place.is_of_message and isinstance(whole, Broken):
            found = [_shown(each, whole) for each in found]
        if isinstance(whole, Unknown) and not decided:
            found.append(_undecided(container, whole.reason))
        return tuple(found)

    def _whole(self, was: Seen, now: Seen, container: Container) -> Comparison | None:
        if not container.whole:
            return None
        return self.judgement.compared(was.written, now.written, request=container.request)


@dataclass(frozen=True, slots=True)
class _Naming:
    """Finds the rule of a fact and how grave it is."""

    judgement: Judgement
    container: Container
    whole: Comparison | None = field(default=None)

    def told(self, fact: Fact, walked: Walked) -> Told:
        """A fact under its rule, at every place where it holds."""
        its = rule(self._id(fact))
        level = self.judgement.level(fact, its, self.whole, request=self.container.request)
        path, *also = map(path_text, walked.places(fact.path))
        return Told(its, level, path, fact.said.before, fact.said.after, tuple(also))

    def _id(self, fact: Fact) -> str:
        is_top = fact.pair.top and fact.said.step is None
        place = self.container.place if is_top else self.container.place.below
        key = fact.said.key.removeprefix(_UNSENT)
        if fact.pair.unsent or fact.said.key.startswith(_UNSENT):
            if place.is_of_message:
                return rule_id(place.below, "unsent-changed")
            side = "request-read-only" if self.container.request else "reply-write-only"
            id_ = f"{side}-property-{key}"
            return id_ if known(id_) else rule_id(place.below, "unsent-changed")
        if self.container.header and key in _HEADER_RULES and not is_top:
            return f"header-property-{key}"
        return rule_id(place, key)


def _general(found: list[Told], whole: Comparison | None, container: Container) -> list[Told]:
    """What is off and no rule names."""
    if not isinstance(whole, Broken):
        return []
    grave = [
        path
        for each in found
        if each.breaks is not Breaks.HARMLESS
        for path in (each.path, *each.also)
    ]
    its = rule(f"{container.place.value}-{'narrowed' if container.request else 'widened'}")
    return [
        Told(its, its.breaks, path, before, after)
        for path, before, after in uncovered(whole, grave)
    ]


def _shown(told: Told, whole: Broken) -> Told:
    """A change with the smallest message that shows it, where it can do harm."""
    if told.breaks is Breaks.HARMLESS:
        return told
    places = [steps_of(path) for path in (told.path, *told.also)]
    found = [one for one in whole.witnesses if any(meet(steps_of(one.path), at) for at in places)]
    return replace(told, witness=canonical(found[0].value)) if found else told


def _decided(found: list[Told], facts: tuple[Fact, ...]) -> bool:
    """
    Whether the rules alone say enough where nothing was proven.

    Shape: a change that only takes values away, or only adds some, where that does no harm, is
    known to lose none.
    """
    if any(each.breaks is not Breaks.HARMLESS for each in found):
        return True
    return all(
        fact.pair.unsent or not _is_unsure(fact, told)
        for fact, told in zip(facts, found, strict=True)
    )


def _is_unsure(fact: Fact, told: Told) -> bool:
    unsure = fact.pair.murky or fact.pair.shaky or fact.said.unsure
    return unsure or told.rule.effect is Effect.OTHER


def _undecided(container: Container, reason: str) -> Told:
    its = rule(f"{container.place.value}-undecided")
    return Told(its, its.breaks, "$", "", reason)
