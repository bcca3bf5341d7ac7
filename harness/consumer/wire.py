"""Examples as they travel: a model's instance becomes the JSON that its reader would be sent."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from ipaddress import IPv4Address, IPv6Address
from types import ModuleType
from typing import Any, Literal
from uuid import UUID

from harness.consumer import kinds, pydantic_models
from harness.domain.json import Json

Direction = Literal["read", "sent"]


def wire(value: object, direction: Direction = "read") -> Json:
    """
    The JSON of an example, under the names that travel.

    Shape: a field that may be absent and was not given (pydantic), or that equals its default
    (dataclass, attrs, msgspec), is left out of what is read; what is sent is whole.
    Raises: TypeError for what JSON cannot hold.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return wire(value.value, direction)
    if isinstance(value, str | int | float):
        return value
    if pydantic_models.is_instance(value):
        return _of_pydantic(value, direction)
    if kinds.is_struct(type(value)):
        return _of_struct(value, direction)
    if kinds.is_dataclass(type(value)) or kinds.is_attrs(type(value)):
        return _of_fields(value, direction)
    return _of_container(value, direction)


def _of_container(value: object, direction: Direction) -> Json:
    if isinstance(value, Mapping):
        return {str(wire(key)): wire(each, direction) for key, each in value.items()}
    if isinstance(value, list | tuple | AbstractSet):
        return [wire(each, direction) for each in value]
    return _of_scalar(value)


def _of_scalar(value: object) -> str:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID | IPv4Address | IPv6Address):
        return str(value)
    if pydantic_models.is_type(type(value)) and hasattr(value, "unicode_string"):
        return str(value)
    if isinstance(value, timedelta):
        return f"PT{value.total_seconds():g}S"
    raise TypeError(f"an example holds a {type(value).__name__}, which has no place in JSON")


def _of_fields(value: object, direction: Direction) -> Json:
    return {
        name: wire(held, direction)
        for name, held, default in _fields(value)
        if direction == "sent" or default is kinds.REQUIRED or held != default
    }


def _fields(value: object) -> Iterator[tuple[str, object, object]]:
    """Name, value and default of each field of a dataclass or attrs instance."""
    for field in kinds.fields_of(type(value)):
        yield field.name, getattr(value, field.name), field.default_value()


def _of_struct(value: Any, direction: Direction) -> Json:
    msgspec: ModuleType = sys.modules["msgspec"]
    whole = msgspec.to_builtins(value, str_keys=True)
    if not isinstance(whole, dict):
        return wire(whole)
    read: dict[str, Json] = {}
    config = value.__struct_config__
    if config.tag_field:
        read[config.tag_field] = config.tag
    for field in msgspec.structs.fields(value):
        held = getattr(value, field.name)
        if held is msgspec.UNSET:
            continue
        if direction == "sent":
            if field.encode_name in whole:
                read[field.encode_name] = wire(held, direction)
        elif field.required or held != kinds.default_of_struct_field(field):
            read[field.encode_name] = wire(held, direction)
    return read


def _of_pydantic(value: Any, direction: Direction) -> Json:
    if direction == "sent":
        return pydantic_models.dumped(value, by_alias=True)
    return _pruned(value, pydantic_models.dumped(value, by_alias=False))


def _pruned(value: Any, dumped: Json) -> Json:
    """The dump without the fields that were not given, under the names that are read."""
    if pydantic_models.is_instance(value) and isinstance(dumped, Mapping):
        if dataclasses.is_dataclass(value) or not pydantic_models.has_fields(value):
            return dumped
        return {
            pydantic_models.read_name(name, field): _pruned(getattr(value, name), dumped[name])
            for name, field in pydantic_models.given_fields(value)
            if name in dumped
        } | pydantic_models.extra_of(value, dumped)
    if isinstance(value, Mapping) and isinstance(dumped, Mapping) and len(value) == len(dumped):
        pairs = zip(dumped.items(), value.values(), strict=True)
        return {key: _pruned(held, shown) for (key, shown), held in pairs}
    if isinstance(value, list | tuple | AbstractSet):
        assert isinstance(dumped, list)
        return [_pruned(each, one) for each, one in zip(value, dumped, strict=True)]
    return dumped
