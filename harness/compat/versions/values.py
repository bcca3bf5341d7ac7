"""What changed in the words that speak of a value as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from harness.compat.versions.pairs import Pair, Said, Versions
from harness.compat.versions.views import Seen
from harness.domain.json import Json, canonical, sequence

_UPPER: Final = {
    "maximum": "max",
    "exclusiveMaximum": "exclusive-max",
    "maxLength": "max-length",
    "maxItems": "max-items",
    "maxProperties": "max-properties",
    "maxContains": "max-contains",
}
_LOWER: Final = {
    "minimum": "min",
    "exclusiveMinimum": "exclusive-min",
    "minLength": "min-length",
    "minItems": "min-items",
    "minProperties": "min-properties",
    "minContains": "min-contains",
}
_SAYS_NOTHING: Final = {"minLength": 0, "minItems": 0, "minProperties": 0, "minContains": 1}
_EVERYTHING: Final = frozenset({".*", "^.*$"})
_MOST_VALUES: Final = 10


def values(pair: Pair, _: Versions) -> Iterator[Said]:
    """Differences of null, listed values, bounds, patterns, defaults and flags."""
    if pair.old.nullable != pair.new.nullable:
        yield Said("became-nullable" if pair.new.nullable else "became-not-nullable")
    yield from _listed(pair.old, pair.new)
    yield from _extensible(pair.old, pair.new)
    yield from _default(pair.old, pair.new)
    for word, key in _UPPER.items():
        yield from _bound(pair, word, key)
    for word, key in _LOWER.items():
        yield from _bound(pair, word, key)
    yield from _pattern(pair.old, pair.new)
    yield from _others(pair.old, pair.new)


def text(value: Json, limit: int = 60) -> str:
    """A value for a sentence."""
    try:
        written = canonical(value)
    except (ValueError, RecursionError):
        return "a value that is too deep to show"
    return written if len(written) <= limit else written[:limit] + "…"


def texts(values: list[str]) -> str:
    """Some values for a sentence, the first of many."""
    more = len(values) - _MOST_VALUES
    shown = ", ".join(
        each if len(each) <= 60 else each[:60] + "…" for each in values[:_MOST_VALUES]
    )
    return f"{shown} and {more} more" if more > 0 else shown


def _keyed(values: tuple[Json, ...]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for value in values:
        try:
            found[canonical(value)] = value
        except (ValueError, RecursionError):
            found[repr(type(value))] = value
    return found


def _listed(old: Seen, new: Seen) -> Iterator[Said]:
    before, after = old.values, new.values
    if before is None or after is None:
        yield from _list_set(old, new)
        return
    was, now = _keyed(before), _keyed(after)
    gone = [each for each in was if each not in now]
    come = [each for each in now if each not in was]
    if len(was) == len(now) == 1 and gone and "const" in old.words and "const" in new.words:
        yield Said("const-changed", texts(gone), texts(come))
        return
    if gone:
        yield Said("enum-value-removed", texts(gone), texts(list(now)))
    if come:
        yield Said("enum-value-added", texts(list(was)), texts(come))


def _list_set(old: Seen, new: Seen) -> Iterator[Said]:
    before, after = old.values, new.values
    if after is not None:
        key = "const-added" if "const" in new.words else "became-enum"
        yield Said(key, "any value", texts(list(_keyed(after))))
    elif before is not None:
        key = "const-removed" if "const" in old.words else "enum-removed"
        yield Said(key, texts(list(_keyed(before))), "any value")


def _extensible(old: Seen, new: Seen) -> Iterator[Said]:
    was = _keyed(tuple(sequence(old.words.get("x-extensible-enum"))))
    now = _keyed(tuple(sequence(new.words.get("x-extensible-enum"))))
    gone = [each for each in was if each not in now]
    come = [each for each in now if each not in was]
    if gone and now:
        yield Said("extensible-enum-value-removed", texts(gone), texts(list(now)))
    if come and was:
        yield Said("extensible-enum-value-added", texts(list(was)), texts(come))


def _default(old: Seen, new: Seen) -> Iterator[Said]:
    was, now = old.words.get("default"), new.words.get("default")
    if was is None and now is None:
        return
    if was is None:
        yield Said("default-added", "none", text(now))
    elif now is None:
        yield Said("default-removed", text(was), "none")
    elif text(was, 10_000) != text(now, 10_000):
        yield Said("default-changed", text(was), text(now))


def _number(seen: Seen, word: str) -> int | float | None:
    value = seen.words.get(word)
    return None if isinstance(value, bool) or not isinstance(value, int | float) else value


def _bound(pair: Pair, word: str, key: str) -> Iterator[Said]:
    was, now = _number(pair.old, word), _number(pair.new, word)
    silent = _SAYS_NOTHING.get(word)
    if was == now or (was is None and now == silent) or (now is None and was == silent):
        return
    if was is None:
        yield Said(f"{key}-set", "none", text(now))
    elif now is None:
        yield Said(f"{key}-unset", text(was), "none")
    else:
        yield Said(f"{key}-{'increased' if now > was else 'decreased'}", text(was), text(now))


def _pattern(old: Seen, new: Seen) -> Iterator[Said]:
    # An empty pattern is found in every text.
    was, now = old.words.get("pattern") or None, new.words.get("pattern") or None
    if was == now:
        return
    if was is None:
        yield Said("pattern-added", "none", text(now))
    elif now is None:
        yield Said("pattern-removed", text(was), "none")
    elif now in _EVERYTHING:
        yield Said("pattern-generalized", text(was), text(now))
    else:
        yield Said("pattern-changed", text(was), text(now))


def _others(old: Seen, new: Seen) -> Iterator[Said]:
    was, now = _number(old, "multipleOf"), _number(new, "multipleOf")
    if was != now:
        key = "set" if was is None else "unset" if now is None else "changed"
        yield Said(f"multiple-of-{key}", text(was), text(now))
    if old.flag("uniqueItems") != new.flag("uniqueItems"):
        yield Said("unique-items-set" if new.flag("uniqueItems") else "unique-items-unset")
    for word, key in (("contentMediaType", "media-type"), ("contentEncoding", "encoding")):
        if old.words.get(word) != new.words.get(word):
            before, after = text(old.words.get(word)), text(new.words.get(word))
            yield Said(f"content-{key}-changed", before, after)
