"""What a declared type made of a value: values that it coerced, and keys that it dropped."""

from __future__ import annotations

import datetime
import decimal
import enum
from collections.abc import Iterator
from typing import Any

from .observing import shown
from .shapes import Shape, below, shape_of, typed_dict_of, wrapped

Difference = tuple[str, str, str, str]  # kind, where, expected, seen

TIMES = (datetime.date, datetime.time, datetime.timedelta)
# What a value is read as that is not told of, by what it was: texts hold times, numbers and names
# of all sorts, and a whole number is a number.
KEEPS: dict[type, tuple[type, ...]] = {
    str: (str, decimal.Decimal, *TIMES),
    bool: (bool,),
    int: (int, float, decimal.Decimal),
    float: (float,),
    bytes: (bytes,),
}
SCALARS = (bool, int, float, str, bytes, decimal.Decimal, *TIMES)
MISSING = object()


def differences(
    raw: Any, made: Any, where: str = "$", annotation: Any = Any, *, json_text: bool = False
) -> Iterator[Difference]:
    """
    Compare what was returned with what a declared type read from it.

    Shape: `annotation` is the type, as far as it is known; `json_text` says that the value was
    returned as JSON, which has no numbers but floats.
    """
    is_wrapped, root = wrapped(made)
    shape = shape_of(type(made))
    if is_wrapped:
        if not isinstance(raw, type(made)) and not (shape and shape.reads_by_itself):
            yield from differences(raw, root, where, _root_of(type(made)), json_text=json_text)
    elif shape is not None:
        if not isinstance(raw, type(made)) and not shape.reads_by_itself:
            values = {field: held(made, field) for field in shape.fields}
            name = type(made).__qualname__
            yield from _of_fields(raw, values, shape, name, where, json_text)
    elif isinstance(made, dict) and isinstance(raw, dict):
        yield from _of_dictionary(raw, made, where, annotation, json_text)
    elif isinstance(made, (list, tuple)) and isinstance(raw, (list, tuple)):
        _, item = below(annotation, 0)
        for each, value in zip(raw, made):  # noqa: B905 - Python 3.9
            yield from differences(each, value, f"{where}[*]", item, json_text=json_text)
    elif is_coerced(raw, made, json_text):
        yield "coerced", where, type(made).__qualname__, shown(raw)


def is_coerced(raw: Any, made: Any, json_text: bool = False) -> bool:
    """Whether a plain value became one of another kind."""
    if isinstance(raw, enum.Enum) or isinstance(made, enum.Enum) or not isinstance(made, SCALARS):
        return False
    kept = next((KEEPS[kind] for kind in KEEPS if type(raw) is kind), None)
    if kept is None or (json_text and isinstance(made, decimal.Decimal) and type(raw) is float):
        return False
    return not isinstance(made, kept) or (isinstance(made, bool) and type(raw) is not bool)


def held(raw: Any, name: str) -> Any:
    """What a dictionary or an object has under a name, MISSING where it has nothing."""
    if isinstance(raw, dict):
        return raw.get(name, MISSING)
    try:
        return getattr(raw, name, MISSING)
    except Exception:  # noqa: BLE001 - an attribute that cannot be read says nothing
        return MISSING


def _root_of(kind: Any) -> Any:
    fields = getattr(kind, "model_fields", {})
    return fields["root"].annotation if "root" in fields else Any


def _of_dictionary(
    raw: Any, made: Any, where: str, annotation: Any, json_text: bool
) -> Iterator[Difference]:
    typed = typed_dict_of(annotation)
    shape = shape_of(typed) if typed is not None else None
    if shape is not None and shape.fields.keys() >= made.keys():
        yield from _of_fields(raw, made, shape, typed.__qualname__, where, json_text)
        return
    for key, value in made.items():
        if key in raw:
            place, item = below(annotation, key)
            yield from differences(raw[key], value, where + place, item, json_text=json_text)


def _of_fields(
    raw: Any, made: dict[str, Any], shape: Shape, name: str, where: str, json_text: bool
) -> Iterator[Difference]:
    """Compare field by field what an object or a dictionary was read as."""
    for field, keys in shape.fields.items():
        if not keys:
            return  # which keys it is read from is not known
        value = next((v for v in (held(raw, key) for key in keys) if v is not MISSING), MISSING)
        if value is not MISSING and field not in shape.converted and field in made:
            annotation, at = shape.annotations.get(field, Any), f"{where}.{keys[0]}"
            yield from differences(value, made[field], at, annotation, json_text=json_text)
    known = shape.further.union(*shape.fields.values())
    lost = sorted(str(key) for key in raw if key not in known) if isinstance(raw, dict) else []
    if lost and not shape.is_open:
        yield "dropped", where, name, ", ".join(lost)
