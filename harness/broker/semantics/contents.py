"""
What a pact's content is: its digest, the names of its interactions, and two contents as one.

Source: the reference broker's digest covers interactions, messages and the version of the
specification, whatever their order.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from harness.domain.json import Json, is_mapping, mapping, sequence

_KINDS: Final = ("interactions", "messages")
_TEXT: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_STATES: Final = ("providerState", "providerStates", "provider_state")
_REQUEST: Final = ("method", "path", "query", "body", "headers")


class Conflicting(Exception):
    """Two contents say different things of one interaction."""


def sha_of(pact: Mapping[str, Json]) -> str:
    """
    The SHA-1 of what matters to a verification, in hexadecimal.

    Shape: a pact that has neither interactions nor messages counts whole.
    """
    if not any(pact.get(kind) for kind in _KINDS):
        return _sha(pact)
    ordered = {kind: _ordered(pact[kind]) for kind in _KINDS if pact.get(kind)}
    first = next(iter(ordered))
    items = ordered[first]
    if isinstance(items, list):
        ordered[first] = sorted(items, key=_TEXT.encode)
    if version := specification(pact):
        ordered["pact_specification_version"] = version
    return _sha(ordered)


def specification(pact: Mapping[str, Json]) -> Json:
    """The version of the specification that a pact says it follows, or nothing."""
    metadata = mapping(pact.get("metadata"))
    for name in ("pactSpecification", "pact-specification"):
        if version := mapping(metadata.get(name)).get("version"):
            return version
    return metadata.get("pactSpecificationVersion")


def with_ids(pact: Mapping[str, Json]) -> dict[str, Json]:
    """A pact each of whose interactions and messages has its digest as `_id`."""
    named = dict(pact)
    for kind in _KINDS:
        if kind in pact and not is_mapping(pact[kind]):
            named[kind] = [_with_id(each) for each in sequence(pact[kind])]
    return named


def without_ids(pact: Mapping[str, Json]) -> dict[str, Json]:
    """A pact without the digests of its interactions, which say nothing new."""
    return {
        key: [
            {name: value for name, value in each.items() if name != "_id"}
            if isinstance(each, Mapping)
            else each
            for each in value
        ]
        if key in ("interactions", "messages") and isinstance(value, list)
        else value
        for key, value in pact.items()
    }


def merged(old: Mapping[str, Json], new: Mapping[str, Json]) -> dict[str, Json]:
    """
    Two contents of one consumer version as one: what the newer adds, and its responses.

    Raises: Conflicting, with a sentence, where the same interaction asks for something else.
    """
    result = {**old, **new}
    for kind in _KINDS:
        if kind in old or kind in new:
            result[kind] = _joined(sequence(old.get(kind)), sequence(new.get(kind)))
    return result


def replaced(old: Mapping[str, Json], new: Mapping[str, Json]) -> list[str]:
    """The interactions of an older content that a newer one tells otherwise, by description."""
    known = {_key(each): _ordered(each) for each in interactions_of(without_ids(old))}
    return [
        str(each.get("description"))
        for each in interactions_of(without_ids(new))
        if known.get(_key(each), _ordered(each)) != _ordered(each)
    ]


def interactions_of(pact: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    """The interactions and messages of a pact."""
    for kind in _KINDS:
        yield from (each for each in sequence(pact.get(kind)) if is_mapping(each))


def states_of(interaction: Mapping[str, Json]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The provider states of an interaction: each name with the names of its parameters."""
    for key in _STATES:
        found = interaction.get(key)
        if isinstance(found, str) and found:
            yield found, ()
        for each in sequence(found):
            name = mapping(each).get("name")
            if isinstance(name, str):
                yield name, tuple(mapping(mapping(each).get("params")))


def _with_id(item: Json) -> Json:
    if not is_mapping(item):
        return item
    bare = {key: value for key, value in sorted(item.items()) if key != "_id"}
    return {"_id": _sha({key: _ordered(value) for key, value in bare.items()}), **bare}


def _joined(old: Sequence[Json], new: Sequence[Json]) -> list[Json]:
    joined = {_key(each): each for each in old}
    for each in new:
        known = joined.get(_key(each))
        if known is not None and _asked(known) != _asked(each):
            said = mapping(each).get("description")
            raise Conflicting(f"the interaction {said!r} with the same states asks otherwise")
        joined[_key(each)] = each
    return list(joined.values())


def _key(item: Json) -> str:
    told = mapping(item)
    states = [_ordered(told.get(name)) for name in _STATES]
    return _TEXT.encode([told.get("description"), *states])


def _asked(item: Json) -> str:
    """What makes an interaction the same: its request; a message counts whole."""
    told = mapping(item)
    request = told.get("request")
    if is_mapping(request):
        return _TEXT.encode([_ordered(request.get(name)) for name in _REQUEST])
    return _TEXT.encode(_ordered({key: told[key] for key in told if key != "_id"}))


def _ordered(value: Json) -> Json:
    if is_mapping(value):
        return {key: _ordered(value[key]) for key in sorted(value)}
    if isinstance(value, str) or not isinstance(value, Sequence):
        return value
    return [_ordered(each) for each in value]


def _sha(value: Json) -> str:
    return hashlib.sha1(_TEXT.encode(value).encode("utf-8", "surrogatepass")).hexdigest()
