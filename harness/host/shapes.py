"""
What a class of values says of its fields, whoever made it: pydantic 2 and 1, dataclasses, and
TypedDicts, which leave no trace in the values themselves.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import typing
from collections.abc import Iterator
from typing import Any

SEQUENCES = (list, tuple, set, frozenset, collections.abc.Sequence, collections.abc.Iterable)
MAPPINGS = (dict, collections.abc.Mapping, collections.abc.MutableMapping)
OWN_READING = {"BeforeValidator", "WrapValidator", "PlainValidator"}
OWN_WRITING = {"PlainSerializer", "WrapSerializer"}


class Shape:
    """
    The fields of a class.

    Shape: `fields` maps each to the keys that it is read from, none where an alias is a path or a
    choice, so that nobody knows; `annotations` to its type; `further` are keys that are no field
    and not lost; `converted` are fields that code of the service's own reads or writes, which
    change on purpose, and those that are never written. `is_open` says that other keys are kept,
    `reads_by_itself` that code of the service's own looks at the whole before it is read,
    `writes_by_itself` that such code writes it.
    """

    __slots__ = ("annotations", "converted", "fields", "further", "is_open", "reads_by_itself",
                 "writes_by_itself")  # fmt: skip

    def __init__(self, fields: dict[str, list[str]], annotations: dict[str, Any]) -> None:
        self.fields = fields
        self.annotations = annotations
        self.further: set[str] = set()
        self.converted: set[str] = set()
        self.is_open = False
        self.reads_by_itself = False
        self.writes_by_itself = False

    @property
    def keys(self) -> dict[str, Any]:
        """The annotations by every key that a field is read from."""
        return {key: self.annotations.get(name, Any) for name in self.fields
                for key in (name, *self.fields[name])}  # fmt: skip


def shape_of(kind: Any) -> Shape | None:
    """The shape of a class, None of one that has none."""
    if isinstance(getattr(kind, "model_fields", None), dict):
        return _of_pydantic(kind, kind.model_fields, kind.model_config)
    if isinstance(getattr(kind, "__pydantic_fields__", None), dict):
        config = getattr(kind, "__pydantic_config__", None) or {}
        return _of_pydantic(kind, kind.__pydantic_fields__, config)
    if _is_of_pydantic_1(kind):
        return _of_pydantic_1(kind)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _of_annotated(kind, [one.name for one in dataclasses.fields(kind)])
    if is_typed_dict(kind):
        shape = _of_annotated(kind, list(kind.__annotations__))
        shape.is_open = getattr(kind, "__pydantic_config__", {}).get("extra") == "allow"
        return shape
    return None


def _is_of_pydantic_1(kind: Any) -> bool:
    return hasattr(kind, "__pre_root_validators__") and isinstance(kind.__fields__, dict)


def is_typed_dict(kind: Any) -> bool:
    """Whether a class is a TypedDict."""
    return isinstance(kind, type) and issubclass(kind, dict) and hasattr(kind, "__total__")


def wrapped(value: Any) -> tuple[bool, Any]:
    """Whether a value is a model of one value without a name, and that value."""
    if getattr(type(value), "__pydantic_root_model__", False):
        return True, value.root
    if _is_of_pydantic_1(type(value)) and "__root__" in type(value).__fields__:
        return True, value.__root__
    return False, None


def members(annotation: Any) -> Iterator[Any]:
    """The classes and generic types that an annotation may mean, without unions and metadata."""
    if hasattr(annotation, "__metadata__") or hasattr(annotation, "__supertype__"):
        yield from members(getattr(annotation, "__supertype__", None) or annotation.__origin__)
    elif type(annotation).__name__ == "TypeAliasType":
        yield from members(annotation.__value__)
    elif getattr(annotation, "__origin__", None) is typing.Union or (
        type(annotation).__name__ == "UnionType"
    ):
        for each in annotation.__args__:
            yield from members(each)
    elif getattr(annotation, "__pydantic_root_model__", False):
        yield from members(annotation.model_fields["root"].annotation)
    else:
        yield annotation


def below(annotation: Any, key: Any) -> tuple[str, Any]:
    """Where a key or an index of a value stands, without what is generated, and its annotation."""
    for kind in members(annotation):
        shape = shape_of(kind)
        if shape is not None and key in shape.keys:
            return f".{key}", shape.keys[key]
        origin, arguments = getattr(kind, "__origin__", None), getattr(kind, "__args__", ())
        if isinstance(key, int) and origin in SEQUENCES:
            return "[*]", next(iter(arguments), Any)
        if isinstance(key, str) and origin in MAPPINGS:
            return ".*", next(iter(arguments[1:]), Any)
    return ("[*]" if isinstance(key, int) else ".*"), Any


def typed_dict_of(annotation: Any) -> Any:
    """The TypedDict that an annotation means, None where it means none, or one of several."""
    found = [kind for kind in members(annotation) if is_typed_dict(kind)]
    return found[0] if len(found) == 1 else None


def _of_pydantic(kind: Any, fields: dict[str, Any], config: Any) -> Shape:
    shape = Shape({}, {name: field.annotation for name, field in fields.items()})
    decorators = kind.__pydantic_decorators__
    for name, field in fields.items():
        aliases = (field.validation_alias, field.alias, field.serialization_alias)
        is_known = field.validation_alias is None or isinstance(field.validation_alias, str)
        shape.fields[name] = [
            each for each in (*aliases, name) if isinstance(each, str) and is_known
        ]
        is_own = {type(each).__name__ for each in field.metadata} & (OWN_READING | OWN_WRITING)
        if is_own or field.exclude:
            shape.converted.add(name)
    own = (decorators.validators, decorators.field_validators, decorators.field_serializers)
    for each in (each for some in own for each in some.values()):
        if each.info.mode != "after":
            shape.converted.update(fields if "*" in each.info.fields else each.info.fields)
    shape.further.update(getattr(kind, "model_computed_fields", ()))
    shape.is_open = config.get("extra") == "allow"
    shape.writes_by_itself = bool(decorators.model_serializers)
    shape.reads_by_itself = any(
        each.info.mode in ("before", "wrap") and not each.func.__module__.startswith("ninja.")
        for each in decorators.model_validators.values()
    )
    return shape


def _of_pydantic_1(kind: Any) -> Shape:
    fields = kind.__fields__
    annotations = {name: field.outer_type_ for name, field in fields.items()}
    shape = Shape({name: [field.alias, name] for name, field in fields.items()}, annotations)
    shape.converted = {name for name, field in fields.items() if field.class_validators}
    shape.is_open = getattr(kind.__config__.extra, "value", "") == "allow"
    shape.reads_by_itself = bool(kind.__pre_root_validators__)
    return shape


def _of_annotated(kind: Any, names: list[str]) -> Shape:
    """A dataclass or a TypedDict: only its annotations tell of aliases and of own code."""
    try:
        hints = typing.get_type_hints(kind, include_extras=True)
    except Exception:  # noqa: BLE001 - names for type checkers alone are legal in annotations
        hints = {}
    shape = Shape({name: [name] for name in names}, hints)
    for name in names:
        for each in getattr(hints.get(name), "__metadata__", ()):
            if type(each).__name__ in OWN_READING | OWN_WRITING:
                shape.converted.add(name)
            if getattr(each, "alias", None) or getattr(each, "validation_alias", None):
                shape.fields[name] = []
    return shape
