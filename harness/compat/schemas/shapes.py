"""
Schemas as shapes: one kind of JSON value with what must hold for it.

A schema with unions, references and conjunctions is met in one of several ways; each way is a
shape. Parts of a value stay unread until they are asked for, so that recursion costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from harness.compat.schemas.judging import pattern_found
from harness.domain.document import UNKNOWN_BECAUSE, definition_name, direct_references
from harness.domain.json import Json, is_mapping, mapping, sequence, shortened

NUMBER_WORDS: Final = frozenset(
    {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
)
STRING_WORDS: Final = frozenset({"minLength", "maxLength", "pattern", "format"})
ARRAY_WORDS: Final = frozenset(
    {
        *("items", "prefixItems", "minItems", "maxItems", "uniqueItems"),
        *("contains", "minContains", "maxContains", "unevaluatedItems"),
    }
)
OBJECT_WORDS: Final = frozenset(
    {
        *("properties", "patternProperties", "additionalProperties", "unevaluatedProperties"),
        *("required", "propertyNames", "minProperties", "maxProperties", "dependentRequired"),
    }
)
HINTS: Final = frozenset({"examples", "default"})
WORDS: Final[Mapping[str, frozenset[str]]] = {
    "number": NUMBER_WORDS,
    "string": STRING_WORDS,
    "array": ARRAY_WORDS,
    "object": OBJECT_WORDS,
    "boolean": frozenset(),
    "null": frozenset(),
}
ALL_WORDS: Final = frozenset().union(*WORDS.values()) | HINTS

_BESIDE_REFERENCE: Final = frozenset({"$ref", "$defs", "title", "description", "deprecated"})
_TYPES: Final = frozenset({*WORDS, "integer"})
_SAYS_A_TYPE: Final = frozenset({"type", "title", "description", "deprecated", *HINTS})
_MOST_REFERENCES: Final = 32


class World:
    """
    The definitions that a schema refers to, and how its silence is meant.

    Shape: in a `closed` world an object has the properties that its schema names and no others,
    unless it says something of others or names none.
    """

    __slots__ = ("_references", "closed", "definitions")

    def __init__(self, definitions: Mapping[str, Json], *, closed: bool) -> None:
        self.definitions = definitions
        self.closed = closed
        self._references: dict[str, frozenset[str]] = {}

    def references(self, name: str) -> frozenset[str]:
        """The definitions that a definition names itself."""
        if name not in self._references:
            self._references[name] = direct_references(self.definitions[name])
        return self._references[name]

    def resolve(self, reference: Json) -> Json:
        """What a reference names; of a reference to nothing, nothing can be told."""
        name = definition_name(reference)
        if name is not None and name in self.definitions:
            return self.definitions[name]
        return {UNKNOWN_BECAUSE: f"{shortened(reference, 120)} leads nowhere"}


# These three are never changed: thousands are made a comparison, and to freeze a thing doubles what
# it takes to make it.
@dataclass(slots=True, eq=False)
class Part:
    """A schema in its world."""

    schema: Json
    world: World

    @property
    def says_nothing(self) -> bool:
        """Whether every value meets it."""
        return self.schema is True or self.schema == {}

    def settled(self) -> Part:
        """The same, without references that stand alone."""
        schema = self.schema
        for _ in range(_MOST_REFERENCES):
            if not is_mapping(schema) or not _only_refers(schema):
                break
            schema = self.world.resolve(schema["$ref"])
        return self if schema is self.schema else Part(schema, self.world)


def _only_refers(schema: Mapping[str, Json]) -> bool:
    return "$ref" in schema and schema.keys() <= _BESIDE_REFERENCE


Node: TypeAlias = tuple[Part, ...]
"""Parts that must all hold."""

NodeKey: TypeAlias = tuple[tuple[int, int], ...]


def key_of(node: Node) -> NodeKey:
    """The identity of a node, as long as its parts live."""
    return tuple([(id(part.schema), id(part.world)) for part in node])


def settled(node: Node) -> Node:
    """A node without references that stand alone and parts that say nothing."""
    return tuple([part for each in node if not (part := each.settled()).says_nothing])


def says_nothing(node: Node) -> bool:
    """Whether every value meets a node."""
    return all(part.says_nothing for part in node)


def covers_plainly(reader: Node, writer: Node) -> bool:
    """Whether a reader asks for a type alone that the writer names: most leaves of most replies."""
    if len(reader) != 1 or len(writer) != 1:
        return False
    asked, sent = mapping(reader[0].schema), mapping(writer[0].schema)
    kind, named = asked.get("type"), sent.get("type")
    is_same = isinstance(kind, str) and (named == kind or (named, kind) == ("integer", "number"))
    return is_same and asked.keys() <= _SAYS_A_TYPE


def is_met_plainly(node: Node) -> bool:
    """Whether a node asks for a type alone, of which there are values."""
    asked = mapping(node[0].schema) if len(node) == 1 else {}
    kind = asked.get("type")
    return isinstance(kind, str) and kind in _TYPES and asked.keys() <= _SAYS_A_TYPE


@dataclass(slots=True, eq=False)
class Group:
    """What one schema says of one value, with all that it takes in by reference or conjunction."""

    world: World
    facets: tuple[Mapping[str, Json], ...]
    required: Mapping[str, None] = field(init=False)
    """The properties that must be there, in the order of the schema."""

    def __post_init__(self) -> None:
        words = [sequence(facet["required"]) for facet in self.facets if "required" in facet]
        self.required = {str(name): None for each in words for name in each}

    def declares(self, name: str) -> bool:
        """Whether a property is spoken of, be it only as one that must be there."""
        return any(True for _ in self._about(name)) or self._requires(name)

    def child(self, name: str) -> Iterator[Part]:
        """What a property must meet: false where this schema never sends it."""
        found = False
        for schema in self._about(name):
            found = True
            yield Part(schema, self.world)
        if not found and not (self._is_silent() and self._requires(name)):
            yield from self.undeclared()

    def _requires(self, name: str) -> bool:
        return name in self.required

    def _is_silent(self) -> bool:
        return not any("unevaluatedProperties" in facet for facet in self.facets)

    def undeclared(self) -> Iterator[Part]:
        """What a property must meet that is not spoken of."""
        rest = [f["unevaluatedProperties"] for f in self.facets if "unevaluatedProperties" in f]
        if rest:
            yield from (Part(schema, self.world) for schema in rest)
        elif self.world.closed and self._names_some():
            yield Part(False, self.world)

    def _about(self, name: str) -> Iterator[Json]:
        for facet in self.facets:
            properties = mapping(facet.get("properties"))
            spoken = name in properties
            if spoken:
                yield properties[name]
            patterns = mapping(facet["patternProperties"]) if "patternProperties" in facet else {}
            for pattern, schema in patterns.items():
                if pattern_found(pattern, name):
                    spoken = True
                    yield schema
            if not spoken and "additionalProperties" in facet:
                yield facet["additionalProperties"]

    def _names_some(self) -> bool:
        says_of_others = any("additionalProperties" in facet for facet in self.facets)
        return not says_of_others and any(facet.get("properties") for facet in self.facets)


@dataclass(slots=True, eq=False)
class Shape:
    """
    One way to meet a schema.

    Shape: `kind` is a type of JSON with integers among numbers; `values` lists all of them where
    they are few; `excluded` are nodes that must not hold beside; `unsaid` says why a part of the
    schema cannot be told; shapes of one kind and one `origin` are met by the same values.
    """

    kind: str
    values: tuple[Json, ...] | None
    groups: tuple[Group, ...]
    excluded: tuple[Node, ...] = ()
    unsaid: str = ""
    origin: tuple[int, ...] = ()
    _children: dict[str, Node] = field(default_factory=dict)

    def facets(self) -> Iterator[Mapping[str, Json]]:
        """Everything that is said, one mapping of keywords after the other."""
        for group in self.groups:
            yield from group.facets

    def words(self, keyword: str) -> Iterator[Json]:
        """What a keyword holds, wherever it stands."""
        return (facet[keyword] for facet in self.facets() if keyword in facet)

    def least(self, keyword: str) -> float | int | None:
        """The smallest number that a keyword holds."""
        return min(numbers(self.words(keyword)), default=None)

    def most(self, keyword: str, default: int = 0) -> float | int:
        """The largest number that a keyword holds."""
        return max(numbers(self.words(keyword)), default=default)

    def required(self) -> tuple[str, ...]:
        """The properties that must be there, in the order of the schema."""
        return tuple(dict.fromkeys(name for group in self.groups for name in group.required))

    def declared(self) -> tuple[str, ...]:
        """The properties that are named, in the order of the schema."""
        names = (name for words in self.words("properties") for name in mapping(words))
        return tuple(dict.fromkeys(names))

    def spoken_of(self) -> tuple[str, ...]:
        """The properties that are named or must be there."""
        return tuple(dict.fromkeys((*self.declared(), *self.required())))

    def child(self, name: str) -> Node:
        """What a property must meet, gathered once."""
        known = self._children.get(name)
        if known is None:
            known = tuple([part for group in self.groups for part in group.child(name)])
            self._children[name] = known
        return known

    def rest(self) -> Node:
        """What a property must meet that is nowhere named."""
        found: list[Part] = []
        for group in self.groups:
            others = [
                f["additionalProperties"] for f in group.facets if "additionalProperties" in f
            ]
            found.extend(Part(schema, group.world) for schema in others)
            if not others:
                found.extend(group.undeclared())
        return tuple(found)

    def patterned(self) -> Iterator[tuple[str, Part]]:
        """The patterns of property names, each with what its values must meet."""
        for group in self.groups:
            for facet in group.facets:
                for pattern, schema in mapping(facet.get("patternProperties")).items():
                    yield pattern, Part(schema, group.world)

    def item(self, position: int | None) -> Node:
        """What the item at a position must meet, or the items behind all positions."""
        found: list[Part] = []
        for group in self.groups:
            for facet in group.facets:
                prefix = sequence(facet.get("prefixItems"))
                if position is not None and position < len(prefix):
                    found.append(Part(prefix[position], group.world))
                elif "items" in facet:
                    found.append(Part(facet["items"], group.world))
        return tuple(found)

    def positions(self) -> int:
        """How many items have a schema of their own."""
        return max((len(sequence(words)) for words in self.words("prefixItems")), default=0)


def meet(one: Shape, other: Shape) -> Shape | None:
    """The shape of the values that have both, or none where their kinds or values differ."""
    if one.kind != other.kind:
        return None
    values = one.values if other.values is None else other.values
    if one.values is not None and other.values is not None:
        known = {frozen(value) for value in other.values}
        values = tuple(value for value in one.values if frozen(value) in known)
        if not values:
            return None
    unsaid = one.unsaid or other.unsaid
    excluded = (*one.excluded, *other.excluded)
    return Shape(one.kind, values, (*one.groups, *other.groups), excluded, unsaid)


def kind_of_value(value: Json) -> str:
    """The kind of a value, in the words of JSON Schema with integers among numbers."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "object" if isinstance(value, Mapping) else "array"


def frozen(value: Json) -> object:
    """A value that can be a key, with 1 and 1.0 the same and true another."""
    if isinstance(value, Mapping):
        return frozenset((name, frozen(each)) for name, each in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(frozen(each) for each in value)
    return (kind_of_value(value), value)


def numbers(values: Iterator[Json]) -> Iterator[int | float]:
    """The numbers among values."""
    return (v for v in values if isinstance(v, int | float) and not isinstance(v, bool))
