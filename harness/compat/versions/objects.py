"""What changed in the properties of an object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from harness.compat.schemas.outcome import Any
from harness.compat.versions.pairs import Pair, Said, Told, Versions
from harness.compat.versions.values import text
from harness.compat.versions.views import Seen
from harness.domain.json import mapping, sequence

_ANYTHING: Final = Seen({})


def objects(pair: Pair, versions: Versions) -> Iterator[Told]:
    """Differences of properties, and the pairs of those that are in both versions."""
    yield from _properties(pair, versions)
    yield from _additional(pair, versions)
    yield from _by_name(pair, versions, "patternProperties", "pattern-property")
    yield from _by_name(pair, versions, "dependentSchemas", "dependent-schema")
    yield from _dependent(pair.old, pair.new)
    yield from part(pair, versions, "propertyNames", "property-names", murky=True)
    yield from part(pair, versions, "unevaluatedProperties", "unevaluated-properties")


def _properties(pair: Pair, versions: Versions) -> Iterator[Told]:
    old, new = (
        versions.old.named(pair.old, "properties"),
        versions.new.named(pair.new, "properties"),
    )
    was, now = pair.old.required, pair.new.required
    for name in dict.fromkeys((*old, *was, *new, *now)):
        before = old.get(name, _ANYTHING if name in was else None)
        after = new.get(name, _ANYTHING if name in now else None)
        if before is None and after is not None:
            yield from _added(pair, versions, name, after, name in now)
        elif after is None and before is not None:
            yield from _removed(pair, versions, name, before, name in was)
        elif before is not None and after is not None:
            yield from _kept(pair, versions, name, before, after)


def _added(
    pair: Pair, versions: Versions, name: str, after: Seen, required: bool
) -> Iterator[Told]:
    was = versions.old.conjoined(pair.conjunction[0])
    moved = was.properties.get(name)
    if moved is not None:
        yield _child(pair, versions, name, moved, after)
        if not (required and name not in was.required):
            return
        yield Said("became-required", step=name)
    elif after.flag(versions.mark) or pair.unsent:
        yield Said("unsent-required-added" if required else "unsent-optional-added", step=name)
    elif required and versions.request and "default" in after.words:
        yield Said("required-added-with-default", step=name)
    elif required:
        yield Said("required-added", step=name)
    elif _is_closed(pair.old) and not versions.request:
        yield Said("added-to-closed", step=name)
    else:
        yield Said("optional-added", step=name)


def _removed(
    pair: Pair, versions: Versions, name: str, before: Seen, required: bool
) -> Iterator[Told]:
    now = versions.new.conjoined(pair.conjunction[1])
    moved = now.properties.get(name)
    if moved is not None:
        yield _child(pair, versions, name, before, moved)
        if not (required and name not in now.required):
            return
        yield Said("became-optional", step=name)
    elif before.flag(versions.mark) or pair.unsent:
        yield Said("unsent-required-removed" if required else "unsent-optional-removed", step=name)
    else:
        yield Said("required-removed" if required else "optional-removed", step=name)


def _is_closed(seen: Seen) -> bool:
    return seen.words.get("additionalProperties") is False


def _child(pair: Pair, versions: Versions, name: str, before: Seen, after: Seen) -> Pair:
    unsent = pair.unsent or (before.flag(versions.mark) and after.flag(versions.mark))
    return replace(pair.within(before, after, name), unsent=unsent)


def _kept(pair: Pair, versions: Versions, name: str, before: Seen, after: Seen) -> Iterator[Told]:
    was = name in versions.old.conjoined(pair.conjunction[0]).required
    now = name in versions.new.conjoined(pair.conjunction[1]).required
    marked = before.flag(versions.mark), after.flag(versions.mark)
    for mark, word in (("readOnly", "read-only"), ("writeOnly", "write-only")):
        if before.flag(mark) != after.flag(mark):
            key = f"became-{word}" if after.flag(mark) else f"became-not-{word}"
            yield Said(f"{'required' if now else 'optional'}-{key}", step=name)
    if was != now and (all(marked) or pair.unsent):
        yield Said("unsent-became-required" if now else "unsent-became-optional", step=name)
    elif was != now and not any(marked):
        with_default = now and versions.request and "default" in after.words
        key = "became-required" if now else "became-optional"
        yield Said(f"{key}-with-default" if with_default else key, step=name)
    if marked[0] == marked[1]:
        yield _child(pair, versions, name, before, after)


def _additional(pair: Pair, versions: Versions) -> Iterator[Told]:
    word = "additionalProperties"
    was, now = pair.old.words.get(word, True), pair.new.words.get(word, True)
    old, new = versions.old.of(was), versions.new.of(now)
    if (was is False) != (now is False):
        closed = now is False
        yield Said("additional-properties-forbidden" if closed else "additional-properties-allowed")
    elif old.says_nothing != new.says_nothing:
        wide = new.says_nothing
        yield Said("additional-properties-widened" if wide else "additional-properties-narrowed")
    elif was is not False and not old.says_nothing:
        yield pair.within(old, new, Any.VALUE)


def _by_name(pair: Pair, versions: Versions, word: str, key: str) -> Iterator[Told]:
    old, new = versions.old.named(pair.old, word), versions.new.named(pair.new, word)
    for name in dict.fromkeys((*old, *new)):
        if name not in new:
            yield Said(f"{key}-removed", text(name), "none")
        elif name not in old:
            yield Said(f"{key}-added", "none", text(name))
        elif word == "patternProperties":
            yield pair.within(old[name], new[name], Any.VALUE)
        else:
            yield pair.beside(old[name], new[name], murky=True)


def _dependent(old: Seen, new: Seen) -> Iterator[Said]:
    was, now = _dependencies(old), _dependencies(new)
    for name in dict.fromkeys((*was, *now)):
        before, after = was.get(name), now.get(name)
        if before == after:
            continue
        key = "added" if before is None else "removed" if after is None else "changed"
        said = [", ".join(sorted(each)) if each else "none" for each in (before, after)]
        yield Said(f"dependent-required-{key}", said[0], said[1], step=None)


def _dependencies(seen: Seen) -> Mapping[str, frozenset[str]]:
    held = mapping(seen.words.get("dependentRequired"))
    return {name: frozenset(map(str, sequence(each))) for name, each in held.items()}


def part(
    pair: Pair, versions: Versions, word: str, key: str, *, murky: bool = False
) -> Iterator[Told]:
    """A schema that speaks of parts of the value, there or not, or in both versions."""
    old, new = versions.old.child(pair.old, word), versions.new.child(pair.new, word)
    if old is not None and new is not None:
        yield replace(pair.within(old, new), murky=pair.murky or murky)
    elif new is not None:
        yield Said(f"{key}-added")
    elif old is not None:
        yield Said(f"{key}-removed")
