"""
What went out though no declared type has read it: JSON that was returned past the response model,
and instances that were put together or changed without validation.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from .converted import MISSING, Difference, differences, held
from .observing import named, shown
from .shapes import Shape, below, members, shape_of, wrapped

LARGEST_BODY = 1_000_000
DEEPEST = 30
# What is of another kind, by what a validator calls it; anything else is a rule of the service's
# own, or a bound of its document, which other checks hold replies against.
OTHER_KINDS = ("_type", "_parsing")
OTHERS = ("int_from_float", "none_required", "missing", "enum", "literal_error")
PASSED_OVER = ("json_type",)  # what is kept is no longer the text that was read

Read = Callable[[Any], "tuple[Any, Any]"]


def of_body(body: bytes, content_type: str, annotation: Any, read: Read) -> Iterator[Difference]:
    """
    Hold the bytes of a response, strictly, against the type that was declared for it.

    Shape: `read` gives what the type makes of decoded JSON, and the errors of pydantic 2 where it
    refuses it.
    """
    if "json" not in content_type or not 0 < len(body) < LARGEST_BODY:
        return
    raw = json.loads(body)
    made, errors = read(raw)
    if errors:
        yield from _refused(errors, raw, annotation)
        return
    for kind, where, expected, seen in differences(raw, made, "$", annotation, json_text=True):
        yield ("undeclared" if kind == "dropped" else "unchecked"), where, expected, seen


def of_instance(value: Any, where: str = "$", depth: int = 0) -> Iterator[Difference]:
    """
    Read an instance of a model anew, so that what was assigned, or is a default, is read as well.

    Shape: whatever the value holds is looked into; what is no model of pydantic 2 is passed over.
    """
    is_wrapped, root = wrapped(value)
    if depth > DEEPEST:
        return
    if is_wrapped:
        yield from of_instance(root, where, depth + 1)
    elif isinstance(value, dict):
        for each in value.values():
            yield from of_instance(each, f"{where}.*", depth + 1)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from of_instance(each, f"{where}[*]", depth + 1)
    elif isinstance(getattr(type(value), "model_fields", None), dict):
        shape = shape_of(type(value))
        if shape is not None and not shape.reads_by_itself and not shape.writes_by_itself:
            yield from _of_model(value, shape, where, depth)


def _of_model(value: Any, shape: Shape, where: str, depth: int) -> Iterator[Difference]:
    values = {field: held(value, field) for field in shape.fields}
    present = {field: each for field, each in values.items() if each is not MISSING}
    for field, each in present.items():
        yield from of_instance(each, f"{where}.{_key(shape, field)}", depth + 1)
    if not all(shape.fields.values()):
        return
    told = {_key(shape, field): each for field, each in present.items()}
    converted = {_key(shape, field) for field in shape.converted}
    try:
        made = type(value).model_validate(told)
    except ValueError as error:
        found = error.errors() if hasattr(error, "errors") else []
        own = [one for one in found if one["type"] != "missing" and one["loc"]]
        kept = [one for one in own if one["loc"][0] not in converted]
        yield from _refused(kept, told, type(value), where)
        return
    for _, at, expected, seen in differences(told, made, where, type(value)):
        yield "unchecked", at, expected, seen


def _key(shape: Shape, field: str) -> str:
    """The key that a field is read from."""
    return shape.fields[field][0] if shape.fields[field] else field


def _refused(errors: Any, raw: Any, annotation: Any, where: str = "$") -> Iterator[Difference]:
    """What a validator refuses, each place once, whichever members of a union say so."""
    places: dict[str, tuple[list[str], Any]] = {}
    for one in errors:
        if not _is_of_another_kind(one["type"]):
            continue
        at, value, seen = where, annotation, raw
        keys, member = _within(one, raw)
        is_on_purpose = False
        for key in keys:
            is_on_purpose = is_on_purpose or _is_on_purpose(value, key, seen)
            place, value = below(value, key)
            at, seen = at + place, _item(seen, key)
        if is_on_purpose:
            continue
        expected = member or (one["type"].partition("_")[0] if value is Any else named(value))
        names, _ = places.setdefault(at, ([], seen))
        if expected not in names:
            names.append(expected)
    for at, (names, seen) in places.items():
        yield "unchecked", at, " | ".join(names), "nothing" if seen is MISSING else shown(seen)


def _is_of_another_kind(error: str) -> bool:
    return error not in PASSED_OVER and (error.endswith(OTHER_KINDS) or error in OTHERS)


def _is_on_purpose(annotation: Any, key: Any, raw: Any) -> bool:
    """Whether code of the service's own writes a field, or it is written under another alias."""
    for shape in filter(None, map(shape_of, members(annotation))):
        for field, keys in shape.fields.items():
            if key in (field, *keys):
                is_there = any(_item(raw, each) is not MISSING for each in keys)
                return field in shape.converted or (_item(raw, key) is MISSING and is_there)
    return False


def _within(error: Any, raw: Any) -> tuple[list[Any], str]:
    """The keys of the value that lead to an error, and the member of a union where one refuses."""
    keys: list[Any] = []
    for at, key in enumerate(error["loc"], start=1):
        is_missing = error["type"] == "missing" and at == len(error["loc"])
        if _item(raw, key) is MISSING and not is_missing:
            return keys, str(key)
        keys.append(key)
        raw = _item(raw, key)
    return keys, ""


def _item(value: Any, key: Any) -> Any:
    if isinstance(value, dict):
        return value.get(key, MISSING)
    if isinstance(value, (list, tuple)) and isinstance(key, int) and key < len(value):
        return value[key]
    return MISSING
