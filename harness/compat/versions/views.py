"""A schema as it is seen at one place: references followed, wrappers taken off, null apart."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from harness.domain.document import Document, definition_name
from harness.domain.json import Json, canonical, mapping, sequence

ANNOTATIONS: Final = frozenset(
    {"title", "description", "examples", "deprecated", "default", "readOnly", "writeOnly"}
)
_UNIONS: Final = ("anyOf", "oneOf")
WRAPPERS: Final = (*_UNIONS, "allOf")
_MOST_WRAPPERS: Final = 64
_MOST_MEMBERS: Final = 5_000
_FORBIDDEN: Final[Mapping[str, Json]] = {"not": {}}


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """
    One schema of one version.

    Shape: `words` are keywords without null, with one-branch unions and conjunctions that only
    wrap another schema taken off; `name` is the definition that it is, if it is one, and `written`
    the schema in its normal form. The object itself is the identity of the schema.
    """

    words: Mapping[str, Json]
    nullable: bool = False
    name: str = ""
    written: Json = True

    @property
    def types(self) -> frozenset[str]:
        """The types that it names, without null; none where it names none."""
        written = self.words.get("type")
        named = (written,) if isinstance(written, str) else sequence(written)
        return frozenset(each for each in named if isinstance(each, str))

    @property
    def values(self) -> tuple[Json, ...] | None:
        """The values that it lists, without null."""
        if "const" in self.words:
            return (self.words["const"],)
        return tuple(sequence(self.words["enum"])) if "enum" in self.words else None

    @property
    def required(self) -> frozenset[str]:
        """The properties that must be there."""
        named = sequence(self.words.get("required"))
        return frozenset(each for each in named if isinstance(each, str))

    def flag(self, word: str) -> bool:
        """Whether a flag is set."""
        return self.words.get(word) is True

    @property
    def says_nothing(self) -> bool:
        """Whether every value meets it."""
        return not any(not is_cosmetic(word) for word in self.words)


@dataclass(frozen=True, slots=True, eq=False)
class Conjoined:
    """What an object has, and must have, by all the schemas that hold of it."""

    properties: Mapping[str, Seen]
    required: frozenset[str]


def is_cosmetic(word: str) -> bool:
    """Whether a keyword says nothing of which values are accepted."""
    return word in ANNOTATIONS or word.startswith("x-") or word == "discriminator"


class Views:
    """The schemas of one document, each seen once."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._seen: dict[int, tuple[Json, Seen]] = {}
        self._with_null: dict[int, Seen] = {}
        self._names = {id(schema): name for name, schema in document.definitions.items()}
        self._conjoined: dict[int, tuple[Seen, Conjoined]] = {}
        self._prints: dict[tuple[int, int], str] = {}

    def of(self, schema: Json) -> Seen:
        """A schema of the document; the same view for the same schema."""
        found = self._seen.get(id(schema))
        if found is None:
            # The schema is kept beside its view, so that its identity stays its own.
            found = (schema, self._made(schema))
            self._seen[id(schema)] = found
        return found[1]

    def children(self, seen: Seen, word: str) -> tuple[Seen, ...]:
        """The schemas that a keyword lists."""
        return tuple(self.of(each) for each in sequence(seen.words.get(word)))

    def child(self, seen: Seen, word: str) -> Seen | None:
        """The schema that a keyword holds, or none."""
        return self.of(seen.words[word]) if word in seen.words else None

    def named(self, seen: Seen, word: str) -> dict[str, Seen]:
        """The schemas that a keyword names."""
        return {name: self.of(each) for name, each in mapping(seen.words.get(word)).items()}

    def conjoined(self, seen: Seen) -> Conjoined:
        """The properties of a schema and of all that hold beside it."""
        found = self._conjoined.get(id(seen))
        if found is None:
            found = (seen, self._joined(seen))
            self._conjoined[id(seen)] = found
        return found[1]

    def _joined(self, seen: Seen) -> Conjoined:
        properties: dict[str, Seen] = {}
        required: set[str] = set()
        waiting, known = deque([seen]), set[int]()
        while waiting and len(known) < _MOST_MEMBERS:
            each = waiting.popleft()
            if id(each) not in known:
                known.add(id(each))
                for name, one in self.named(each, "properties").items():
                    properties.setdefault(name, one)
                required |= each.required
                waiting.extend(self.children(each, "allOf"))
        return Conjoined(properties, frozenset(required))

    def _made(self, schema: Json) -> Seen:
        """What is behind references and wrappers; one loop, since they may be many."""
        node, nullable = schema, False
        held: dict[str, Json] = {}
        for _ in range(_MOST_WRAPPERS):
            inner = self._inner(mapping(node))
            if inner is None:
                break
            held = {**_beside(mapping(node)), **held}
            nullable = nullable or inner[1]
            node = inner[0]
        if held or node is schema:
            words = {**_words(node), **held}
            return _without_null(words, nullable, self._names.get(id(node), ""), schema)
        return self._nullable(node, schema) if nullable else self.of(node)

    def _nullable(self, node: Json, written: Json) -> Seen:
        if id(node) not in self._with_null:
            seen = self.of(node)
            kept = seen if seen.nullable else Seen(seen.words, True, seen.name, written)
            self._with_null[id(node)] = kept
        return self._with_null[id(node)]

    def _inner(self, schema: Mapping[str, Json]) -> tuple[Json, bool] | None:
        """What a wrapper wraps, and whether null goes beside it."""
        words = {word for word in schema if not is_cosmetic(word)}
        if words == {"$ref"}:
            name = definition_name(schema["$ref"])
            return (self._document.definitions.get(name, True), False) if name is not None else None
        if len(words) != 1:
            return None
        word = next(iter(words))
        if word not in WRAPPERS:
            return None
        branches = sequence(schema[word])
        kept = [each for each in branches if word == "allOf" or not _is_null(each)]
        if len(kept) == 1 and ("discriminator" not in schema or word == "allOf"):
            return kept[0], len(kept) < len(branches)
        return None

    def fingerprint(self, seen: Seen, depth: int = 5) -> str:
        """A text that is the same for schemas that look the same down to a depth."""
        key = (id(seen), depth)
        if key not in self._prints:
            words = {
                word: self._printed(word, value, depth)
                for word, value in seen.words.items()
                if word not in ("title", "description", "examples") and not word.startswith("x-")
            }
            self._prints[key] = _short(_text({"null": seen.nullable, **words}))
        return self._prints[key]

    def print_of(self, name: str | None) -> str:
        """The fingerprint of a definition."""
        return self.fingerprint(self.of(self._document.definitions.get(name or "", True)))

    def _printed(self, word: str, value: Json, depth: int) -> Json:
        if word == "required" or word == "enum" or word == "type":
            return sorted(map(_text, value)) if isinstance(value, list) else [_text(value)]
        if word == "const":
            return [_text(value)]
        if word == "discriminator":
            return mapping(value).get("propertyName")
        if depth <= 0 or word not in SCHEMA_WORDS:
            return value if word not in SCHEMA_WORDS else None
        if word in MAPS:
            return {
                name: self.fingerprint(self.of(each), depth - 1)
                for name, each in mapping(value).items()
            }
        if word in LISTS:
            prints: list[Json] = [
                self.fingerprint(self.of(each), depth - 1) for each in sequence(value)
            ]
            return prints if word == "prefixItems" else sorted(map(str, prints))
        return self.fingerprint(self.of(value), depth - 1)


MAPS: Final = frozenset({"properties", "patternProperties", "dependentSchemas"})
LISTS: Final = frozenset({"anyOf", "oneOf", "allOf", "prefixItems"})
SINGLES: Final = frozenset(
    {
        *("items", "contains", "not", "if", "then", "else", "propertyNames", "contentSchema"),
        *("additionalProperties", "unevaluatedProperties", "unevaluatedItems", "$ref"),
    }
)
SCHEMA_WORDS: Final = MAPS | LISTS | SINGLES


def _short(text: str) -> str:
    return hashlib.blake2b(text.encode("ascii", "replace"), digest_size=12).hexdigest()


def _text(value: Json) -> str:
    try:
        return canonical(value)
    except (ValueError, RecursionError):
        return repr(type(value))


def _beside(schema: Mapping[str, Json]) -> dict[str, Json]:
    """What a wrapper says for itself, leaving out what only people read."""
    return {
        word: value
        for word, value in schema.items()
        if is_cosmetic(word)
        and word not in ("title", "description", "examples")
        and (word != "default" or value is not None)
    }


def _words(schema: Json) -> Mapping[str, Json]:
    if isinstance(schema, Mapping):
        return schema
    return _FORBIDDEN if schema is False else {}


def _is_null(schema: Json) -> bool:
    words = {k: v for k, v in mapping(schema).items() if not is_cosmetic(k)}
    return words in ({"type": "null"}, {"const": None}, {"enum": [None]})


def _without_null(schema: Mapping[str, Json], nullable: bool, name: str, written: Json) -> Seen:
    """The words of a schema with null taken out of its types, values and branches."""
    words = dict(schema)
    types = words.get("type")
    if isinstance(types, list | tuple) and "null" in types:
        rest = [each for each in types if each != "null"]
        nullable = True
        words["type"] = rest[0] if len(rest) == 1 else rest
    values = words.get("enum")
    if isinstance(values, list | tuple):
        takes_null = None in values
        nullable = takes_null and (nullable or types is None) if types or takes_null else nullable
        words["enum"] = [each for each in values if each is not None]
    for word in _UNIONS:
        branches = words.get(word)
        if isinstance(branches, list | tuple) and any(map(_is_null, branches)):
            nullable = True
            words[word] = [each for each in branches if not _is_null(each)]
    if "$ref" in words:
        words["allOf"] = [*sequence(words.get("allOf")), {"$ref": words.pop("$ref")}]
    if words.get("default") is None:
        words.pop("default", None)
    return Seen(words, nullable, name, written)
