"""What changed in the branches, conjunctions and conditions of a schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from harness.compat.versions.pairs import Pair, Said, Told, Versions
from harness.compat.versions.types import is_union, plain_union
from harness.compat.versions.values import text
from harness.compat.versions.views import Seen, Views, is_cosmetic
from harness.domain.document import definition_name
from harness.domain.json import mapping

_WORDS: Final = (("anyOf", "any-of"), ("oneOf", "one-of"))


def wrapped(pair: Pair, versions: Versions) -> Said | None:
    """Whether a schema became a choice of several, or was one."""
    if _is_choice(pair.new, versions.new) and _is_plain(pair.old):
        return Said("wrapped-in-one-of", unsure=True)
    if _is_choice(pair.old, versions.old) and _is_plain(pair.new):
        return Said("unwrapped-from-one-of", unsure=True)
    return None


def _is_choice(seen: Seen, views: Views) -> bool:
    words = {word for word in seen.words if not is_cosmetic(word)}
    return (
        is_union(seen) and words <= {"anyOf", "oneOf", "type"} and plain_union(seen, views) is None
    )


def _is_plain(seen: Seen) -> bool:
    return not is_union(seen) and not seen.says_nothing and "allOf" not in seen.words


def unions(pair: Pair, versions: Versions) -> Iterator[Told]:
    """Differences of branches, and the pairs of those that are in both versions."""
    # A union of nothing but types is told as types.
    if _has_branches(pair.old, versions.old) or _has_branches(pair.new, versions.new):
        yield from _branches(pair, versions)
    yield from _members(pair, versions)
    yield from _conditions(pair, versions)
    yield from _discriminators(pair, versions)


def _has_branches(seen: Seen, views: Views) -> bool:
    return is_union(seen) and plain_union(seen, views) is None


def _branches(pair: Pair, versions: Versions) -> Iterator[Told]:
    held = [[word for word, _ in _WORDS if word in side.words] for side in (pair.old, pair.new)]
    if held[0] != held[1] and len(held[0]) == len(held[1]) == 1:
        yield Said("union-changed", held[0][0], held[1][0], unsure=True)
        yield from _matched(pair, versions, held[0][0], held[1][0], dict(_WORDS)[held[1][0]])
        return
    for word, key in _WORDS:
        yield from _matched(pair, versions, word, word, key)


def _matched(pair: Pair, versions: Versions, was: str, now: str, key: str) -> Iterator[Told]:
    old, new = versions.old.children(pair.old, was), versions.new.children(pair.new, now)
    exclusive = key == "one-of"
    if bool(old) != bool(new):
        names = _names(old or new)
        yield Said(
            f"{key}-set" if new else f"{key}-unset", names if old else "", names if new else ""
        )
        return
    both, gone, come = matched(old, new, versions)
    told_apart = "discriminator" in pair.old.words and "discriminator" in pair.new.words
    shaky = exclusive and not told_apart
    yield from (pair.beside(before, after, shaky=shaky) for before, after in both)
    if gone:
        yield Said(f"{key}-removed", _names(gone), _names(new), unsure=exclusive)
    if come:
        yield Said(f"{key}-added", _names(old), _names(come), unsure=exclusive)


def matched(
    old: tuple[Seen, ...], new: tuple[Seen, ...], versions: Versions
) -> tuple[list[tuple[Seen, Seen]], tuple[Seen, ...], tuple[Seen, ...]]:
    """Branches that belong together, and what is left over on either side."""
    both: list[tuple[Seen, Seen]] = []
    gone, come = list(old), list(new)

    def take(keys_old: list[str], keys_new: list[str]) -> None:
        waiting: dict[str, list[Seen]] = {}
        for key, each in zip(keys_new, come, strict=True):
            waiting.setdefault(key, []).append(each)
        for key, each in zip(keys_old, list(gone), strict=True):
            if key and waiting.get(key):
                both.append((each, waiting[key].pop(0)))
                gone.remove(each)
                come.remove(both[-1][1])

    take([each.name for each in gone], [each.name for each in come])
    take(
        [versions.old.fingerprint(each) for each in gone],
        [versions.new.fingerprint(each) for each in come],
    )
    take([_title(each) for each in gone], [_title(each) for each in come])
    if len(gone) == len(come) == 1 and not (gone[0].name and come[0].name):
        both.append((gone.pop(), come.pop()))
    return both, tuple(gone), tuple(come)


def _title(seen: Seen) -> str:
    title = seen.words.get("title")
    return title if isinstance(title, str) and not seen.name else ""


def _names(branches: tuple[Seen, ...]) -> str:
    return ", ".join(
        each.name or " or ".join(sorted(each.types)) or "a schema" for each in branches
    )


def _members(pair: Pair, versions: Versions) -> Iterator[Told]:
    old = _speaking(versions.old.children(pair.old, "allOf"))
    new = _speaking(versions.new.children(pair.new, "allOf"))
    both, gone, come = matched(old, new, versions)
    yield from (pair.member(before, after) for before, after in both)
    if gone:
        yield Said("all-of-removed", _names(gone), _names(new))
    if come:
        yield Said("all-of-added", _names(old), _names(come))


def _speaking(members: tuple[Seen, ...]) -> tuple[Seen, ...]:
    return tuple(each for each in members if not each.says_nothing)


def _conditions(pair: Pair, versions: Versions) -> Iterator[Told]:
    for word, key in (
        ("not", "not"),
        ("if", "if"),
        ("then", "then"),
        ("else", "else"),
        ("contentSchema", "content-schema"),
    ):
        old, new = versions.old.child(pair.old, word), versions.new.child(pair.new, word)
        if old is not None and new is not None:
            yield pair.beside(old, new, murky=word != "contentSchema")
        elif new is not None:
            yield Said(f"{key}-added", unsure=True)
        elif old is not None:
            yield Said(f"{key}-removed", unsure=True)


def _discriminators(pair: Pair, versions: Versions) -> Iterator[Told]:
    old, new = (
        mapping(pair.old.words.get("discriminator")),
        mapping(pair.new.words.get("discriminator")),
    )
    if not old and not new:
        return
    was, now = text(old.get("propertyName")), text(new.get("propertyName"))
    if not old:
        yield Said("discriminator-added", "none", now, unsure=True)
    elif not new:
        yield Said("discriminator-removed", was, "none", unsure=True)
    else:
        if was != now:
            yield Said("discriminator-property-name-changed", was, now, unsure=True)
        yield from _mappings(pair, versions)


def _mappings(pair: Pair, versions: Versions) -> Iterator[Told]:
    old = mapping(mapping(pair.old.words.get("discriminator")).get("mapping"))
    new = mapping(mapping(pair.new.words.get("discriminator")).get("mapping"))
    for key in dict.fromkeys((*old, *new)):
        if key not in new:
            yield Said("discriminator-mapping-deleted", text(key), "none", unsure=True)
        elif key not in old:
            yield Said("discriminator-mapping-added", "none", text(key), unsure=True)
        else:
            before, after = definition_name(old[key]), definition_name(new[key])
            if before != after and versions.old.print_of(before) != versions.new.print_of(after):
                yield Said("discriminator-mapping-changed", str(before), str(after), unsure=True)
