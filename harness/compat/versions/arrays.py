"""What changed in the items of a list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from harness.compat.schemas.outcome import Any
from harness.compat.versions.objects import part
from harness.compat.versions.pairs import Pair, Said, Told, Versions


def arrays(pair: Pair, versions: Versions) -> Iterator[Told]:
    """Differences of items, and the pairs of those that are in both versions."""
    yield from _items(pair, versions)
    yield from _first_items(pair, versions)
    yield from part(pair, versions, "contains", "contains", murky=True)
    yield from part(pair, versions, "unevaluatedItems", "unevaluated-items")


def _items(pair: Pair, versions: Versions) -> Iterator[Told]:
    was, now = pair.old.words.get("items", True), pair.new.words.get("items", True)
    old, new = versions.old.of(was), versions.new.of(now)
    if old.says_nothing != new.says_nothing:
        yield Said("items-removed" if new.says_nothing else "items-added")
    elif not old.says_nothing:
        yield pair.within(old, new, Any.ITEM)


def _first_items(pair: Pair, versions: Versions) -> Iterator[Told]:
    old = versions.old.children(pair.old, "prefixItems")
    new = versions.new.children(pair.new, "prefixItems")
    for at, (before, after) in enumerate(zip(old, new, strict=False)):
        yield replace(pair.within(before, after, at))
    if len(old) != len(new):
        key = "prefix-items-added" if len(new) > len(old) else "prefix-items-removed"
        yield Said(key, str(len(old)), str(len(new)))
