"""What a type accepts, as JSON Schema: the reader of a reply, or the writer of a request."""

from __future__ import annotations

import sys
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin
from uuid import UUID

from harness.consumer import kinds, pydantic_models
from harness.consumer.canonical import canonical_schema, definitions_of, reference_name
from harness.consumer.formats import DECIMAL_PATTERN
from harness.consumer.wire import wire
from harness.domain.json import Json

Mode = Literal["validation", "serialization"]

_READ_DECIMAL: Json = {
    "anyOf": [{"type": "number"}, {"type": "string", "pattern": DECIMAL_PATTERN}]
}
_SCALARS: Mapping[object, Json] = {
    type(None): {"type": "null"},
    None: {"type": "null"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    bytes: {"type": "string"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    time: {"type": "string", "format": "time"},
    timedelta: {"type": "string", "format": "duration"},
    UUID: {"type": "string", "format": "uuid"},
    IPv4Address: {"type": "string", "format": "ipv4"},
    IPv6Address: {"type": "string", "format": "ipv6"},
}
_ANYTHING = frozenset({"Any", "object", "TypeVar"})
_WRAPPERS = frozenset({"Required", "NotRequired", "ReadOnly", "Final", "ClassVar"})


class TypeNotUnderstood(Exception):
    """A type that the harness cannot turn into a schema; the message names it."""


def schema_of(kind: object, mode: Mode = "validation") -> dict[str, Json]:
    """
    The canonical schema of a type.

    Raises: TypeNotUnderstood.
    """
    try:
        return _remembered(kind, mode)
    except TypeError:  # an annotation that cannot be a key
        return _remembered.__wrapped__(kind, mode)


@lru_cache(maxsize=512)
def _remembered(kind: object, mode: Mode) -> dict[str, Json]:
    walk = _Walk(mode)
    root = walk.schema(kind)
    return canonical_schema({"allOf": [root], "$defs": walk.definitions})


def type_of_example(example: object) -> object:
    """The type that an example tells by itself: a model's, or a list of one model's; else None."""
    if isinstance(example, list | tuple) and example:
        kinds_found = {type_of_example(each) for each in example}
        only = kinds_found.pop()
        return list[only] if only is not None and not kinds_found else None  # type: ignore[valid-type]
    return type(example) if is_model(type(example)) else None


def is_model(kind: object) -> bool:
    """Whether a class is a model of one of the libraries that are known."""
    return (
        pydantic_models.is_model(kind)
        or pydantic_models.is_version_1(kind)
        or kinds.is_dataclass(kind)
        or kinds.is_attrs(kind)
        or kinds.is_struct(kind)
    )


@dataclass(frozen=True, slots=True)
class _Walk:
    mode: Mode
    definitions: dict[str, Json] = field(default_factory=dict)
    by_msgspec: bool = False

    def schema(self, kind: object) -> Json:
        """The schema of a type; of a class with fields, a reference to its definition."""
        try:
            known = _SCALARS.get(kind)
        except TypeError:  # an unhashable member of Annotated or Literal
            known = None
        if known is not None:
            return known
        if kind is Decimal:
            numbers = self.by_msgspec and self.mode == "validation"
            text: Json = {"type": "string", "pattern": DECIMAL_PATTERN}
            return _READ_DECIMAL if numbers else text  # a parser by hand may want text
        if isinstance(kind, type) and not get_args(kind):
            return self._of_class(kind)
        return self._of_form(kind)

    def _of_class(self, kind: type) -> Json:
        if pydantic_models.is_model(kind):
            return self._absorbed(kind, pydantic_models.json_schema(kind, self.mode))
        if kinds.is_struct(kind):
            return self._of_struct(kind)
        if issubclass(kind, Enum):
            return {"enum": [wire(member) for member in kind]}
        for known, build in self._with_fields():
            if known(kind):
                return self._defined(kind, build)
        bare: dict[type, Json] = {dict: {"type": "object"}, list: {"type": "array"}}
        bare |= {each: {"type": "array"} for each in (tuple, set, frozenset)}
        if kind in bare:
            return bare[kind]
        return self._of_named(kind)

    def _with_fields(self) -> Iterator[tuple[Callable[[object], bool], Callable[[type], Json]]]:
        yield pydantic_models.is_version_1, self._of_version_1
        yield kinds.is_typed_dict, self._of_typed_dict
        yield kinds.is_dataclass, self._of_fields
        yield kinds.is_attrs, self._of_fields

    def _of_named(self, kind: object) -> Json:
        name = getattr(kind, "__name__", type(kind).__name__)
        if name in _ANYTHING:
            return {}
        if pydantic_models.is_type(kind):
            return self._absorbed(kind, pydantic_models.json_schema(kind, self.mode))
        for base in getattr(kind, "__mro__", ()):
            if base in _SCALARS and base is not object:
                return _SCALARS[base]
        raise TypeNotUnderstood(f"{kind!r} has no JSON Schema that the harness knows")

    def _of_form(self, kind: object) -> Json:
        origin, arguments = get_origin(kind), get_args(kind)
        if origin is Annotated:
            return self._of_annotated(kind, arguments)
        if origin in (Union, types.UnionType):
            return {"anyOf": [self.schema(each) for each in arguments if not _is_unset(each)]}
        if origin is Literal:
            return {"enum": [wire(each) for each in arguments]}
        if getattr(origin, "_name", "") in _WRAPPERS:
            return self.schema(arguments[0])
        if origin is tuple:
            return self._of_tuple(arguments)
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return self._of_mapping(arguments)
        if isinstance(origin, type) and issubclass(origin, Sequence | AbstractSet):
            return {"type": "array", "items": self.schema(arguments[0])}
        if isinstance(origin, type) and is_model(origin):
            return self._of_generic(kind, origin)
        return self._of_other(kind)

    def _of_other(self, kind: object) -> Json:
        if isinstance(kind, TypeVar) or kind is Any:
            return {}
        for attribute in ("__supertype__", "__value__"):
            if hasattr(kind, attribute):
                return self.schema(getattr(kind, attribute))
        return self._of_named(kind)

    def _of_annotated(self, kind: object, arguments: tuple[object, ...]) -> Json:
        origin = arguments[0]
        for library in ("pydantic", "msgspec"):
            if any(_made_by(each, library) for each in arguments[1:]):
                by = pydantic_models.json_schema if library == "pydantic" else _by_msgspec
                return self._absorbed(kind, by(kind, self.mode))
        return self.schema(origin)

    def _of_tuple(self, arguments: tuple[object, ...]) -> Json:
        if len(arguments) == 2 and arguments[1] is ...:
            return {"type": "array", "items": self.schema(arguments[0])}
        count = len(arguments)
        members = [self.schema(each) for each in arguments]
        return {"type": "array", "prefixItems": members, "minItems": count, "maxItems": count}

    def _of_mapping(self, arguments: tuple[object, ...]) -> Json:
        if len(arguments) != 2:
            return {"type": "object"}
        result = {"type": "object", "additionalProperties": self.schema(arguments[1])}
        keys = self.schema(arguments[0])
        named = isinstance(keys, Mapping) and ("enum" in keys or keys.get("type") == "string")
        return {**result, "propertyNames": keys} if named and keys != {"type": "string"} else result

    def _of_generic(self, kind: object, origin: type) -> Json:
        if pydantic_models.is_model(origin):
            return self._absorbed(kind, pydantic_models.json_schema(kind, self.mode))
        if kinds.is_struct(origin):
            return self._of_struct(kind)
        return self.schema(origin)

    def _defined(self, kind: type, build: Callable[[type], Json]) -> Json:
        name = f"{kind!r}.{id(kind)}.{self.by_msgspec}"
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = build(kind)
        return {"$ref": f"#/$defs/{name}"}

    def _of_fields(self, kind: type) -> Json:
        hints = _hints(kind)
        required: list[Json] = []
        properties: dict[str, Json] = {}
        for each in kinds.fields_of(kind):
            properties[each.name] = self.schema(hints.get(each.name, Any))
            if each.required or self.mode == "serialization":
                required.append(each.name)
        return {"type": "object", "properties": properties, "required": required}

    def _of_struct(self, kind: Any) -> Json:
        """A Struct, field by field: msgspec's own schema calls a naive datetime a mere text."""
        config = (get_origin(kind) or kind).__struct_config__
        if config.array_like:
            return self._absorbed(kind, _by_msgspec(kind))
        walk = _Walk(self.mode, self.definitions, by_msgspec=True)
        return walk._defined(kind, lambda _: walk._struct_fields(kind, config))

    def _struct_fields(self, kind: object, config: Any) -> Json:
        tag = {config.tag_field: {"const": config.tag}} if config.tag_field else {}
        properties: dict[str, Json] = dict(tag)
        required: list[Json] = list(tag)
        for each in sys.modules["msgspec"].structs.fields(kind):
            properties[each.encode_name] = self.schema(each.type)
            required.extend([each.encode_name] if each.required else [])
        closed = {"additionalProperties": False} if config.forbid_unknown_fields else {}
        return {"type": "object", "properties": properties, "required": required, **closed}

    def _of_typed_dict(self, kind: type) -> Json:
        hints = _hints(kind)
        needed: AbstractSet[str] = getattr(kind, "__required_keys__", frozenset(hints))
        required = [name for name, hint in hints.items() if _is_needed(name, hint, needed)]
        properties = {name: self.schema(hint) for name, hint in hints.items()}
        return {"type": "object", "properties": properties, "required": list(required)}

    def _of_version_1(self, kind: type) -> Json:
        required: list[Json] = []
        properties: dict[str, Json] = {}
        for each in getattr(kind, "__fields__", {}).values():
            held = self.schema(each.outer_type_)
            properties[each.alias] = (
                {"anyOf": [held, {"type": "null"}]} if each.allow_none else held
            )
            required.extend([each.alias] if each.required else [])
        return {"type": "object", "properties": properties, "required": required}

    def _absorbed(self, kind: object, schema: Mapping[str, Json]) -> Json:
        """Take another library's schema in, its definitions under names of their own."""
        prefix = f"{kind!r}.{id(kind)}"
        for name, body in definitions_of(schema).items():
            self.definitions[f"{prefix}.{name}"] = _prefixed(body, prefix)
        rest = {key: each for key, each in schema.items() if key not in ("$defs", "definitions")}
        return _prefixed(rest, prefix)


def _prefixed(schema: Json, prefix: str) -> Json:
    if isinstance(schema, Mapping):
        moved = {key: _prefixed(each, prefix) for key, each in schema.items()}
        if isinstance(schema.get("$ref"), str):
            moved["$ref"] = f"{prefix}.{reference_name(schema['$ref'])}"
        return moved
    if isinstance(schema, list):
        return [_prefixed(each, prefix) for each in schema]
    return schema


def _by_msgspec(kind: object, mode: Mode = "validation") -> Mapping[str, Json]:
    schema = sys.modules["msgspec"].json.schema(kind)
    accepted = _with_decimals(schema) if mode == "validation" else schema
    return accepted if isinstance(accepted, Mapping) else {}


def _with_decimals(schema: Json) -> Json:
    """msgspec reads a Decimal from text and from a number alike, and calls it a text."""
    if isinstance(schema, Mapping):
        if schema.get("format") == "decimal":
            return _READ_DECIMAL
        return {key: _with_decimals(each) for key, each in schema.items()}
    return [_with_decimals(each) for each in schema] if isinstance(schema, list) else schema


def _hints(kind: type) -> dict[str, object]:
    try:
        return typing.get_type_hints(kind, include_extras=True)
    except (NameError, TypeError) as error:
        raise TypeNotUnderstood(f"the fields of {kind.__qualname__}: {error}") from error


def _is_needed(name: str, hint: object, needed: AbstractSet[str]) -> bool:
    wrapper = getattr(get_origin(hint), "_name", "")
    return wrapper == "Required" or (wrapper != "NotRequired" and name in needed)


def _is_unset(kind: object) -> bool:
    return getattr(kind, "__name__", "") == "UnsetType"


def _made_by(value: object, library: str) -> bool:
    return type(value).__module__.partition(".")[0] in (library, f"annotated_types_{library}")
