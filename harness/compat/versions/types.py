"""What changed in the types and formats of a value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from harness.compat.versions.pairs import Pair, Said, Versions
from harness.compat.versions.views import Seen, Views, is_cosmetic

_WITHIN: Final = frozenset({("int32", "int64"), ("float", "double")})
_SCALARS: Final = frozenset({"string", "number", "integer", "boolean"})


def types(pair: Pair, versions: Versions) -> Iterator[Said]:
    """Differences of types and formats; null has words of its own."""
    old, new = named(pair.old, versions.old), named(pair.new, versions.new)
    mixed = old is None or new is None
    if old is None or new is None:
        # The branches speak for themselves; what is named beside them counts as well.
        old, new = pair.old.types, pair.new.types
    if old != new:
        yield Said(_key(pair, versions, old, new), _text(old), _text(new), unsure=mixed)
        return
    was, now = pair.old.words.get("format"), pair.new.words.get("format")
    if was != now:
        yield Said(_format_key(was, now), str(was or "none"), str(now or "none"))


def is_another(said: Said) -> bool:
    """Whether a type has so changed that nothing else of the schemas compares."""
    return said.key in ("type-changed", "type-compatible", "list-of-types-changed")


def named(seen: Seen, views: Views) -> frozenset[str] | None:
    """The types of a schema, also where it is a plain union; none where it is a union of more."""
    if seen.types or not is_union(seen):
        return seen.types
    return plain_union(seen, views)


def is_union(seen: Seen) -> bool:
    """Whether a schema offers branches."""
    return "anyOf" in seen.words or "oneOf" in seen.words


def plain_union(seen: Seen, views: Views) -> frozenset[str] | None:
    """The types of a union of nothing but types, or none where it is something else."""
    words = [word for word in seen.words if not is_cosmetic(word)]
    if words not in (["anyOf"], ["oneOf"]):
        return None
    found: frozenset[str] = frozenset()
    for branch in views.children(seen, words[0]):
        if not branch.types or {word for word in branch.words if not is_cosmetic(word)} != {"type"}:
            return None
        if words == ["oneOf"] and _overlap(found, branch.types):
            # What two branches take, neither takes alone.
            return None
        found |= branch.types
    return found


def _overlap(one: frozenset[str], other: frozenset[str]) -> bool:
    numbers = {"number", "integer"}
    return bool(one & other) or bool(one & numbers and other & numbers)


def contains(wide: frozenset[str], narrow: frozenset[str]) -> bool:
    """Whether all types of one set are among those of another; the empty set names them all."""
    if not wide:
        return True
    known = wide | {"integer"} if "number" in wide else wide
    return bool(narrow) and narrow <= known


def _key(pair: Pair, versions: Versions, old: frozenset[str], new: frozenset[str]) -> str:
    union = is_union(pair.old) or is_union(pair.new)
    wider, narrower = contains(new, old), contains(old, new)
    if wider != narrower:
        if union:
            return "list-of-types-widened" if wider else "list-of-types-narrowed"
        return "type-generalized" if wider else "type-specialized"
    if versions.loose:
        return _of_text(pair, versions, old, new)
    return "type-changed"


def _of_text(pair: Pair, versions: Versions, old: frozenset[str], new: frozenset[str]) -> str:
    """What another type means where every value travels as text."""
    if versions.single and not pair.top:
        return "type-changed"
    wider, narrower = _any_text(pair.new, new), _any_text(pair.old, old)
    if versions.single and (old if wider else new) <= _SCALARS and wider != narrower:
        return "type-generalized" if wider else "type-specialized"
    if not versions.single and (wider if versions.request else narrower):
        return "type-compatible"
    one_or_many = versions.single and versions.request and old <= _SCALARS and new == {"array"}
    return "type-generalized" if one_or_many and _lists_texts(pair, versions) else "type-changed"


def _any_text(seen: Seen, types: frozenset[str]) -> bool:
    return types == {"string"} and not seen.words.keys() & {"format", "pattern", "enum", "const"}


def _lists_texts(pair: Pair, versions: Versions) -> bool:
    """Whether a list takes any one text as its only item."""
    items = versions.new.child(pair.new, "items")
    return _speaks_of(pair.new, {"type", "items"}) and (
        items is None or (items.types <= {"string"} and _speaks_of(items, {"type"}))
    )


def _speaks_of(seen: Seen, words: set[str]) -> bool:
    return {word for word in seen.words if not is_cosmetic(word)} <= words


def _format_key(was: object, now: object) -> str:
    if was is None:
        return "format-added"
    if now is None:
        return "format-removed"
    if (was, now) in _WITHIN:
        return "format-widened"
    return "format-narrowed" if (now, was) in _WITHIN else "format-changed"


def _text(types: frozenset[str]) -> str:
    return " or ".join(sorted(types)) or "any type"
