"""Schemas and values drawn by strategies, and a second judge of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

Schema = dict[str, Any]
NAMES = ("a", "b", "c", "kind")
TEXTS = ("", "a", "b", "ab", "abc", "x1", "12", "zzzz")


def judged(schema: Any, value: Any) -> bool:
    """What the second validator says."""
    try:
        Draft202012Validator(schema).validate(value)
    except ValidationError:
        return False
    return True


@st.composite
def schemas(draw: st.DrawFn, depth: int = 3, references: bool = False) -> Schema:
    """A schema of one of many forms."""
    forms = ["integer", "number", "string", "boolean", "null", "enum", "nullable"]
    if depth > 0:
        forms += ["object", "object", "object", "array", "anyOf", "oneOf", "allOf", "map", "tuple"]
        forms += ["tagged", "not"]
    if references:
        forms += ["reference"]
    form = draw(st.sampled_from(forms))
    if form == "reference":
        return {"$ref": "#/$defs/N"}
    if form in _SCALARS:
        return draw(_SCALARS[form])
    inner = schemas(depth - 1, references)
    schema: Schema = draw(_compound(form, inner))
    return schema


_BOUND = st.integers(-3, 3)
_SCALARS: Mapping[str, st.SearchStrategy[Schema]] = {
    "boolean": st.just({"type": "boolean"}),
    "null": st.just({"type": "null"}),
    "enum": st.lists(st.sampled_from([1, 2, "a", "b", None, True]), min_size=1, max_size=3).map(
        lambda values: {"enum": values}
    ),
    "nullable": st.sampled_from(["string", "integer"]).map(lambda kind: {"type": [kind, "null"]}),
    "integer": st.fixed_dictionaries(
        {"type": st.just("integer")}, optional={"minimum": _BOUND, "maximum": _BOUND}
    ),
    "number": st.fixed_dictionaries(
        {"type": st.just("number")},
        optional={"exclusiveMinimum": _BOUND, "maximum": _BOUND, "multipleOf": st.just(0.5)},
    ),
    "string": st.fixed_dictionaries(
        {"type": st.just("string")},
        optional={
            "minLength": st.integers(0, 3),
            "maxLength": st.integers(0, 4),
            "pattern": st.sampled_from(["^[a-z]*$", "^a", "[0-9]", "^(ab|x1)$"]),
        },
    ),
}


@st.composite
def _compound(draw: st.DrawFn, form: str, inner: st.SearchStrategy[Schema]) -> Schema:
    if form == "object":
        return draw(_objects(inner))
    if form == "map":
        return {"type": "object", "additionalProperties": draw(inner)}
    if form == "tuple":
        prefix = draw(st.lists(inner, min_size=1, max_size=2))
        least = draw(st.integers(0, 2))
        return {"type": "array", "prefixItems": prefix, "minItems": least, "maxItems": 2}
    if form == "array":
        limits = {"minItems": st.integers(0, 2), "maxItems": st.integers(0, 3)}
        limits["uniqueItems"] = st.booleans()
        return {
            "type": "array",
            "items": draw(inner),
            **draw(st.fixed_dictionaries({}, optional=limits)),
        }
    if form == "not":
        return {"type": "string", "not": draw(inner)}
    if form == "tagged":
        tags = ["a", "b", "c"][: draw(st.integers(1, 3))]
        return {"anyOf": [_tagged(tag, draw(inner)) for tag in tags]}
    return {form: draw(st.lists(inner, min_size=1, max_size=3))}


def _tagged(tag: str, inner: Schema) -> Schema:
    properties = {"kind": {"const": tag}, "a": inner}
    return {"type": "object", "properties": properties, "required": ["kind"]}


@st.composite
def _objects(draw: st.DrawFn, inner: st.SearchStrategy[Schema]) -> Schema:
    names = draw(st.lists(st.sampled_from(NAMES), max_size=3, unique=True))
    schema: Schema = {"type": "object", "properties": {name: draw(inner) for name in names}}
    required = [name for name in names if draw(st.booleans())]
    if draw(st.integers(0, 5)) == 0:
        required = [*required, "other"]
    schema["required"] = required
    extra = draw(st.sampled_from(["silent", "silent", "false", "schema", "pattern", "dependent"]))
    if extra == "false":
        schema["additionalProperties"] = False
    elif extra == "schema":
        schema["additionalProperties"] = draw(inner)
    elif extra == "pattern":
        schema["patternProperties"] = {"^x": draw(inner)}
    elif extra == "dependent" and names:
        schema["dependentRequired"] = {names[0]: [draw(st.sampled_from(NAMES))]}
    return schema


@st.composite
def documents(draw: st.DrawFn) -> Schema:
    """A schema whose references lead back into it."""
    body = draw(_objects(schemas(2, references=True)))
    root: Schema = draw(schemas(2, references=True))
    return {**root, "$defs": {"N": body}}


@st.composite
def changed(draw: st.DrawFn, schema: Any) -> Any:
    """A schema with a few small changes."""
    if isinstance(schema, dict):
        kept = {key: draw(changed(value)) for key, value in schema.items()}
        if draw(st.integers(0, 3)):
            return kept
        return draw(_changed_words(kept))
    if isinstance(schema, list):
        return [draw(changed(each)) for each in schema]
    return schema


@st.composite
def _changed_words(draw: st.DrawFn, schema: Schema) -> Schema:
    word = draw(st.sampled_from(sorted(schema))) if schema else ""
    value = schema.get(word)
    if word == "required" and value:
        return {**schema, "required": value[1:]}
    if word == "enum" and len(value or ()) > 1:
        return {**schema, "enum": list(value or ())[1:]}
    if word == "type" and value == "integer":
        return {**schema, "type": "number"}
    if word == "properties" and value:
        return {**schema, "required": sorted(value)}
    if word in ("minItems", "minLength", "maxItems", "maxLength") and isinstance(value, int):
        return {**schema, word: value + 1}
    return schema


_KINDS = {
    "number": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"},
    "string": {"minLength", "maxLength", "pattern", "format"},
    "array": {"items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains"},
    "object": {"properties", "required", "additionalProperties", "propertyNames", "minProperties"},
}


def _meant(schema: Schema) -> list[str]:
    """The types that a writer without a type means: the one whose words it uses, else any."""
    named = [kind for kind, words in _KINDS.items() if schema.keys() & words]
    return named if len(named) == 1 else ["null", "boolean", *_KINDS]


def values(schema: Any, root: Schema, depth: int = 4) -> st.SearchStrategy[Any]:
    """Values that a writer of a schema may send: no property that it does not name."""
    if schema is True:
        return st.sampled_from([None, 1, "a", [], {}])
    if schema is False or depth < 0:
        return st.nothing()
    if "$ref" in schema:
        return st.deferred(lambda: values(root["$defs"]["N"], root, depth - 1))
    for word in ("anyOf", "oneOf"):
        if word in schema:
            return st.one_of([values(each, root, depth) for each in schema[word]])
    if "allOf" in schema:
        return st.one_of([values(each, root, depth) for each in schema["allOf"]])
    if "enum" in schema or "const" in schema:
        return st.sampled_from(schema.get("enum", [schema.get("const")]))
    kinds = schema.get("type", _meant(schema))
    listed = kinds if isinstance(kinds, list) else [kinds]
    return st.one_of([_of_kind(kind, schema, root, depth) for kind in listed])


def _of_kind(kind: Any, schema: Schema, root: Schema, depth: int) -> st.SearchStrategy[Any]:
    if kind == "object":
        return _sent_objects(schema, root, depth)
    if kind == "array":
        return _sent_lists(schema, root, depth)
    plain: Mapping[str, st.SearchStrategy[Any]] = {
        "null": st.none(),
        "boolean": st.booleans(),
        "integer": st.integers(-4, 4),
        "number": st.sampled_from([-3, -2.5, -1, 0, 0.5, 0.7, 1, 2, 3, 10, 10.25]),
        "string": st.sampled_from(TEXTS),
    }
    return plain[kind]


@st.composite
def _sent_objects(draw: st.DrawFn, schema: Schema, root: Schema, depth: int) -> Any:
    made: dict[str, Any] = {}
    properties = schema.get("properties", {})
    for name in dict.fromkeys((*schema.get("required", ()), *properties)):
        if name in schema.get("required", ()) or draw(st.booleans()):
            wanted = properties.get(name, schema.get("additionalProperties", True))
            made[name] = draw(values(wanted, root, depth - 1))
    for pattern, each in schema.get("patternProperties", {}).items():
        if draw(st.booleans()):
            made[pattern.strip("^")] = draw(values(each, root, depth - 1))
    if schema.get("additionalProperties") and draw(st.booleans()):
        made["zz"] = draw(values(schema["additionalProperties"], root, depth - 1))
    return made


@st.composite
def _sent_lists(draw: st.DrawFn, schema: Schema, root: Schema, depth: int) -> Any:
    prefix = schema.get("prefixItems", [])
    rest = schema.get("items", True)
    count = draw(st.integers(0, 3))
    members = [prefix[at] if at < len(prefix) else rest for at in range(count)]
    return [draw(values(each, root, depth - 1)) for each in members]
