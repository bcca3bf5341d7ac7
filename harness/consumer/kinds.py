"""Tells the kinds of models apart without importing the libraries that make them."""

from __future__ import annotations

import dataclasses
import sys
import types
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum


class Required(Enum):
    """Stands where a field has no default."""

    REQUIRED = "required"


REQUIRED = Required.REQUIRED


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a dataclass or attrs class, under its own name."""

    name: str
    default: object = REQUIRED
    factory: Callable[[], object] | None = None

    @property
    def required(self) -> bool:
        """Whether a value must be given."""
        return self.default is REQUIRED and self.factory is None

    def default_value(self) -> object:
        """The default, made if need be, or REQUIRED."""
        return self.factory() if self.factory is not None else self.default


def is_dataclass(kind: object) -> bool:
    """Whether it is a class made by the standard library's `dataclass`."""
    return isinstance(kind, type) and dataclasses.is_dataclass(kind)


def is_attrs(kind: object) -> bool:
    """Whether it is a class made by attrs."""
    return isinstance(kind, type) and "__attrs_attrs__" in vars(kind)


def is_struct(kind: object) -> bool:
    """Whether it is a msgspec Struct."""
    return isinstance(kind, type) and hasattr(kind, "__struct_config__")


def is_typed_dict(kind: object) -> bool:
    """Whether it is a TypedDict, of the standard library or of typing_extensions."""
    return isinstance(kind, type) and hasattr(kind, "__total__") and issubclass(kind, dict)


def fields_of(kind: type) -> Iterator[Field]:
    """The fields that the constructor of a dataclass or attrs class takes."""
    if is_attrs(kind):
        yield from _of_attrs(kind)
        return
    for field in dataclasses.fields(kind):
        if not field.init:
            continue
        factory = None if field.default_factory is dataclasses.MISSING else field.default_factory
        plain = REQUIRED if field.default is dataclasses.MISSING else field.default
        yield Field(field.name, plain, factory)


def _of_attrs(kind: type) -> Iterator[Field]:
    attrs: types.ModuleType = sys.modules["attr"]
    for each in getattr(kind, "__attrs_attrs__", ()):
        if not each.init:
            continue
        if isinstance(each.default, attrs.Factory) and not each.default.takes_self:
            yield Field(each.name, factory=each.default.factory)
        elif each.default is attrs.NOTHING:
            yield Field(each.name)
        else:
            yield Field(each.name, each.default)


def default_of_struct_field(field: typing.Any) -> object:
    """The default of a field of a msgspec Struct."""
    nothing = sys.modules["msgspec"].NODEFAULT
    if field.default_factory is not nothing:
        return field.default_factory()
    return REQUIRED if field.default is nothing else field.default
