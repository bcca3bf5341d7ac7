"""The properties that schemas mark as sent one way only, or as sent whatever else is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from harness.domain.document import definition_name
from harness.domain.json import Json, mapping, sequence

_DEEP: Final = 4
_MOST_FOLLOWED: Final = 64
_OF_THE_SAME: Final = ("allOf", "anyOf", "oneOf")
_Says: TypeAlias = Callable[[Mapping[str, Json]], bool]


@dataclass(slots=True)
class Marks:
    """Reads `word`, which is `readOnly` or `writeOnly`, of schemas and of what they refer to."""

    definitions: Mapping[str, Json]
    word: str
    _gone: dict[str, set[str]] = field(default_factory=dict)

    def gone(self, schema: Json) -> frozenset[str]:
        """The properties that are marked by a schema or by another that holds beside it."""
        names, referred = self._inline(schema)
        if referred:
            self._gather(referred)
            names.update(*(self._gone[each] for each in referred))
        return frozenset(names)

    def speaks_of(self, schema: Json, names: frozenset[str]) -> bool:
        """Whether a schema, or one that holds with it, may demand or describe some properties."""
        waiting, seen = [schema], set[str]()
        while waiting:
            held = mapping(waiting.pop())
            described = mapping(held.get("properties"))
            demanded = map(str, sequence(held.get("required")))
            if not names.isdisjoint(described) or not names.isdisjoint(demanded):
                return True
            name = definition_name(held.get("$ref"))
            if name is not None and name not in seen:
                seen.add(name)
                waiting.append(self.definitions.get(name))
            for word in _OF_THE_SAME:
                waiting += sequence(held.get(word))
            if len(seen) > _MOST_FOLLOWED:
                return True
        return False

    def _gather(self, names: list[str]) -> None:
        """What definitions mark, themselves or by what they refer to, each looked at once."""
        users: dict[str, list[str]] = {}
        new, marking = list(names), list[str]()
        while new:
            name = new.pop()
            if name in self._gone:
                continue
            self._gone[name], referred = self._inline(self.definitions.get(name))
            new += referred
            marking += [name] if self._gone[name] else []
            for each in referred:
                users.setdefault(each, []).append(name)
                # What was gathered before is whole, and is handed on from here.
                marking += [each] if self._gone.get(each) else []
        while marking:
            name = marking.pop()
            for user in users.get(name, ()):
                if not self._gone[name] <= self._gone[user]:
                    self._gone[user] |= self._gone[name]
                    marking.append(user)

    def _inline(self, schema: Json) -> tuple[set[str], list[str]]:
        """The properties that a schema marks without its references, and those."""
        names: set[str] = set()
        referred: list[str] = []
        waiting = [schema]
        while waiting:
            held = mapping(waiting.pop())
            if "properties" in held:
                properties = mapping(held["properties"]).items()
                names.update(name for name, each in properties if self.is_marked(each))
            if "$ref" in held:
                target = definition_name(held["$ref"])
                referred += [target] if target is not None else []
            if "allOf" in held:
                waiting += sequence(held["allOf"])
        return names, referred

    def is_marked(self, schema: Json, depth: int = _DEEP) -> bool:
        """Whether the schema of a property says that it is sent the other way alone."""
        return self._any_says(schema, depth, lambda held: held.get(self.word) is True)

    def has_default(self, schema: Json, depth: int = _DEEP) -> bool:
        """Whether the schema of a property says what stands in for it."""
        return self._any_says(schema, depth, lambda held: "default" in held)

    def _any_says(self, schema: Json, depth: int, says: _Says) -> bool:
        held = mapping(schema)
        if says(held):
            return True
        # Most properties refer to nothing, and this is asked of every one of a document.
        if depth <= 0 or ("$ref" not in held and "allOf" not in held):
            return False
        return any(self._any_says(part, depth - 1, says) for part in self._beside(held))

    def _beside(self, held: Mapping[str, Json]) -> list[Json]:
        target = definition_name(held.get("$ref"))
        parts = sequence(held.get("allOf"))
        return [*parts, *([self.definitions.get(target)] if target is not None else [])]
