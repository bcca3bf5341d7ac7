"""One spelling for a JSON Schema: what accepts the same values is written with the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.domain.json import Json, canonical

Schema = Mapping[str, Json]

_TYPED: dict[str, frozenset[str]] = {
    "string": frozenset({"minLength", "maxLength", "pattern", "format"}),
    "number": frozenset(
        {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
    ),
    "array": frozenset(
        {
            *("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains"),
            *("minContains", "maxContains", "unevaluatedItems"),
        }
    ),
    "object": frozenset(
        {
            *("properties", "required", "additionalProperties", "patternProperties"),
            *("propertyNames", "minProperties", "maxProperties", "dependentRequired"),
            *("dependentSchemas", "unevaluatedProperties"),
        }
    ),
    "boolean": frozenset(),
    "null": frozenset(),
}
_SHARED = frozenset({"$ref", "type", "enum", "const", "anyOf", "oneOf", "allOf", "not"})
_KEPT = _SHARED.union(*_TYPED.values())
_LISTS = frozenset({"anyOf", "oneOf", "allOf", "prefixItems"})
_MAPS = frozenset({"properties", "patternProperties", "dependentSchemas"})
_NESTED = frozenset(
    {
        *("items", "contains", "additionalProperties", "propertyNames", "not"),
        *("unevaluatedItems", "unevaluatedProperties"),
    }
)
_SAYS_NOTHING: dict[str, Json] = {
    **dict.fromkeys(("minItems", "minLength", "minProperties"), 0),
    **{key: {} for key in (*_MAPS, *_NESTED - {"not"})},
    "required": [],
    "uniqueItems": False,
    "prefixItems": [],
}
_REFERENCES = ("#/$defs/", "#/definitions/")


def canonical_schema(schema: Schema) -> dict[str, Json]:
    """
    The canonical form of a schema.

    Shape: no annotations; references inlined but for recursion, whose `$defs` are numbered by
    first use; one type a schema, unions as a sorted `anyOf`; `const` for one value, sorted `enum`
    for more.
    """
    definitions = definitions_of(schema)
    normal = _Normal(definitions, _recursive(definitions))
    root = normal.schema(schema)
    return _numbered(root if isinstance(root, Mapping) else {"not": {}}, normal)


def definitions_of(schema: Schema) -> dict[str, Json]:
    """What a schema defines, under either name that the drafts use."""
    found: dict[str, Json] = {}
    for key in ("$defs", "definitions"):
        held = schema.get(key)
        found.update(held if isinstance(held, Mapping) else {})
    return found


def reference_name(reference: Json) -> str:
    """The name of the definition that a reference points to."""
    text = str(reference)
    for start in _REFERENCES:
        if text.startswith(start):
            return text.removeprefix(start).replace("~1", "/").replace("~0", "~")
    return text


@dataclass(frozen=True, slots=True)
class _Normal:
    definitions: Mapping[str, Json]
    recursive: frozenset[str]

    def schema(self, schema: Json) -> Json:
        """The normal form; references to recursive definitions keep their old names."""
        if not isinstance(schema, Mapping):
            return {} if schema is not False else False
        kept = {key: self._value(key, schema[key]) for key in sorted(_KEPT & schema.keys())}
        if "$ref" in kept:
            return self._referred(kept)
        kept = {key: value for key, value in kept.items() if not _idle(key, value)}
        return _joined(_alternatives(_unwrapped(kept)))

    def _referred(self, kept: dict[str, Json]) -> Json:
        name = reference_name(kept.pop("$ref"))
        target: Json = {"$ref": name}
        if name not in self.recursive:
            target = self.schema(self.definitions.get(name, {}))
        if not kept or target is False:
            return target
        return self.schema({"allOf": [target, kept]}) if "$ref" not in str(target) else target

    def _value(self, key: str, value: Json) -> Json:
        if key in _LISTS and isinstance(value, Sequence):
            return [self.schema(each) for each in value]
        if key in _MAPS and isinstance(value, Mapping):
            return {name: self.schema(value[name]) for name in sorted(value)}
        if key == "propertyNames":
            names = self.schema(value)
            return {} if names == {"type": "string"} else names
        if key in _NESTED:
            return self.schema(value)
        if key == "required" and isinstance(value, Sequence):
            return sorted({str(each) for each in value})
        return _plain_numbers(value)


def _idle(key: str, value: Json) -> bool:
    return key in _SAYS_NOTHING and value == _SAYS_NOTHING[key] and value is not True


def _unwrapped(schema: dict[str, Json]) -> dict[str, Json]:
    """Lift the only member of an `allOf` where it contradicts nothing beside it."""
    parts = schema.get("allOf")
    if not isinstance(parts, Sequence) or isinstance(parts, str):
        return schema
    lifted = {key: value for key, value in schema.items() if key != "allOf"}
    left: list[Json] = []
    for part in parts:
        clash = not isinstance(part, Mapping) or any(
            lifted.get(key, value) != value for key, value in part.items()
        )
        if clash:
            left.append(part)
        elif isinstance(part, Mapping):
            lifted.update(part)
    return lifted | ({"allOf": sorted(left, key=_order)} if left else {})


def _alternatives(schema: dict[str, Json]) -> list[Json]:
    """The members of a union, each with at most one type."""
    union = [*_listed(schema.pop("anyOf", None)), *_listed(schema.pop("oneOf", None))]
    if union and not schema:
        return [each for member in union for each in _members(member)]
    if union:
        schema["anyOf"] = [_joined([each for one in union for each in _members(one)])]
    if "const" in schema:
        schema["enum"] = [schema.pop("const")]
    if "enum" in schema:
        return _enumerated(schema)
    kinds = _kinds(schema.get("type"))
    return [_of_kind(schema, kind) for kind in kinds] or [schema]


def _members(schema: Json) -> list[Json]:
    if isinstance(schema, Mapping) and schema.keys() == {"anyOf"}:
        return _listed(schema["anyOf"])
    return [schema]


def _of_kind(schema: Schema, kind: str) -> dict[str, Json]:
    family = "number" if kind == "integer" else kind
    of_others = frozenset().union(*_TYPED.values()) - _TYPED.get(family, frozenset())
    return {key: value for key, value in schema.items() if key not in of_others} | {"type": kind}


def _enumerated(schema: dict[str, Json]) -> list[Json]:
    kinds = _kinds(schema.pop("type", None))
    values = [each for each in _listed(schema.pop("enum")) if not kinds or _kind(each) in kinds]
    others: list[Json] = [{**schema, "enum": [each]} for each in values if each is not None]
    return others + ([{"type": "null"}] if None in values else [])


def _joined(alternatives: list[Json]) -> Json:
    """A union of what remains: equal members once, single values in one list."""
    values: dict[str, Json] = {}
    others: dict[str, Json] = {}
    for each in alternatives:
        if each is False:
            continue
        if isinstance(each, Mapping) and each.keys() <= {"enum", "const"} and each:
            listed = _listed(each.get("enum")) or [each.get("const")]
            values.update({_order(value): value for value in listed})
        else:
            others[canonical(each)] = each
    if values:
        ordered = [values[key] for key in sorted(values)]
        one: Json = {"const": ordered[0]} if len(ordered) == 1 else {"enum": ordered}
        others[canonical(one)] = one
    if {} in others.values():
        return {}
    members = sorted(others.values(), key=_order)
    if not members:
        return False
    return members[0] if len(members) == 1 else {"anyOf": members}


def _kinds(value: Json) -> list[str]:
    found = {value} if isinstance(value, str) else {str(each) for each in _listed(value)}
    return sorted(found - ({"integer"} if "number" in found else set()))


def _kind(value: Json) -> str:
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", dict: "object"}
    return "null" if value is None else kinds.get(type(value), "array")


def _listed(value: Json) -> list[Json]:
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else []


def _plain_numbers(value: Json) -> Json:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return [_plain_numbers(each) for each in value] if isinstance(value, list) else value


def _order(schema: Json) -> str:
    """What members are sorted by: their text without the generator's names."""
    return canonical(_renamed(schema, {}))


def _renamed(schema: Json, names: Mapping[str, str]) -> Json:
    if isinstance(schema, Mapping):
        if schema.keys() == {"$ref"}:
            return {"$ref": f"#/$defs/{names.get(str(schema['$ref']), '')}"}
        return {key: _renamed(schema[key], names) for key in sorted(schema)}
    return [_renamed(each, names) for each in _listed(schema)] or schema


def _numbered(root: Schema, normal: _Normal) -> dict[str, Json]:
    names: dict[str, str] = {}
    bodies: dict[str, Json] = {}
    waiting = list(references(root))
    while waiting:
        name = waiting.pop(0)
        if name in names:
            continue
        names[name] = str(len(names) + 1)
        bodies[name] = normal.schema(normal.definitions.get(name, {}))
        waiting.extend(references(bodies[name]))
    written = _renamed(root, names)
    held = {names[name]: _renamed(body, names) for name, body in bodies.items()}
    top = dict(written) if isinstance(written, Mapping) else {}
    return {"$defs": held, **top} if held else top


def references(schema: Json) -> Iterator[str]:
    """The names of the definitions that a schema refers to, in the order of its canonical text."""
    if isinstance(schema, Mapping):
        found = schema.get("$ref")
        if isinstance(found, str):
            yield reference_name(found)
        for key in sorted(schema):
            yield from references(schema[key])
    elif isinstance(schema, Sequence) and not isinstance(schema, str):
        for each in schema:
            yield from references(each)


def _recursive(definitions: Mapping[str, Json]) -> frozenset[str]:
    """The definitions that lead back to themselves."""
    direct = {name: set(references(body)) for name, body in definitions.items()}
    found = set()
    for name in definitions:
        seen: set[str] = set()
        waiting = list(direct[name])
        while waiting:
            each = waiting.pop()
            if each not in seen:
                seen.add(each)
                waiting.extend(direct.get(each, ()))
        if name in seen:
            found.add(name)
    return frozenset(found)
