"""The schemas of a document as they hold in one direction: in replies, or in requests."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from harness.compat.schemas.marks import Marks
from harness.compat.schemas.oracle import usable
from harness.compat.schemas.shapes import Part, World
from harness.compat.schemas.sides import Side
from harness.domain.document import (
    UNKNOWN_BECAUSE,
    Document,
    definition_name,
    definition_reference,
)
from harness.domain.json import Json, is_mapping, mapping, sequence

_DATA: Final = frozenset({"enum", "const", "default", "examples"})
_MAPS: Final = frozenset({"properties", "patternProperties", "dependentSchemas"})
_LISTS: Final = frozenset({"anyOf", "oneOf", "allOf", "prefixItems"})
_OF_THE_SAME: Final = frozenset({"anyOf", "oneOf", "allOf"})
_BARE: Final = "\0bare:"
_WITHOUT: Final = "\0without:"
_TOO_DEEP: Final[Json] = {UNKNOWN_BECAUSE: "nested too deeply to be read"}


class Direction(Enum):
    """Who writes: the provider a reply, or the consumer a request."""

    REPLY = "writeOnly"
    REQUEST = "readOnly"


@dataclass(slots=True)
class Directed:
    """
    A document read in one direction.

    Shape: in replies write-only properties are never sent, and those with a default always; in
    requests read-only ones are never demanded. A discriminator's value belongs to its branch, and a
    schema with a discriminator and no branches stands for those that build on it. Objects are
    `closed` to what their schema does not name where the document writes, which it does in replies
    unless told otherwise.
    """

    document: Document
    direction: Direction
    closed: bool | None = None
    _world: World = field(init=False)
    _sides: dict[int, tuple[Json, Side]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        definitions = _Definitions(self.document, self.direction)
        writes = self.direction is Direction.REPLY if self.closed is None else self.closed
        self._world = World(definitions, closed=writes)
        self._definitions = definitions

    _definitions: _Definitions = field(init=False)

    def side(self, schema: Json) -> Side:
        """A schema of the document, ready to be compared; the same one for the same schema."""
        known = self._sides.get(id(schema))
        if known is None:
            known = (schema, Side(Part(self._definitions.directed(schema), self._world)))
            self._sides[id(schema)] = known
        return known[1]


class _Definitions(Mapping[str, Json]):
    """The definitions of a document in one direction, each made when it is asked for."""

    def __init__(self, document: Document, direction: Direction) -> None:
        self._written = document.definitions
        self._direction = direction
        self._marks = Marks(document.definitions, direction.value)
        self._made: dict[str, Json] = {}
        self._without: dict[str, tuple[str, frozenset[str]]] = {}
        self._children: dict[str, list[str]] | None = None

    def __getitem__(self, name: str) -> Json:
        if name not in self._made:
            self._made[name] = self._build(name)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._written)

    def __len__(self) -> int:
        return len(self._written)

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        return name in self._without or name.removeprefix(_BARE) in self._written

    def directed(self, schema: Json, beside: frozenset[str] = frozenset()) -> Json:
        """A schema as it holds in this direction, beside others that mark some properties."""
        try:
            return usable(self._directed(schema, in_all=False, beside=beside))
        except RecursionError:
            return _TOO_DEEP

    def _build(self, name: str) -> Json:
        name, gone = self._without.get(name, (name, frozenset[str]()))
        bare = name.removeprefix(_BARE)
        written = self._written[bare]
        if bare == name and (branches := self._branches(name, written)):
            union: Json = {"anyOf": branches}
            return self.directed(union, gone) if gone else union
        return self.directed(written, gone)

    def _branches(self, name: str, written: Json) -> list[Json]:
        """What a schema with a discriminator and no union of its own stands for."""
        discriminator = mapping(mapping(written).get("discriminator"))
        held = mapping(written)
        if not discriminator or "oneOf" in held or "anyOf" in held:
            return []
        named = {
            child: [
                key
                for key, target in mapping(discriminator.get("mapping")).items()
                if definition_name(target) == child
            ]
            for child in self._built_on(name, discriminator)
        }
        own: Json = {"$ref": definition_reference(_BARE + name)}
        if not named:
            return []
        tag = str(discriminator.get("propertyName"))
        return [
            _tagged(
                {"$ref": definition_reference(child)} if child != name else own,
                tag,
                keys or [child],
            )
            for child, keys in named.items()
        ]

    def _built_on(self, name: str, discriminator: Mapping[str, Json]) -> list[str]:
        if self._children is None:
            self._children = {}
            for child, schema in self._written.items():
                for part in sequence(mapping(schema).get("allOf")):
                    parent = definition_name(mapping(part).get("$ref"))
                    if parent is not None:
                        self._children.setdefault(parent, []).append(child)
        targets = (definition_name(each) for each in mapping(discriminator.get("mapping")).values())
        mapped = [each for each in targets if each is not None and each in self._written]
        return list(dict.fromkeys((*mapped, *self._children.get(name, ()))))

    def _directed(
        self, schema: Json, *, in_all: bool, beside: frozenset[str] = frozenset()
    ) -> Json:
        """The same; `beside` names what is marked by the schemas that hold of the same value."""
        if not is_mapping(schema):
            return schema
        gone = beside | self._marks.gone(schema)
        made: dict[str, Json] = {
            word: self._word(word, value, gone) for word, value in schema.items()
        }
        parent = definition_name(schema.get("$ref"))
        if parent is not None:
            is_bare = in_all and bool(mapping(self._written.get(parent)).get("discriminator"))
            name = _BARE + parent if is_bare else parent
            made["$ref"] = self._referred(name, gone) if gone or is_bare else schema["$ref"]
        self._drop(made, gone)
        if "properties" in schema:
            self._promise(made)
        if "discriminator" in schema:
            _tag_branches(made)
        return made

    def _word(self, word: str, value: Json, gone: frozenset[str]) -> Json:
        if word in _DATA or word.startswith("x-") or word == "discriminator":
            return value
        if word in _MAPS:
            items = mapping(value).items()
            return {name: self._directed(each, in_all=False) for name, each in items}
        if word in _LISTS:
            in_all, held = word == "allOf", gone if word in _OF_THE_SAME else frozenset[str]()
            parts = sequence(value)
            return [self._directed(each, in_all=in_all, beside=held) for each in parts]
        return self._directed(value, in_all=False)

    def _referred(self, name: str, gone: frozenset[str]) -> Json:
        """A reference to a definition, or to the same without what is marked beside it."""
        bare = name.removeprefix(_BARE)
        written = self._written.get(bare)
        left = gone - self._marks.gone(written) if gone else gone
        if left and self._marks.speaks_of(written, left):
            listed = json.dumps(sorted(left))
            self._without[f"{_WITHOUT}{listed}:{name}"] = (name, left)
            name = f"{_WITHOUT}{listed}:{name}"
        return definition_reference(name)

    def _drop(self, made: dict[str, Json], gone: frozenset[str]) -> None:
        """Take out what is not sent this way, in place."""
        properties, required = mapping(made.get("properties")), sequence(made.get("required"))
        if self._direction is Direction.REPLY and not gone.isdisjoint(properties):
            kept = {name: each for name, each in properties.items() if name not in gone}
            made["properties"] = kept
        if required and not gone.isdisjoint(map(str, required)):
            made["required"] = [name for name in required if name not in gone]

    def _promise(self, made: dict[str, Json]) -> None:
        """
        Count what has a default as sent, in place.

        Frameworks leave it out of what is required and send it all the same.
        """
        if self._direction is not Direction.REPLY:
            return
        required = sequence(made.get("required"))
        properties = mapping(made["properties"]).items()
        sent = [name for name, each in properties if self._marks.has_default(each)]
        if sent:
            made["required"] = list(dict.fromkeys((*required, *sent)))


def _tag_branches(made: dict[str, Json]) -> None:
    """Write what a discriminator says of each branch as a schema, in place."""
    discriminator = mapping(made["discriminator"])
    tag = discriminator.get("propertyName")
    keys: dict[str, list[str]] = {}
    for key, target in mapping(discriminator.get("mapping")).items():
        keys.setdefault(str(target), []).append(key)
    for word in ("oneOf", "anyOf"):
        if word in made and isinstance(tag, str):
            made[word] = [
                _tagged(branch, tag, found)
                if (found := keys.get(str(mapping(branch).get("$ref"))))
                else branch
                for branch in sequence(made[word])
            ]


def _tagged(branch: Json, tag: str, keys: list[str]) -> Json:
    named: Json = {"properties": {tag: {"enum": list(keys)}}, "required": [tag]}
    return {"allOf": [branch, named]}
