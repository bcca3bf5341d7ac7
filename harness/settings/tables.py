"""Raw tables become models; what is wrong with them becomes faults with lines."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from harness.settings.faults import Faults, meant
from harness.settings.positions import KeyPath
from harness.settings.schema import TAGS, ExternalTable, Table, WorkspaceTable
from harness.settings.source import Source

T = TypeVar("T", bound=Table)

_LATER: Mapping[tuple[type[Table], str], str] = {
    (WorkspaceTable, "plugins"): "extensions are not loaded by this version",
    (ExternalTable, "pacts"): "pacts of an external neighbour are not fetched by this version; "
    "put its files into one of the workspace's `pacts` directories",
}
_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "float_type": "a number",
    "list_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "date_type": "a date such as 2030-12-31",
    "string_too_short": "text that is not empty",
    "too_short": "a list that is not empty",
}


def parse(model: type[T], source: Source, faults: Faults, *, fill: Mapping[str, object]) -> T:
    """
    Read a table, and put aside what is wrong with it so that the rest can be judged too.

    Shape: `fill` stands in for required keys that are missing.
    """
    raw = _copy(source.table)
    while True:
        try:
            return model.model_validate(raw)
        except ValidationError as error:
            for details in error.errors():
                path, missing = _locate(source.table, details["loc"])
                if details["type"] == "missing" and not missing:
                    # The key is there, and was put aside in an earlier round.
                    path, missing = path[:-1], str(path[-1])
                else:
                    faults.add(source.where(*path), *_sentence(model, path, missing, details))
                _put_aside(raw, path, missing, fill)


def _locate(raw: Any, loc: KeyPath) -> tuple[KeyPath, str]:
    """Find the written path that an error speaks of, and the key that is missing there, if any."""
    path: KeyPath = ()
    for element in loc:
        if _holds(raw, element):
            raw = raw[element]
            path = (*path, element)
        elif element not in TAGS and element != "[key]":
            return path, str(element)
    return path, ""


def _holds(raw: object, key: str | int) -> bool:
    if isinstance(raw, list):
        return isinstance(key, int) and key < len(raw)
    return isinstance(raw, Mapping) and key in raw


def _sentence(
    model: type[Table], path: KeyPath, missing: str, details: ErrorDetails
) -> tuple[str, str]:
    kind = details["type"]
    key = f"`{_dotted(path)}`"
    if kind == "extra_forbidden":
        return _unknown(model, path)
    if kind == "missing":
        return (f"`{missing}` is missing" + (f" in {key}" if path else ""), "")
    if kind == "literal_error":
        return f"{key}: expected {details['ctx']['expected']}, {_seen(details)}", ""
    if kind == "form":
        return f"{key}: {details['msg']}, {_seen(details)}", ""
    expected = _EXPECTED.get(kind) or _limit(details) or details["msg"]
    return f"{key}: expected {expected}, {_seen(details)}", ""


def _limit(details: ErrorDetails) -> str:
    limits = details.get("ctx", {})
    if "ge" in limits:
        return f"{limits['ge']} or more"
    return f"more than {limits['gt']:g}" if "gt" in limits else ""


def _unknown(model: type[Table], path: KeyPath) -> tuple[str, str]:
    table = _model_at(model, path[:-1])
    key = str(path[-1])
    later = _LATER.get((table, key)) if table else None
    if later:
        return f"`{_dotted(path)}`: {later}", ""
    inside = f" in `{_dotted(path[:-1])}`" if len(path) > 1 else ""
    return f"unknown key `{key}`{inside}", meant(key, _keys_of(table) if table else ())


def _keys_of(model: type[Table]) -> tuple[str, ...]:
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _model_at(model: type[Table], path: KeyPath) -> type[Table] | None:
    """Find the model of a table within a table."""
    current: Any = model
    for element in path:
        if isinstance(current, type) and issubclass(current, BaseModel):
            by_key = {field.alias or name: field for name, field in current.model_fields.items()}
            current = _content(by_key[str(element)].annotation)
        else:
            current = _content(get_args(current)[-1])
    return current if isinstance(current, type) and issubclass(current, Table) else None


def _content(annotation: Any) -> Any:
    """Unwrap an annotation to the model or container within."""
    if get_origin(annotation) is Annotated:
        return _content(get_args(annotation)[0])
    if get_origin(annotation) is Union or type(annotation).__name__ == "UnionType":
        inside = [_content(one) for one in get_args(annotation)]
        tables = [one for one in inside if isinstance(one, type) and issubclass(one, BaseModel)]
        return (tables or inside)[0]
    return annotation


def _put_aside(raw: Any, path: KeyPath, missing: str, fill: Mapping[str, object]) -> None:
    if missing and missing in fill and not path:
        raw[missing] = fill[missing]
        return
    holder, key = _last_key(raw, path)
    if holder is not None:
        holder.pop(key, None)


def _last_key(raw: Any, path: KeyPath) -> tuple[dict[str, object] | None, str]:
    """Find the innermost table on a path, and the key in it: a list goes as a whole."""
    found: tuple[dict[str, object] | None, str] = (None, "")
    for element in path:
        if not _holds(raw, element):
            break
        if isinstance(raw, dict):
            found = (raw, str(element))
        raw = raw[element]
    return found


def _copy(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copy(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_copy(inner) for inner in value]
    return value


def _dotted(path: KeyPath) -> str:
    text = ""
    for element in path:
        text += f"[{element}]" if isinstance(element, int) else f".{element}"
    return text.lstrip(".")


def _seen(details: ErrorDetails) -> str:
    """Tell what was written; values below `env` may be secrets and are not repeated."""
    value = details["input"]
    if "env" in details["loc"] or not isinstance(value, str | int | float):
        return f"saw {_kind(value)}"
    return f'saw "{value}"' if isinstance(value, str) else f"saw {str(value).lower()}"


def _kind(value: object) -> str:
    kinds: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (Mapping, "a table"),
        (list, "a list"),
        (str, "text"),
        (bool, "true or false"),
        ((int, float), "a number"),
        ((datetime.date, datetime.time), "a date or time"),
    )
    return next((name for kind, name in kinds if isinstance(value, kind)), "another value")
